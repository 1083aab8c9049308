import { createHash, type Hash } from "node:crypto";
import { hashBlock } from "../meta/merkle_hash.ts";
import { BLOCK_LENGTH } from "../meta/torrent.ts";

/** Zeros, as many at a time. */
const ZEROS = new Uint8Array(BLOCK_LENGTH);

/** The SHA-256 of a block of zeros; not to be changed. */
export const BLANK_LEAF: Uint8Array = hashBlock(ZEROS);

/** The SHA-1 in hex of so many zeros, for the length that was asked for last. */
let last = { length: -1, sha1: "" };

/** Adds so many zeros to what is hashed. */
export function feedZeros(hash: Hash, count: number): void {
  for (let left = count; left > 0; left -= ZEROS.length) hash.update(ZEROS.subarray(0, left));
}

/** The SHA-1 of so many zeros: 40 lower-case hex digits. */
export function zerosSha1(length: number): string {
  if (last.length !== length) {
    const hash = createHash("sha1");
    feedZeros(hash, length);
    last = { length, sha1: hash.digest("hex") };
  }
  return last.sha1;
}

/** Whether there are only zeros; most data ends the search at once. */
export function isBlank(data: Uint8Array): boolean {
  const aligned = data.byteOffset % 8 === 0;
  const words = new BigUint64Array(
    data.buffer,
    aligned ? data.byteOffset : 0,
    aligned ? data.length >> 3 : 0,
  );
  for (let at = 0; at < words.length; at++) if (words[at] !== 0n) return false;
  for (let at = words.length * 8; at < data.length; at++) if (data[at] !== 0) return false;
  return true;
}
