import { type ComponentChild, h } from "../preact.ts";

/** A figure that stands out, with what it is. */
export interface Tile {
  readonly label: string;
  readonly value: string;
  /** What stands behind it, small. */
  readonly more?: string;
}

/** A few figures side by side. */
export function tilesView(tiles: readonly Tile[]): ComponentChild {
  return h(
    "dl",
    { class: "tiles" },
    tiles.map(({ label, value, more }) =>
      h(
        "div",
        { key: label },
        h("dt", null, label),
        h("dd", null, value, more && h("span", { class: "more" }, ` ${more}`)),
      )
    ),
  );
}
