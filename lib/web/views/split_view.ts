import { type ComponentChild, h } from "../preact.ts";
import { countText } from "./figures.ts";
import { nameView } from "./name_view.ts";

/** A part of a whole. */
export interface SplitPart {
  readonly label: string;
  readonly count: number;
}

/** Parts of a whole, each with a bar; a whole without parts says so. */
export function splitView(title: string, parts: readonly SplitPart[]): ComponentChild {
  const most = Math.max(1, ...parts.map(({ count }) => count));
  const shown = parts.filter(({ count }) => count > 0);
  return h(
    "section",
    { class: "card split", key: title },
    h("h3", null, title),
    shown.length === 0 && h("p", { class: "none" }, "Nobody is there now."),
    shown.length > 0 && h(
      "dl",
      null,
      shown.map(({ label, count }) =>
        h(
          "div",
          { key: label },
          h("dt", null, nameView(label)),
          h("dd", null, countText(count)),
          // A width is an attribute: the pages take no style from anywhere but their style sheet.
          h(
            "dd",
            { class: "bar", "aria-hidden": "true" },
            h(
              "svg",
              { viewBox: "0 0 100 6", preserveAspectRatio: "none" },
              h("rect", { width: Math.max(1, 100 * count / most), height: 6 }),
            ),
          ),
        )
      ),
    ),
  );
}
