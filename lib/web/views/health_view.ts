import type { ShareHealth } from "../../app/tracker/api_types.ts";
import { type ComponentChild, h } from "../preact.ts";

/** How well a share is held: told by bars, by a colour and by a word, so that each alone would do. */
export function healthView(health: ShareHealth): ComponentChild {
  const meanings = {
    good: { bars: 3, word: "Good", why: "two seeders or more" },
    fair: { bars: 2, word: "Fair", why: "one seeder" },
    poor: { bars: 1, word: "Poor", why: "no seeder: it may not be whole any more" },
    idle: { bars: 0, word: "Idle", why: "nobody is there" },
  } as const;
  const { bars, word, why } = meanings[health];
  const bar = (at: number) =>
    h("rect", {
      class: at < bars ? "lit" : "unlit",
      x: at * 5,
      y: 8 - at * 4,
      width: 3,
      height: 4 + at * 4,
      rx: 1,
    });
  return h(
    "span",
    { class: `health ${health}`, title: `${word}: ${why}` },
    h(
      "svg",
      { viewBox: "0 0 13 12", width: 13, height: 12, "aria-hidden": "true" },
      [0, 1, 2].map(bar),
    ),
    " ",
    word,
  );
}
