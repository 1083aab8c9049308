import { createHash } from "node:crypto";
import { BLOCK_LENGTH } from "./torrent.ts";

/** The value of each hexadecimal digit by its character code. */
const DIGIT = new Uint8Array(128);
for (let value = 0; value < 16; value++) DIGIT[value.toString(16).charCodeAt(0)] = value;

/**
 * Writes a digest in lower-case hex as bytes. `digest("hex")` and this are together faster than
 * `digest()`, which makes a Buffer for every hash.
 */
export function writeHex(hex: string, into: Uint8Array, at: number): void {
  for (let from = 0; from < hex.length; from += 2) {
    into[at++] = DIGIT[hex.charCodeAt(from)]! << 4 | DIGIT[hex.charCodeAt(from + 1)]!;
  }
}

/** Writes the SHA-256 of some data, 32 bytes. */
export function sha256Into(data: Uint8Array, into: Uint8Array, at: number): void {
  writeHex(createHash("sha256").update(data).digest("hex"), into, at);
}

/**
 * The SHA-256 of each block of some data that begins with a block, 32 bytes each.
 *
 * @param into Where they are written, from its start on; absent: new memory.
 */
export function sha256Blocks(
  data: Uint8Array,
  into: Uint8Array = new Uint8Array(32 * Math.ceil(data.length / BLOCK_LENGTH)),
): Uint8Array {
  for (let at = 0, to = 0; at < data.length; at += BLOCK_LENGTH, to += 32) {
    sha256Into(data.subarray(at, at + BLOCK_LENGTH), into, to);
  }
  return into;
}
