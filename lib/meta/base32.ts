import { toHex } from "../base/bytes.ts";

const DIGITS = "abcdefghijklmnopqrstuvwxyz234567";

/** The 20 bytes of 32 base32 digits (RFC 4648, section 6) of either case in hex, or undefined. */
export function hexOfBase32(text: string): string | undefined {
  if (text.length !== 32) return undefined;
  const bytes = new Uint8Array(20);
  let [at, buffer, bits] = [0, 0, 0];
  for (const digit of text.toLowerCase()) {
    const value = DIGITS.indexOf(digit);
    if (value < 0) return undefined;
    buffer = (buffer << 5 | value) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at++] = buffer >> bits;
  }
  return toHex(bytes);
}
