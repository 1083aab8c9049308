import { BLOCK_LENGTH } from "./torrent.ts";

/** The longest pieces that we make: the proof of a piece begins when it is whole for v1 peers. */
const LONGEST = 16 * 1024 * 1024;

/** Few enough that a torrent stays near 100 KiB, many enough that peers have something to trade. */
const PIECES = 2_048;

/**
 * The piece length that content is shared with, a function of its size alone, so that the same
 * content has the same info-hash whoever shares it.
 *
 * | size up to | piece length |
 * | --- | --- |
 * | 32 MiB | 16 KiB |
 * | 64 MiB | 32 KiB |
 * | and so on: 2^n × 32 MiB | 2^n × 16 KiB |
 * | 16 GiB | 8 MiB |
 * | more | 16 MiB |
 *
 * Up to 32 GiB that makes at most 2,048 pieces, and one more for every further file (each begins a
 * piece, BEP 52).
 *
 * @param totalSize Bytes of all files together.
 * @returns Bytes: a power of two from 16 KiB to 16 MiB.
 * @throws {RangeError} When the size is no whole number from 0 on.
 */
export function pieceLengthFor(totalSize: number): number {
  if (!Number.isSafeInteger(totalSize) || totalSize < 0) {
    throw new RangeError(`${totalSize} is no size`);
  }
  let length = BLOCK_LENGTH;
  while (length < LONGEST && totalSize > length * PIECES) length *= 2;
  return length;
}
