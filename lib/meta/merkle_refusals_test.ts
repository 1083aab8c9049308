import { assert, assertEquals } from "jsr:@std/assert@1";
import {
  emptyLike,
  leavesOf,
  naivePayload,
  rangesOf,
  snapshot,
  treeOf,
} from "../../tests/support/naive_merkle.ts";
import { concatBytes } from "../base/bytes.ts";
import { type HashRange, MerkleTree, zeroHash } from "./merkle.ts";
import { BLOCK_LENGTH } from "./torrent.ts";

Deno.test("MerkleTree: a bit that is wrong anywhere is refused and changes nothing", () => {
  for (const [count, perPiece] of [[2, 1], [5, 1], [7, 2], [8, 4]] as const) {
    const full = treeOf(leavesOf(count), perPiece);
    const tree = emptyLike(full);
    const before = snapshot(tree);
    const proofLayers = full.height - 1;
    for (const length of [2, 4].filter((each) => each <= count)) {
      const range = { root: full.root, baseLayer: 0, index: 0, length, proofLayers };
      const payload = full.hashesFor(range)!;
      for (let bit = 0; bit < payload.length * 8; bit++) {
        payload[bit >> 3]! ^= 1 << (bit & 7);
        assertEquals(tree.addHashes(range, payload), "bad");
        payload[bit >> 3]! ^= 1 << (bit & 7);
      }
      assertEquals(snapshot(tree), before);
      assertEquals(emptyLike(full).addHashes(range, payload), "added");
    }
  }
});

Deno.test("MerkleTree: hashes for a range that is not theirs are refused and change nothing", () => {
  const full = treeOf(leavesOf(13), 2);
  const tree = emptyLike(full);
  const before = snapshot(tree);
  const all = [...rangesOf(full)];
  for (const mine of all.filter(({ proofLayers, length }) => proofLayers === 3 || length === 16)) {
    for (const range of all) {
      if (range === mine) continue;
      const payload = full.hashesFor(mine)!;
      const same = full.hashesFor(range)!.join() === payload.join();
      if (!same) assert(tree.addHashes(range, payload) !== "added");
    }
    assertEquals(tree.addHashes({ ...mine, root: zeroHash(0) }, full.hashesFor(mine)!), "bad");
  }
  assertEquals(snapshot(tree), before);
});

Deno.test("MerkleTree: a payload that is too short or too long is refused", () => {
  const full = treeOf(leavesOf(13), 2);
  const range = { root: full.root, baseLayer: 0, index: 4, length: 4, proofLayers: 3 };
  const payload = full.hashesFor(range)!;
  const tree = emptyLike(full);
  for (const change of [-payload.length, -33, -32, -1, 1, 32, 64]) {
    const other = new Uint8Array(payload.length + change);
    other.set(payload.subarray(0, other.length));
    assertEquals(tree.addHashes(range, other), "bad");
  }
  assertEquals(tree.addHashes(range, payload), "added");
});

Deno.test("MerkleTree: a range of another tree, or of padding only, is none of this", () => {
  const full = treeOf(leavesOf(9), 1);
  const range = { root: full.root, baseLayer: 0, index: 8, length: 2, proofLayers: 3 };
  assertEquals(full.isValidRange(range), true);
  const wrong: HashRange[] = [
    { ...range, index: 10 },
    { ...range, index: 16 },
    { ...range, index: 7 },
    { ...range, length: 1 },
    { ...range, length: 32 },
    { ...range, baseLayer: 4 },
    { ...range, proofLayers: 4 },
    { ...range, root: zeroHash(0) },
    { ...range, root: full.root.subarray(1) },
  ];
  for (const each of wrong) {
    assertEquals(full.isValidRange(each), false);
    assertEquals(full.hashesFor(each), undefined);
    assertEquals(full.addHashes(each, full.hashesFor(range)!), "bad");
  }
});

Deno.test("MerkleTree: padding must be padding, though the root says otherwise", () => {
  const leaves = leavesOf(8);
  leaves[5] = zeroHash(0);
  const { root } = treeOf(leaves, 1);
  const five = new MerkleTree({ root, length: 5 * BLOCK_LENGTH, pieceLength: BLOCK_LENGTH });
  const before = snapshot(five);
  for (
    const range of [
      { root, baseLayer: 0, index: 0, length: 8, proofLayers: 0 }, // among the hashes
      { root, baseLayer: 0, index: 4, length: 2, proofLayers: 2 }, // the first uncle
      { root, baseLayer: 1, index: 2, length: 2, proofLayers: 1 }, // above the leaves
    ]
  ) {
    const payload = naivePayload(leaves, range);
    assertEquals(five.addHashes(range, payload), "bad");
    const honest = leavesOf(5);
    const tree = emptyLike(treeOf(honest, 1));
    const same = { ...range, root: tree.root };
    assertEquals(tree.addHashes(same, naivePayload(honest, same)), "added");
  }
  assertEquals(snapshot(five), before);
});

Deno.test("MerkleTree: an all-zero hash proves nothing, though the root says otherwise", () => {
  const leaves = leavesOf(4);
  leaves[1] = zeroHash(0);
  const lying = treeOf(leaves, 1);
  const range = { root: lying.root, baseLayer: 0, index: 0, length: 4, proofLayers: 0 };
  assertEquals(emptyLike(lying).addHashes(range, concatBytes(leaves)), "bad");
  assertEquals(emptyLike(lying).setPieceLayer(concatBytes(leaves)), false);
});
