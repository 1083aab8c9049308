import { below, type Random } from "../base/random.ts";

/** Bytes by chance. */
export function mseNoise(random: Random, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, () => below(random, 256));
}
