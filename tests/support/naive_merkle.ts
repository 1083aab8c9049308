import { concatBytes } from "../../lib/base/bytes.ts";
import { hashBlock, type HashRange, MerkleTree } from "../../lib/meta/merkle.ts";
import { BLOCK_LENGTH } from "../../lib/meta/torrent.ts";

/** The hashes of made-up blocks. */
export function leavesOf(count: number, salt = 0): Uint8Array[] {
  return Array.from(
    { length: count },
    (_, block) => hashBlock(Uint8Array.of(block, block >> 8, salt)),
  );
}

/** A node as BEP 52 defines it, by recursion. */
export function naiveNode(leaves: readonly Uint8Array[], layer: number, index: number): Uint8Array {
  if (layer === 0) return leaves[index] ?? new Uint8Array(32);
  const children = [2 * index, 2 * index + 1].map((child) => naiveNode(leaves, layer - 1, child));
  return hashBlock(concatBytes(children));
}

/** The layer of the root. */
export function naiveHeight(count: number): number {
  return count === 1 ? 0 : 1 + naiveHeight(Math.ceil(count / 2));
}

/** What answers a range, by the words of BEP 52: each proof layer adds an uncle unless it is implied. */
export function naivePayload(leaves: readonly Uint8Array[], range: HashRange): Uint8Array {
  const { baseLayer, index, length, proofLayers } = range;
  const hashes = Array.from({ length }, (_, at) => naiveNode(leaves, baseLayer, index + at));
  for (let proof = 1; proof <= proofLayers; proof++) {
    const ancestor = Math.floor(index / 2 ** proof);
    if (2 ** proof < length) continue; // the whole layer follows from the hashes
    hashes.push(naiveNode(leaves, baseLayer + proof, ancestor ^ 1));
  }
  return concatBytes(hashes);
}

export function treeOf(leaves: readonly Uint8Array[], perPiece: number): MerkleTree {
  const length = leaves.length * BLOCK_LENGTH;
  return MerkleTree.fromLeaves(concatBytes(leaves), perPiece * BLOCK_LENGTH, length);
}

/** The tree of the same file with nothing but its root known. */
export function emptyLike({ root, length, pieceLength }: MerkleTree): MerkleTree {
  return new MerkleTree({ root, length, pieceLength });
}

/** Every range that a tree has. */
export function* rangesOf(tree: MerkleTree): Generator<HashRange> {
  const { root, height } = tree;
  for (let baseLayer = 0; baseLayer < height; baseLayer++) {
    for (let length = 2; length <= Math.min(512, 2 ** (height - baseLayer)); length *= 2) {
      for (let index = 0; index < tree.blockCount / 2 ** baseLayer; index += length) {
        for (let proofLayers = 0; proofLayers < height - baseLayer; proofLayers++) {
          yield { root, baseLayer, index, length, proofLayers };
        }
      }
    }
  }
}

/** Everything that can be asked of a tree. */
export function snapshot(tree: MerkleTree): unknown {
  return [
    Array.from({ length: tree.blockCount }, (_, block) => tree.blockHash(block)),
    Array.from({ length: tree.pieceCount }, (_, piece) => tree.pieceHash(piece)),
    [...rangesOf(tree)].map((range) => tree.hashesFor(range)),
    tree.byteLength,
  ];
}
