const DIGITS = 8;
const BYTES = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/**
 * Writes what lower-case hex digits stand for, 8 a word.
 *
 * @param count How many words; the text has as many digits at least.
 */
export function writeHex(hex: string, words: Uint32Array, at: number, count: number): void {
  for (let word = 0, digit = 0; word < count; word++) {
    let value = 0;
    for (const end = digit + DIGITS; digit < end; digit++) {
      const code = hex.charCodeAt(digit);
      // The low bits of a digit's code, and 9 more for a letter: no branch that is guessed wrong.
      value = value << 4 | (code & 15) + 9 * (code >>> 6);
    }
    words[at + word] = value;
  }
}

/** Lower-case hex digits of words. */
export function readHex(words: ArrayLike<number>, at: number, count: number): string {
  let hex = "";
  for (let word = at; word < at + count; word++) {
    const value = words[word]!;
    hex += BYTES[value >>> 24]! + BYTES[value >>> 16 & 255]! + BYTES[value >>> 8 & 255]! +
      BYTES[value & 255]!;
  }
  return hex;
}

/** Writes 4 bytes a word, the first byte highest. */
export function writeBytes(
  bytes: Uint8Array,
  from: number,
  words: Uint32Array,
  at: number,
  count: number,
): void {
  for (let word = 0, byte = from; word < count; word++, byte += 4) {
    words[at + word] = bytes[byte]! << 24 | bytes[byte + 1]! << 16 | bytes[byte + 2]! << 8 |
      bytes[byte + 3]!;
  }
}
