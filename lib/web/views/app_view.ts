import { type ComponentChild, Fragment, h } from "../preact.ts";
import { listView } from "./list_view.ts";
import type { Liveness, PageState, ProblemState } from "./page_state.ts";
import { shareView } from "./share_view.ts";
import type { Tools } from "./tools.ts";
import { trackerView } from "./tracker_view.ts";

/** Everything that a page shows. */
export function appView(state: PageState, tools: Tools): ComponentChild {
  return h(
    Fragment,
    null,
    h("a", { class: "skip", href: "#main" }, "Skip to the content"),
    h(
      "header",
      { class: "top" },
      h("a", { class: "brand", href: "/" }, markView(), "Mini-Torrent tracker"),
      h(
        "nav",
        { "aria-label": "Pages" },
        pageLink("/", "Shares", state.kind === "list"),
        pageLink("/tracker", "Tracker", state.kind === "tracker"),
      ),
      livenessView(tools.liveness),
    ),
    contentView(state, tools),
    h(
      "footer",
      null,
      h("a", { href: "/api/v1/openapi.json" }, "API"),
      h("a", { href: "/metrics" }, "Metrics"),
      h("span", null, "Anyone who announces can name a share: names are not checked by anybody."),
    ),
  );
}

export function contentView(state: PageState, tools: Tools): ComponentChild {
  switch (state.kind) {
    case "list":
      return listView(state, tools);
    case "share":
      return shareView(state, tools);
    case "tracker":
      return trackerView(state, tools.plotter);
    case "problem":
      return problemView(state);
    default:
      return state satisfies never;
  }
}

export function pageLink(href: string, text: string, current: boolean): ComponentChild {
  return h("a", { href, "aria-current": current ? "page" : undefined }, text);
}

/** Whether the figures on the page change by themselves. */
export function livenessView(liveness: Liveness): ComponentChild {
  const words = { still: "As of now", live: "Live", lost: "Connection lost: trying again" };
  return h(
    "p",
    { class: `liveness ${liveness}`, role: "status" },
    h("span", { class: "dot", "aria-hidden": "true" }),
    words[liveness],
  );
}

export function problemView({ title, text }: ProblemState): ComponentChild {
  return h(
    "main",
    { id: "main", class: "problempage" },
    h("h1", null, title),
    h("p", null, text),
    h("p", null, h("a", { class: "button", href: "/" }, "Show what is shared")),
  );
}

/** Three peers, each joined to the others. */
export function markView(): ComponentChild {
  return h(
    "svg",
    { class: "mark", viewBox: "0 0 32 32", width: 26, height: 26, "aria-hidden": "true" },
    h("path", { class: "edges", d: "M16 7 L7 23 H25 Z" }),
    h("circle", { cx: 16, cy: 7, r: 4.5 }),
    h("circle", { cx: 7, cy: 23.5, r: 4.5 }),
    h("circle", { cx: 25, cy: 23.5, r: 4.5 }),
  );
}
