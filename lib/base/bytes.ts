/** Small tools for byte strings; none of them keeps what it is handed, and none but `put…` changes it. */

const HEX = /^(?:[0-9a-f]{2})*$/i;

/** The codes of the two digits of each byte value. */
const DIGITS = Uint8Array.from({ length: 512 }, (_, at) => {
  const digit = at & 1 ? at >> 1 & 15 : at >> 5;
  return digit < 10 ? 0x30 + digit : 0x57 + digit;
});

/** Bytes whose digits are made at once. */
const HEX_PART = 64;

/** Lower-case hexadecimal digits, two a byte. */
export function toHex(bytes: Uint8Array): string {
  if (bytes.length <= HEX_PART) return hexAt(bytes, 0, bytes.length);
  let text = "";
  for (let at = 0; at < bytes.length; at += HEX_PART) {
    text += hexAt(bytes, at, Math.min(HEX_PART, bytes.length - at));
  }
  return text;
}

/** As {@linkcode toHex}, of a few bytes that begin at a place; they have to be there. */
export function hexAt(bytes: Uint8Array, at: number, count: number): string {
  // One flat string, made at once: joined from parts it costs three times as much, and again later.
  const codes = new Array<number>(2 * count);
  for (let n = 0; n < count; n++) {
    const digit = 2 * bytes[at + n]!;
    codes[2 * n] = DIGITS[digit]!;
    codes[2 * n + 1] = DIGITS[digit + 1]!;
  }
  return Reflect.apply(String.fromCharCode, undefined, codes);
}

/** The bytes that hexadecimal digits of either case stand for, or undefined when they are none. */
export function fromHex(text: string): Uint8Array | undefined {
  if (!HEX.test(text)) return undefined;
  const bytes = new Uint8Array(text.length / 2);
  for (let at = 0; at < bytes.length; at++) {
    bytes[at] = parseInt(text.slice(2 * at, 2 * at + 2), 16);
  }
  return bytes;
}

/** Whether two byte strings are the same. Not for secrets: the time depends on the content. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}

/** Orders byte strings as BEP 3 orders the keys of a dictionary: byte by byte, the shorter first. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const common = Math.min(a.length, b.length);
  for (let at = 0; at < common; at++) if (a[at] !== b[at]) return a[at]! - b[at]!;
  return a.length - b.length;
}

/** All the parts, one after the other, in new memory. */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Writes 32 bits, the highest first, of what is taken modulo 2^32. */
export function putUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}
