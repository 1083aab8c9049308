import { HASH_LENGTH } from "./merkle_hash.ts";

/** The most hashes of a base layer in one message: "SHOULD NOT be greater than 512" (BEP 52). */
export const MAX_RANGE = 512;

/** Which hashes of a file's Merkle tree are meant (BEP 52, "hash request"). */
export interface HashRange {
  /** The tree's root, 32 bytes. */
  readonly root: Uint8Array;
  /** The layer of the first hashes; 0 are the leaves. */
  readonly baseLayer: number;
  /** The first hash of that layer; a multiple of `length`. */
  readonly index: number;
  /** How many hashes; a power of two from 2 to 512. */
  readonly length: number;
  /** How many layers of uncles, counted from the base layer. */
  readonly proofLayers: number;
}

/**
 * Whether a tree of that height, with `height` layers below its root, has the range (BEP 52, "hash
 * request"): whole numbers, a base layer below the root, hashes within the padded layer, uncles no
 * higher than the root's children. Says nothing of the root.
 */
export function isRangeOfHeight(range: HashRange, height: number): boolean {
  const { baseLayer, index, length, proofLayers } = range;
  return isCount(baseLayer) && baseLayer < height &&
    isCount(length) && length >= 2 && length <= MAX_RANGE && Number.isInteger(Math.log2(length)) &&
    isCount(index) && index % length === 0 && index + length <= 2 ** (height - baseLayer) &&
    isCount(proofLayers) && proofLayers < height - baseLayer;
}

/**
 * How many uncles follow the hashes of a range: one for each proof layer but the first
 * log2(length) - 1, which the hashes themselves give (BEP 52, "hashes").
 */
export function uncleCount(range: HashRange): number {
  return Math.max(0, range.proofLayers - Math.log2(range.length) + 1);
}

/** Bytes of the hashes that answer a range: its own, then the uncles from the lowest up. */
export function payloadLength(range: HashRange): number {
  return (range.length + uncleCount(range)) * HASH_LENGTH;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
