import { below, type Random } from "../base/random.ts";

const BYTE_VALUES = 256;

/**
 * Hashes words so that nobody who does not know its tables can make many that collide: each byte, at
 * its position, stands for a number drawn by chance, and the hash is all of them exclusive-ored
 * (simple tabulation).
 */
export class SecretHash {
  readonly #tables: Uint32Array;

  /** @param words The most words that are hashed together. */
  constructor(words: number, random: Random) {
    const next = numbers(random);
    this.#tables = Uint32Array.from({ length: words * 4 * BYTE_VALUES }, next);
  }

  /** What one word at a position contributes, 32 bits, to be exclusive-ored with the others. */
  of(word: number, position: number): number {
    const at = position << 10;
    const tables = this.#tables;
    return tables[at | (word & 255)]! ^ tables[at + 256 | (word >>> 8 & 255)]! ^
      tables[at + 512 | (word >>> 16 & 255)]! ^ tables[at + 768 | word >>> 24]!;
  }
}

/** Many numbers of 32 bits out of four drawn ones (xoshiro128**). */
function numbers(random: Random): () => number {
  let [a, b, c, d] = [1, 2, 3, 4].map((odd) => below(random, 2 ** 32) ^ odd) as [
    number,
    number,
    number,
    number,
  ];
  return () => {
    const mixed = Math.imul(b, 5);
    const result = Math.imul(mixed << 7 | mixed >>> 25, 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = d << 11 | d >>> 21;
    return result;
  };
}
