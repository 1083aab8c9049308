import { below, type Random } from "../base/random.ts";
import { WireError } from "./errors.ts";

/** The most bytes of each padding. */
export const MSE_MAX_PADDING = 512;

/** How long a padding of ours is. */
export function msePaddingLength(random: Random): number {
  return below(random, MSE_MAX_PADDING + 1);
}

/** A padding's length as the other end says. @throws {WireError} `bad_encryption` when too long. */
export function checkMsePadding(length: number): number {
  if (length <= MSE_MAX_PADDING) return length;
  throw new WireError(
    "bad_encryption",
    `it pads its handshake with ${length} bytes; ${MSE_MAX_PADDING} are the most`,
  );
}
