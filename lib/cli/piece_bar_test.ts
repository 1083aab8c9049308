import { assertEquals } from "jsr:@std/assert@1";
import { pieceBar, plainMap } from "./piece_bar.ts";
import { lineWidth } from "./segment.ts";
import { makeStyle } from "./style.ts";

const STYLE = makeStyle(false);

function bar(map: readonly number[], length: number): string {
  return pieceBar(map, length, STYLE).map(({ text }) => text).join("");
}

Deno.test("the bar shows which pieces are here, wholly or in part", () => {
  const table: [number[], number, string][] = [
    [[0, 1, 0.3, 0.7], 4, "░█▒▓"],
    [[0, 1, 0.3, 0.7], 2, "▓▓"],
    [[0, 1, 0, 0], 2, "▓░"],
    [[0, 1], 4, "░░██"],
    [[0, 1, 1], 2, "▒█"],
    [[1], 3, "███"],
    [[], 2, "░░"],
    [[0.001], 1, "▒"],
    [[0.999], 1, "▓"],
  ];
  for (const [map, length, expected] of table) assertEquals(bar(map, length), expected);
});

Deno.test("a full map fills the bar and an empty one none of it, at any length", () => {
  for (let cells = 1; cells <= 40; cells++) {
    for (let length = 0; length <= 60; length++) {
      const full = Array.from({ length: cells }, () => 1);
      assertEquals(bar(full, length), "█".repeat(length));
      assertEquals(bar(full.map(() => 0), length), "░".repeat(length));
      assertEquals(lineWidth(pieceBar(full.map((_, at) => at / cells), length, STYLE)), length);
    }
  }
});

Deno.test("something that is done from its beginning on has a bar of one edge", () => {
  assertEquals(bar(plainMap(0.5, 10), 10), "█████░░░░░");
  assertEquals(bar(plainMap(0.53, 10), 10), "█████▒░░░░");
  assertEquals(bar(plainMap(1, 10), 10), "██████████");
});
