import type { ApiPeer } from "../../app/tracker/api_types.ts";
import { type ComponentChild, h } from "../preact.ts";
import { agoText } from "./figures.ts";
import { nameView } from "./name_view.ts";
import type { Tools } from "./tools.ts";

/** Addresses of peers, for whoever has the admin token. */
export function peersView(tools: Tools): ComponentChild {
  return h(
    "section",
    { class: "card addresses", "aria-labelledby": "addresses" },
    h("h3", { id: "addresses" }, "Addresses"),
    tools.showPeers === undefined
      ? h("p", null, "Addresses are shown to who has the admin token; that needs JavaScript.")
      : tools.peers?.page
      ? addressesView(tools.peers.page.peers, tools)
      : tokenView(tools),
  );
}

export function tokenView({ peers, showPeers }: Tools): ComponentChild {
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    const field = document.getElementById("token");
    if (field instanceof HTMLInputElement) showPeers?.(field.value.trim());
  };
  return h(
    "form",
    { class: "token", onSubmit },
    h(
      "p",
      null,
      "They are shown to who has the admin token. It stays in this tab, until that is closed.",
    ),
    h("div", { class: "row" }, [
      h("div", { class: "field grow" }, [
        h("label", { for: "token" }, "Admin token"),
        h("input", {
          id: "token",
          type: "password",
          autocomplete: "off",
          required: true,
          maxLength: 1024,
          "aria-describedby": "token-problem",
          "aria-invalid": peers?.problem === undefined ? undefined : "true",
        }),
      ]),
      h("button", { type: "submit", disabled: peers?.busy === true }, "Show addresses"),
    ]),
    h("p", { id: "token-problem", class: "problem", role: "alert" }, peers?.problem),
  );
}

export function addressesView(peers: readonly ApiPeer[], tools: Tools): ComponentChild {
  const { hidePeers, morePeers } = tools;
  return [
    peers.length === 0 ? h("p", { class: "none" }, "Nobody is there now.") : h(
      "div",
      // What scrolls has to be reached by keyboard.
      { class: "scroll", tabIndex: 0, role: "region", "aria-labelledby": "addresses" },
      h(
        "table",
        { class: "peers", "aria-labelledby": "addresses" },
        h(
          "thead",
          null,
          h("tr", null, [
            h("th", { scope: "col" }, "Address"),
            h("th", { scope: "col" }, "Client"),
            h("th", { scope: "col" }, "Has"),
            h("th", { scope: "col" }, "Announced"),
          ]),
        ),
        h("tbody", null, peers.map(peerRowView)),
      ),
    ),
    h("p", { class: "actions" }, [
      tools.peers?.page?.next !== undefined &&
      h("button", { type: "button", onClick: () => morePeers?.() }, "Show more"),
      h("button", { type: "button", onClick: () => hidePeers?.() }, "Forget the token"),
    ]),
  ];
}

export function peerRowView({ host, port, client, seed, age, peer_id }: ApiPeer): ComponentChild {
  const address = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
  return h(
    "tr",
    { key: `${address} ${peer_id}` },
    h("td", null, h("code", null, address)),
    h("td", null, client === undefined ? "–" : nameView(client)),
    h("td", null, seed ? "everything" : "a part"),
    h("td", null, agoText(age)),
  );
}
