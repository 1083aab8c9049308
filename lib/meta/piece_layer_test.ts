import { assertEquals, assertThrows } from "jsr:@std/assert@1";
import { content, treeOf } from "../../tests/vectors/torrent_content.ts";
import { pieceLayerRoot } from "./piece_layer.ts";

Deno.test("pieceLayerRoot: the root that the blocks of the file lead to", () => {
  for (const pieceLength of [16_384, 65_536, 262_144]) {
    for (const length of [pieceLength + 1, 3 * pieceLength, 4 * pieceLength, 5 * pieceLength - 7]) {
      const { root, layer } = treeOf(content(length, 3), pieceLength);
      assertEquals(pieceLayerRoot(layer, pieceLength), root, `${length} in ${pieceLength}`);
    }
  }
});

Deno.test("pieceLayerRoot: what is no layer", () => {
  assertThrows(() => pieceLayerRoot(new Uint8Array(0), 16_384), RangeError);
  assertThrows(() => pieceLayerRoot(new Uint8Array(33), 16_384), RangeError);
  assertThrows(() => pieceLayerRoot(new Uint8Array(64), 20_000), RangeError);
});
