import { assert, assertEquals, assertThrows } from "jsr:@std/assert@1";
import fc from "npm:fast-check@4";
import {
  emptyLike,
  leavesOf,
  naiveHeight,
  naiveNode,
  naivePayload,
  rangesOf,
  snapshot,
  treeOf,
} from "../../tests/support/naive_merkle.ts";
import { concatBytes } from "../base/bytes.ts";
import { hashBlock, MerkleTree } from "./merkle.ts";
import { BLOCK_LENGTH } from "./torrent.ts";

Deno.test("MerkleTree: every size around powers of two has the nodes of the reference", () => {
  for (const count of [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 16, 17, 31, 32, 33, 63, 64, 65]) {
    const leaves = leavesOf(count);
    for (const perPiece of [1, 2, 4, 16, 128]) {
      const tree = treeOf(leaves, perPiece);
      const layer = Math.min(Math.log2(perPiece), naiveHeight(count));
      assertEquals(tree.root, naiveNode(leaves, naiveHeight(count), 0));
      assertEquals([tree.blockCount, tree.pieceCount], [count, Math.ceil(count / perPiece)]);
      const pieces = Array.from(
        { length: tree.pieceCount },
        (_, at) => naiveNode(leaves, layer, at),
      );
      assertEquals(tree.pieceLayer(), concatBytes(pieces));
      assertEquals(pieces.map((_, piece) => tree.pieceHash(piece)), pieces);
      assertEquals(leaves.map((_, block) => tree.blockHash(block)), leaves);
      assertEquals([tree.pieceHash(tree.pieceCount), tree.blockHash(count)], [
        undefined,
        undefined,
      ]);
    }
  }
});

Deno.test("MerkleTree: counts of bytes at the borders of blocks and pieces", () => {
  const root = hashBlock(new Uint8Array());
  const shape = (length: number, pieceLength: number) => {
    const tree = new MerkleTree({ root, length, pieceLength });
    return [tree.blockCount, tree.pieceCount, tree.height, tree.pieceHeight];
  };
  assertEquals(shape(1, 16_384), [1, 1, 0, 0]);
  assertEquals(shape(16_384, 16_384), [1, 1, 0, 0]);
  assertEquals(shape(16_385, 16_384), [2, 2, 1, 0]);
  assertEquals(shape(16_385, 65_536), [2, 1, 1, 1]);
  assertEquals(shape(65_536, 65_536), [4, 1, 2, 2]);
  assertEquals(shape(65_537, 65_536), [5, 2, 3, 2]);
  for (let power = 1; power < 39; power++) {
    assertEquals(shape(2 ** power * BLOCK_LENGTH, 16_384)[2], power);
    assertEquals(shape(2 ** power * BLOCK_LENGTH + 1, 16_384)[2], power + 1);
  }
});

Deno.test("MerkleTree: a tree that cannot be is the caller's mistake", () => {
  const root = new Uint8Array(32).fill(1);
  for (const length of [0, -1, 0.5, NaN, 2 ** 53]) {
    assertThrows(() => new MerkleTree({ root, length, pieceLength: 16_384 }), RangeError);
  }
  for (const pieceLength of [0, 1, 8_192, 16_385, 49_152, NaN, Infinity]) {
    assertThrows(() => new MerkleTree({ root, length: 1, pieceLength }), RangeError);
  }
  assertThrows(
    () => new MerkleTree({ root: root.subarray(1), length: 1, pieceLength: 16_384 }),
    RangeError,
  );
  assertThrows(() => MerkleTree.fromLeaves(new Uint8Array(), 16_384, 1), RangeError);
  assertThrows(() => MerkleTree.fromLeaves(new Uint8Array(64), 16_384, 16_384), RangeError);
});

Deno.test("MerkleTree: keeps no memory of the caller's, and hands out none of its own", () => {
  const leaves = leavesOf(4);
  const tree = treeOf(leaves, 2);
  const before = snapshot(tree);
  for (const copy of [tree.pieceHash(0)!, tree.blockHash(0)!, tree.pieceLayer()!]) copy.fill(9);
  assertEquals(snapshot(tree), before);
  const root = tree.root.slice();
  const other = new MerkleTree({ root, length: tree.length, pieceLength: tree.pieceLength });
  root.fill(9);
  assertEquals(other.root, tree.root);
});

Deno.test("MerkleTree: every range of a full tree is answered as BEP 52 says", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 40 }), fc.integer({ min: 0, max: 6 }), (count, power) => {
      const leaves = leavesOf(count);
      const tree = treeOf(leaves, 2 ** power);
      for (const range of rangesOf(tree)) {
        assertEquals(tree.hashesFor(range), naivePayload(leaves, range));
      }
    }),
    { numRuns: 20 },
  );
});

Deno.test("MerkleTree: an empty tree takes what a full one answers, if the proof reaches the root", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 70 }), fc.integer({ min: 0, max: 6 }), (count, power) => {
      const full = treeOf(leavesOf(count), 2 ** power);
      for (const range of rangesOf(full)) {
        const { baseLayer, index, length, proofLayers } = range;
        const tree = emptyLike(full);
        const top = baseLayer + Math.max(Math.log2(length), proofLayers + 1);
        const payload = full.hashesFor(range)!;
        if (top < full.height) {
          assertEquals(tree.addHashes(range, payload), "unproven");
          assertEquals(tree.byteLength, 32, "the root, and nothing else");
          continue;
        }
        assertEquals(tree.addHashes(range, payload), "added");
        assertEquals(tree.hashesFor(range), payload);
        for (let at = index; baseLayer === 0 && at < Math.min(index + length, count); at++) {
          assertEquals(tree.blockHash(at), full.blockHash(at));
        }
      }
    }),
    { numRuns: 15 },
  );
});

Deno.test("MerkleTree: whatever is added in whatever order, what is known is the file's", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 40 }),
      fc.integer({ min: 0, max: 4 }),
      fc.array(fc.nat(), { maxLength: 12 }),
      (count, power, picks) => {
        const full = treeOf(leavesOf(count), 2 ** power);
        const tree = emptyLike(full);
        const all = [...rangesOf(full)];
        for (const pick of picks) {
          const range = all[pick % all.length]!;
          const verdict = tree.addHashes(range, full.hashesFor(range)!);
          assert(verdict !== "bad");
          for (const each of all) {
            const answer = tree.hashesFor(each);
            if (answer) assertEquals(answer, full.hashesFor(each));
            else assert(each !== range || verdict === "unproven");
          }
        }
      },
    ),
    { numRuns: 100 },
  );
});

Deno.test("MerkleTree: a proof may end at any node that is known", () => {
  const full = treeOf(leavesOf(16), 4);
  const tree = emptyLike(full);
  const range = { root: full.root, baseLayer: 0, index: 8, length: 4, proofLayers: 0 };
  assertEquals(tree.addHashes(range, full.hashesFor(range)!), "unproven");
  assertEquals(tree.setPieceLayer(full.pieceLayer()!), true);
  assertEquals(tree.addHashes(range, full.hashesFor(range)!), "added");
  const wrong = concatBytes(leavesOf(4, 1));
  assertEquals(tree.addHashes({ ...range, index: 4 }, wrong), "bad");
  assertEquals(tree.blockHash(4), undefined);
});
