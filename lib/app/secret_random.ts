import type { Random } from "../base/random.ts";

/** Numbers that are drawn at a time. */
const BATCH = 1024;

/** Chance that nobody can guess, for keys. */
export function secretRandom(): Random {
  const numbers = new Uint32Array(BATCH);
  let at = BATCH;
  return {
    next() {
      if (at === BATCH) {
        crypto.getRandomValues(numbers);
        at = 0;
      }
      return numbers[at++]! / 2 ** 32;
    },
  };
}
