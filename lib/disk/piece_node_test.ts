import { assertEquals, assertNotEquals } from "jsr:@std/assert@1";
import { hashBlock, layerRoot } from "../meta/merkle_hash.ts";
import { BLOCK_LENGTH } from "../meta/torrent.ts";
import { nodeOver } from "./piece_node.ts";

const ZERO = hashBlock(new Uint8Array(BLOCK_LENGTH));
const ONE = hashBlock(new Uint8Array(BLOCK_LENGTH).fill(1));

/** The hashes of blocks, one after the other. */
function rowOf(...hashes: Uint8Array[]): Uint8Array {
  return new Uint8Array(hashes.flatMap((hash) => [...hash]));
}

Deno.test("piece node: the root of a piece of a hole is that of its blocks, however long it is", () => {
  for (const width of [1, 2, 8, 4, 2]) {
    const blocks = rowOf(...Array<Uint8Array>(width).fill(ZERO));
    for (let time = 0; time < 2; time++) {
      const root = nodeOver(blocks, width);
      assertEquals(root, layerRoot(blocks, 0), `${width} blocks`);
      root.fill(0); // it is the caller's
    }
  }
});

Deno.test("piece node: what is almost a hole, or a part of one, is none", () => {
  const hole = nodeOver(rowOf(ZERO, ZERO, ZERO, ZERO), 4);
  assertEquals(
    nodeOver(rowOf(ZERO, ZERO, ZERO, ONE), 4),
    layerRoot(rowOf(ZERO, ZERO, ZERO, ONE), 0),
  );
  assertNotEquals(nodeOver(rowOf(ZERO, ZERO, ZERO), 4), hole);
});
