import { type ComponentChild, h } from "../preact.ts";
import { agoText, bytesText, countText, spanText } from "./figures.ts";
import { healthView } from "./health_view.ts";
import { nameView } from "./name_view.ts";
import type { ShareState } from "./page_state.ts";
import { peersView } from "./peers_view.ts";
import type { PlotData } from "./plot_data.ts";
import { plotView, rangesView } from "./plot_view.ts";
import { spanSeconds } from "./plot_text.ts";
import { splitView } from "./split_view.ts";
import { tilesView } from "./tiles_view.ts";
import type { Tools } from "./tools.ts";

/** The page of one share. */
export function shareView(state: ShareState, tools: Tools): ComponentChild {
  const { share, range } = state;
  const { ipv4, ipv6 } = share.families;
  const clients = share.clients.map(({ code, name, count }) => ({
    label: name ?? (code === "" ? "Others" : code),
    count,
  }));
  return h(
    "main",
    { id: "main" },
    h("p", { class: "crumb" }, h("a", { href: "/" }, "← All shares")),
    h("div", { class: "sharehead" }, [
      h("h1", { class: "sharename" }, nameView(share.name)),
      h("p", { class: "under" }, [
        healthView(share.health),
        h("span", null, share.size === undefined ? "size not told" : bytesText(share.size)),
        h("span", null, `first seen ${agoText(share.age)}`),
      ]),
    ]),
    tilesView([
      { label: "Seeders", value: countText(share.seeders) },
      { label: "Leechers", value: countText(share.leechers) },
      { label: "Completed", value: countText(share.completed) },
    ]),
    linkView(state, tools),
    h("div", { class: "heading" }, [
      h("h2", null, "Over time"),
      rangesView(["1h", "1d", "7d"] as const, range, `/shares/${share.id}`),
    ]),
    h("div", { class: "charts" }, sharePlots(state).map((plot) => plotView(plot, tools.plotter))),
    h("h2", null, "Who is there"),
    h("div", { class: "splits" }, [
      splitView("By kind of client", clients),
      splitView("By where they can be reached from", [
        { label: "The internet", count: share.reach.public },
        { label: "Their own network alone", count: share.reach.private },
        { label: "The tracker's machine alone", count: share.reach.loopback },
      ]),
      splitView("By how they are reached", [
        { label: "IPv4", count: ipv4 },
        { label: "IPv6", count: ipv6 },
        { label: "Also for the original protocol", count: share.classic },
      ]),
    ]),
    peersView(tools),
  );
}

/** How to get it: link, file, code for a phone's camera, hashes. */
export function linkView({ share, code }: ShareState, tools: Tools): ComponentChild {
  const hashes: readonly (readonly [string, string | undefined])[] = [
    ["Info-hash v2", share.v2],
    ["Info-hash v1", share.v1],
    ["Info-hash", share.hash],
  ];
  return h(
    "section",
    { class: "card get", "aria-labelledby": "get" },
    h("div", { class: "how" }, [
      h("h2", { id: "get" }, "Get it"),
      h("p", { class: "actions" }, [
        h("a", { class: "button primary", href: share.magnet }, "Open magnet link"),
        copyView(share.magnet, "Copy magnet link", tools),
        share.torrent && h(
          "a",
          { class: "button", href: `/api/v1/shares/${share.id}/torrent`, download: true },
          "Save .torrent",
        ),
      ]),
      h("p", { class: "magnet" }, h("code", null, share.magnet)),
      h(
        "dl",
        { class: "hashes" },
        hashes.filter(([, hash]) => hash !== undefined).map(([label, hash]) =>
          h("div", { key: label }, h("dt", null, label), h("dd", null, h("code", null, hash)))
        ),
      ),
    ]),
    code && h(
      "figure",
      { class: "code" },
      h(
        "svg",
        {
          viewBox: `0 0 ${code.size} ${code.size}`,
          role: "img",
          "aria-label": "QR code of the magnet link",
          "shape-rendering": "crispEdges",
        },
        h("rect", { class: "paper", width: code.size, height: code.size }),
        h("path", { class: "ink", d: code.path }),
      ),
      h("figcaption", null, "The link, for a camera"),
    ),
  );
}

/** A button that copies, where something can copy. */
export function copyView(text: string, label: string, { copy, copied }: Tools): ComponentChild {
  return h(
    "button",
    { type: "button", hidden: copy === undefined, onClick: () => copy?.(text) },
    h("span", { "aria-live": "polite" }, copied === text ? "Copied" : label),
  );
}

export function sharePlots({ history, range }: ShareState): readonly PlotData[] {
  const { step, end, values } = history;
  const when = { step, end, span: spanSeconds(range) };
  return [
    {
      title: "Peers",
      unit: "count",
      ...when,
      lines: [
        { label: "Seeders", tone: 1, values: values.seeders },
        { label: "Leechers", tone: 2, values: values.leechers },
      ],
    },
    {
      title: `Announces in ${spanText(step)}`,
      unit: "count",
      ...when,
      filled: true,
      lines: [{ label: "Announces", tone: 3, values: values.announces }],
    },
  ];
}
