/** So much is taken from the system at once. */
const SLAB = 16 * 1024;

/** What is larger has memory of its own. */
const LARGEST = 4 * 1024;

let slab = new ArrayBuffer(0);
let used = 0;

/**
 * New memory for a few bytes that are written at once and kept for a moment, such as an answer. Many
 * such pieces share one buffer: asking the system for each costs more than filling it. Nobody else has
 * the same bytes; but one piece that is kept keeps its neighbours, 16 KiB in all.
 *
 * @returns Bytes that are 0.
 */
export function freshBytes(length: number): Uint8Array<ArrayBuffer> {
  if (length > LARGEST) return new Uint8Array(length);
  if (used + length > slab.byteLength) {
    slab = new ArrayBuffer(SLAB);
    used = 0;
  }
  const bytes = new Uint8Array(slab, used, length);
  used += length;
  return bytes;
}
