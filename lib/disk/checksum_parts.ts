import { ClassicChecksum } from "../meta/classic_checksum.ts";

/** The classic checksum is a sum modulo this. */
const MODULUS = 0xffff_ffff;

/** `sum+tail`: what {@linkcode ClassicChecksum} says of some bytes, `sum` being 8 hex digits. */
const FINGERPRINT = /^([0-9a-f]{8})\+(.+)$/;

/**
 * The `ClassicChecksum.fingerprint()` of a file from those of its parts; each part but the last is
 * whole chunks of 1,024 bytes, so that the sum is the sum of their sums.
 *
 * @param parts In order; holes are skipped.
 */
export function addFingerprints(parts: readonly string[]): string {
  let sum = 0;
  let tail: string | undefined;
  parts.forEach((part) => {
    const match = FINGERPRINT.exec(part)!;
    sum = (sum + parseInt(match[1]!, 16)) % MODULUS;
    tail = match[2];
  });
  if (tail === undefined) return new ClassicChecksum().fingerprint();
  return `${sum.toString(16).padStart(8, "0")}+${tail}`;
}

/** The classic checksum in a fingerprint: 8 lower-case hex digits. */
export function checksumOf(fingerprint: string): string {
  return fingerprint.slice(0, 8);
}
