import { assertEquals } from "jsr:@std/assert@1";
import { bytesOf } from "../../tests/support/programs.ts";
import { torrentOf } from "../../tests/support/torrents.ts";
import { wantedPieces } from "./wanted_pieces.ts";

Deno.test("wanted pieces: those that hold something of a wanted file", () => {
  const { layout } = torrentOf({ a: bytesOf(5), b: bytesOf(40_000), c: bytesOf(0) }, {
    pieceLength: 32_768,
  });
  assertEquals([...wantedPieces(layout, [true, false, false])], [0]);
  assertEquals([...wantedPieces(layout, [false, true, true])], [1, 2]);
  assertEquals([...wantedPieces(layout, [false, false, true])], []);
  assertEquals(wantedPieces(layout, [true, true, true]).isFull, true);
});
