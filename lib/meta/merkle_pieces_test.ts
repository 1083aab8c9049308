import { assert, assertEquals, assertThrows } from "jsr:@std/assert@1";
import fc from "npm:fast-check@4";
import { emptyLike, leavesOf, treeOf as treeOfLeaves } from "../../tests/support/naive_merkle.ts";
import { concatBytes, equalBytes } from "../base/bytes.ts";
import { type HashRange, layerRoot, MerkleTree, zeroHash } from "./merkle.ts";
import { BLOCK_LENGTH } from "./torrent.ts";

function treeOf(count: number, perPiece: number): MerkleTree {
  return treeOfLeaves(leavesOf(count), perPiece);
}

/** The hashes of a piece's blocks. */
function blocksOf(tree: MerkleTree, piece: number): Uint8Array {
  const perPiece = tree.pieceLength / BLOCK_LENGTH;
  return concatBytes(leavesOf(tree.blockCount)).slice(
    piece * perPiece * 32,
    (piece + 1) * perPiece * 32,
  );
}

Deno.test("MerkleTree.setPieceLayer: only the file's own, whole", () => {
  for (
    const [count, perPiece] of [[1, 1], [3, 4], [4, 4], [5, 4], [8, 4], [9, 2], [21, 4]] as const
  ) {
    const full = treeOf(count, perPiece);
    const tree = emptyLike(full);
    const layer = full.pieceLayer()!;
    const wrong = layer.slice();
    wrong[wrong.length - 1]! ^= 128;
    const extra = concatBytes([layer, zeroHash(full.pieceHeight)]);
    for (const bytes of [wrong, extra, layer.subarray(32), layer.subarray(1), new Uint8Array()]) {
      assertEquals(tree.setPieceLayer(bytes), false);
      assertEquals(tree.pieceLayer(), full.pieceCount === 1 ? full.root : undefined);
    }
    assertEquals(tree.setPieceLayer(layer), true);
    assertEquals(tree.pieceLayer(), layer);
    assertEquals(tree.setPieceLayer(wrong), false);
    assertEquals(tree.pieceLayer(), layer);
  }
});

Deno.test("MerkleTree.verifyPiece: true for the file's blocks only, unknown without the hash", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 0, max: 5 }),
      fc.nat(),
      fc.nat(),
      (count, power, pick, bit) => {
        const full = treeOf(count, 2 ** power);
        const piece = pick % full.pieceCount;
        const good = blocksOf(full, piece);
        const bad = good.slice();
        bad[(bit >> 3) % bad.length]! ^= 1 << (bit & 7);
        const tree = emptyLike(full);
        if (full.pieceCount > 1) assertEquals(tree.verifyPiece(piece, good), undefined);
        tree.setPieceLayer(full.pieceLayer()!);
        assertEquals(tree.verifyPiece(piece, good), true);
        assertEquals(tree.verifyPiece(piece, bad), false);
      },
    ),
    { numRuns: 200 },
  );
});

Deno.test("MerkleTree.verifyPiece: padding is not told, and the piece exists", () => {
  const tree = treeOf(6, 4);
  assertEquals(tree.verifyPiece(1, blocksOf(tree, 1)), true);
  const padded = concatBytes([blocksOf(tree, 1), zeroHash(0), zeroHash(0)]);
  for (const hashes of [padded, new Uint8Array(), padded.subarray(0, 63)]) {
    assertThrows(() => tree.verifyPiece(1, hashes), RangeError);
    assertThrows(() => tree.wrongBlocks(1, hashes), RangeError);
    assertThrows(() => tree.addBlockHashes(1, hashes), RangeError);
  }
  for (const piece of [-1, 2, 0.5, NaN]) {
    assertThrows(() => tree.verifyPiece(piece, blocksOf(tree, 0)), RangeError);
    assertThrows(() => tree.leafRequest(piece), RangeError);
  }
});

Deno.test("MerkleTree.wrongBlocks: names the blocks once the leaves are known", () => {
  const full = treeOf(11, 4);
  const tree = emptyLike(full);
  tree.setPieceLayer(full.pieceLayer()!);
  const blocks = blocksOf(full, 2);
  assertEquals(tree.wrongBlocks(2, blocks), undefined);
  for (const range of tree.leafRequest(2)) tree.addHashes(range, full.hashesFor(range)!);
  assertEquals(tree.wrongBlocks(2, blocks), []);
  blocks[0]! ^= 1;
  assertEquals(tree.wrongBlocks(2, blocks), [0]);
  blocks[95]! ^= 1;
  assertEquals(tree.wrongBlocks(2, blocks), [0, 2]);
  assertEquals(tree.wrongBlocks(1, blocksOf(full, 1)), undefined);
});

Deno.test("MerkleTree.wrongBlocks: a piece of one block is its own leaf", () => {
  const full = treeOf(3, 1);
  const tree = emptyLike(full);
  assertEquals(tree.setPieceLayer(full.pieceLayer()!), true);
  assertEquals(tree.wrongBlocks(1, blocksOf(full, 1)), []);
  assertEquals(tree.wrongBlocks(1, blocksOf(full, 2)), [0]);
  const single = new MerkleTree({ root: zeroHash(1), length: 5, pieceLength: 16_384 });
  assertEquals(single.wrongBlocks(0, zeroHash(1)), []);
  assertEquals(single.wrongBlocks(0, zeroHash(0)), [0]);
});

Deno.test("MerkleTree.addBlockHashes: keeps good leaves to serve them, until they are dropped", () => {
  const full = treeOf(11, 4);
  const tree = emptyLike(full);
  assertEquals(tree.addBlockHashes(1, blocksOf(full, 1)), undefined);
  tree.setPieceLayer(full.pieceLayer()!);
  const without = tree.byteLength;
  const wrong = blocksOf(full, 1);
  wrong[40]! ^= 1;
  assertEquals(tree.addBlockHashes(1, wrong), false);
  assertEquals([tree.blockHash(4), tree.byteLength], [undefined, without]);
  assertEquals(tree.addBlockHashes(1, blocksOf(full, 1)), true);
  const range = { root: full.root, baseLayer: 0, index: 4, length: 4, proofLayers: 3 };
  assertEquals(tree.hashesFor(range), full.hashesFor(range));
  assertEquals(tree.hashesFor({ ...range, index: 8 }), undefined);
  tree.dropLeaves();
  assertEquals([tree.blockHash(4), tree.hashesFor(range)], [undefined, undefined]);
  assertEquals([tree.pieceLayer(), tree.byteLength], [full.pieceLayer(), without]);
});

Deno.test("MerkleTree.dropLeaves: leaves that are the pieces' hashes stay", () => {
  for (const tree of [treeOf(5, 1), treeOf(1, 4)]) {
    tree.dropLeaves();
    assert(tree.pieceLayer());
    assert(tree.blockHash(0));
  }
});

Deno.test("MerkleTree.missingLayerRequests: each is proven on its own, together they are all", () => {
  for (const pieces of [2, 3, 5, 511, 512, 513, 514, 1_024, 1_025, 1_200, 2_049]) {
    for (const perPiece of [1, 2]) {
      const full = treeOf(pieces * perPiece, perPiece);
      const tree = emptyLike(full);
      const requests = tree.missingLayerRequests();
      assertEquals(requests.length, Math.ceil(pieces / 512));
      for (const range of requests) {
        const payload = full.hashesFor(range)!;
        assertEquals(range.baseLayer, full.pieceHeight);
        assertEquals(emptyLike(full).addHashes(range, payload), "added");
        assertEquals(tree.missingLayerRequests()[0], range);
        assertEquals(tree.addHashes(range, payload), "added");
      }
      assertEquals(tree.missingLayerRequests(), []);
      assertEquals(tree.pieceLayer(), full.pieceLayer());
    }
  }
});

Deno.test("MerkleTree.missingLayerRequests: only what is missing, and nothing for one piece", () => {
  const full = treeOf(1_200, 1);
  const tree = emptyLike(full);
  const [first, second, third] = tree.missingLayerRequests() as [HashRange, HashRange, HashRange];
  assertEquals([first, second, third].map(({ index, length }) => [index, length]), [
    [0, 512],
    [512, 512],
    [1_024, 256],
  ]);
  tree.addHashes(second, full.hashesFor(second)!);
  assertEquals(tree.missingLayerRequests(), [first, third]);
  assertEquals(emptyLike(treeOf(4, 4)).missingLayerRequests(), []);
  assertEquals(emptyLike(treeOf(1, 1)).missingLayerRequests(), []);
});

Deno.test("MerkleTree.leafRequest: fetches a piece's leaves, whether its hash is known or not", () => {
  const cases = [[2, 2], [3, 4], [11, 4], [9, 8], [1_500, 512], [1_600, 1_024], [3_000, 2_048]];
  for (const [count, perPiece] of cases as [number, number][]) {
    const full = treeOf(count, perPiece);
    for (const known of [true, false]) {
      for (let piece = 0; piece < full.pieceCount; piece++) {
        const tree = emptyLike(full);
        if (known) tree.setPieceLayer(full.pieceLayer()!);
        const requests = tree.leafRequest(piece);
        assert(requests.length > 0);
        const top = known ? full.pieceHeight : full.height;
        for (const range of requests) {
          assert(range.length <= 512 && range.baseLayer === 0);
          assertEquals(range.proofLayers, (full.pieceCount === 1 ? full.height : top) - 1);
          assertEquals(tree.addHashes(range, full.hashesFor(range)!), "added");
        }
        assertEquals(tree.wrongBlocks(piece, blocksOf(full, piece)), []);
      }
    }
  }
});

Deno.test("MerkleTree.leafRequest: nothing for pieces of one block", () => {
  assertEquals(treeOf(5, 1).leafRequest(4), []);
  assertEquals(treeOf(1, 8).leafRequest(0), []);
});

Deno.test("MerkleTree: what a peer proves of the largest file costs little memory", () => {
  const length = 2 ** 53 - 1;
  const height = 39;
  const index = 2 ** 38 + 6;
  const hashes = concatBytes(leavesOf(2 + height - 1));
  let root = layerRoot(hashes.subarray(0, 64), 0);
  for (let layer = 1, node = index / 2; layer < height; layer++, node = Math.floor(node / 2)) {
    const uncle = hashes.subarray((layer + 1) * 32, (layer + 2) * 32);
    root = layerRoot(concatBytes(node % 2 === 0 ? [root, uncle] : [uncle, root]), 0);
  }
  const tree = new MerkleTree({ root, length, pieceLength: 2 ** 32 });
  const range = { root, baseLayer: 0, index, length: 2, proofLayers: height - 1 };
  assertEquals(tree.addHashes({ ...range, index: index + 2 }, hashes), "bad");
  assertEquals(tree.byteLength, 32);
  assertEquals(tree.addHashes(range, hashes), "added");
  assert(equalBytes(tree.blockHash(index + 1)!, hashes.subarray(32, 64)));
  assertEquals(tree.hashesFor(range), hashes);
  assert(tree.byteLength <= 40 * 4_096);
});
