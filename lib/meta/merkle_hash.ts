import { createHash } from "node:crypto";
import { sha256Into, writeHex } from "./digest.ts";

/** Bytes of a SHA-256 hash. */
export const HASH_LENGTH = 32;

/** No file has more layers: 2^53 bytes are 2^39 blocks. */
const MAX_LAYER = 64;

/** By layer: the root of a tree whose leaves are all padding. */
const zeros: Uint8Array[] = [new Uint8Array(HASH_LENGTH)];

/** The SHA-256 of a block as a file's Merkle tree has it as a leaf, 32 bytes (BEP 52, "pieces root"). */
export function hashBlock(data: Uint8Array): Uint8Array {
  const hash = new Uint8Array(HASH_LENGTH);
  sha256Into(data, hash, 0);
  return hash;
}

/**
 * The root of a subtree with nothing but padding in it: leaves beyond the end of a file are 32 zero
 * bytes (BEP 52, "pieces root").
 *
 * @param layer How many layers the root is above the leaves.
 * @returns 32 bytes that every caller shares; they must not be changed.
 * @throws {RangeError} If there is no such layer.
 */
export function zeroHash(layer: number): Uint8Array {
  if (!Number.isInteger(layer) || layer < 0 || layer > MAX_LAYER) {
    throw new RangeError(`no tree has a layer ${layer}`);
  }
  for (let next = zeros.length; next <= layer; next++) {
    zeros.push(parentHash(zeros[next - 1]!, zeros[next - 1]!));
  }
  return zeros[layer]!;
}

/** The node above two nodes, 32 bytes. */
export function parentHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  const parent = new Uint8Array(HASH_LENGTH);
  writeHex(createHash("sha256").update(left).update(right).digest("hex"), parent, 0);
  return parent;
}

/**
 * The layer above some neighbouring nodes, the first of which is a left one.
 *
 * @param hashes n hashes of 32 bytes.
 * @param layer The layer that they are of: an odd one out at the end gets padding for a neighbour.
 * @returns ceil(n / 2) hashes, in new memory.
 */
export function parentLayer(hashes: Uint8Array, layer: number): Uint8Array {
  const pair = 2 * HASH_LENGTH;
  const parents = new Uint8Array(Math.ceil(hashes.length / pair) * HASH_LENGTH);
  let from = 0;
  let to = 0;
  for (; from + pair <= hashes.length; from += pair, to += HASH_LENGTH) {
    sha256Into(hashes.subarray(from, from + pair), parents, to);
  }
  if (from < hashes.length) parents.set(parentHash(hashes.subarray(from), zeroHash(layer)), to);
  return parents;
}

/**
 * The root over the hashes of one layer, padded to a power of two (BEP 52, "piece layers").
 *
 * @param hashes One hash of 32 bytes or more.
 * @param layer The layer that they are of; 0 are the leaves.
 * @returns 32 bytes in new memory.
 * @throws {RangeError} If there is no hash, or a part of one, or no such layer.
 */
export function layerRoot(hashes: Uint8Array, layer: number): Uint8Array {
  if (hashes.length === 0 || hashes.length % HASH_LENGTH !== 0) {
    throw new RangeError(`${hashes.length} bytes are no hashes of ${HASH_LENGTH} bytes`);
  }
  zeroHash(layer);
  let row = hashes;
  for (let at = layer; row.length > HASH_LENGTH; at++) row = parentLayer(row, at);
  return row.slice();
}
