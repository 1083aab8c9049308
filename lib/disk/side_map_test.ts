import { assertEquals } from "jsr:@std/assert@1";
import { torrentOf } from "../../tests/support/torrents.ts";
import { SideMap } from "./side_map.ts";

/** Lengths in v1, without padding, in pieces of 32 KiB. */
function layoutOf(...lengths: number[]) {
  const files = lengths.map((length, file) => [`${file}`, new Uint8Array(length)]);
  return torrentOf(Object.fromEntries(files), { version: "v1" }).layout;
}

Deno.test("side map: the edges of unwanted files, one after the other", () => {
  const layout = layoutOf(100_000, 10, 100_000);
  const { first, end } = layout.piecesOf(1);
  const wanted = new Set(Array.from({ length: end - first }, (_, at) => first + at));
  const side = new SideMap(layout, [0, 2], wanted);
  const head = 100_000 - first * 32_768;
  assertEquals(side.length, 32_768 - 10);
  assertEquals(side.locate(0, 99_999), head - 1);
  assertEquals(side.locate(0, 100_000 - head), 0);
  assertEquals(side.locate(0, 100_000 - head - 1), undefined);
  assertEquals(side.locate(2, 0), head);
  assertEquals(side.locate(2, 32_768 - 10 - head), undefined);
});

Deno.test("side map: a file within one piece, an empty one, and none that matters", () => {
  const layout = layoutOf(10, 20, 0, 30);
  const side = new SideMap(layout, [1, 2], new Set([0]));
  assertEquals([side.length, side.locate(1, 19), side.locate(2, 0)], [20, 19, undefined]);
  assertEquals(new SideMap(layout, [0, 1, 2, 3], new Set()).length, 0);
  assertEquals(new SideMap(layout, [], new Set([0])).length, 0);
});
