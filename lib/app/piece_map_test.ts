import { assertEquals } from "jsr:@std/assert@1";
import { Bitfield } from "../base/bitfield.ts";
import { pieceMap } from "./piece_map.ts";

function having(length: number, ...pieces: number[]): Bitfield {
  const have = new Bitfield(length);
  for (const piece of pieces) have.add(piece);
  return have;
}

Deno.test("few pieces have a stretch each, many share one", () => {
  assertEquals(pieceMap(having(0)), []);
  assertEquals(pieceMap(having(3, 1)), [0, 1, 0]);
  const map = pieceMap(having(80, 0, 1, 2, 79));
  assertEquals([map.length, map[0], map[1], map[2], map[39]], [40, 1, 0.5, 0, 0.5]);
});

Deno.test("all pieces fill all stretches, whatever their number", () => {
  for (let length = 1; length <= 200; length++) {
    const map = pieceMap(Bitfield.full(length));
    assertEquals(map, Array.from({ length: Math.min(40, length) }, () => 1), `${length} pieces`);
    assertEquals(pieceMap(having(length, length - 1)).filter((share) => share > 0).length, 1);
  }
});
