import { createHash } from "node:crypto";

const DIGITS = "abcdefghijklmnopqrstuvwxyz234567";
const FORM = /^[a-z2-7]{32}$/;

/** Bytes of chance in a key: nobody guesses one of 2^160. */
export const KEY_BYTES = 20;

/**
 * A key of a private tracker, as people copy it and as it stands in a path: base32 (RFC 4648, section
 * 6) in lower case.
 *
 * @param bytes {@linkcode KEY_BYTES} of chance.
 */
export function trackerKey(bytes: Uint8Array): string {
  let [text, buffer, bits] = ["", 0, 0];
  for (const byte of bytes) {
    buffer = (buffer << 8 | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) text += DIGITS[buffer >> bits - 5 & 31];
  }
  return text;
}

/** Whether a text has the form of a key. */
export function isTrackerKey(text: string | undefined): text is string {
  return text !== undefined && FORM.test(text);
}

/**
 * What is kept of a key: its SHA-256, 64 hex digits. A slow hash, as passwords need it, would add
 * nothing: a key is 160 bits of chance, which no list of likely ones holds, and each request pays for
 * the hash. Looking it up tells by its time of the hash only, from which nobody gets to a key.
 */
export function hashOfKey(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}

/** The text without what may be a key, for logs. */
export function withoutKeys(text: string): string {
  return text.replace(/(?<![a-z2-7])[a-z2-7]{32}(?![a-z2-7])/g, "…");
}
