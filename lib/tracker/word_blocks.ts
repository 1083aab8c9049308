/** Blocks up to 2^16 words are cut from chunks of so many, larger ones have a chunk each. */
const CHUNK_LEVEL = 16;
const OFFSET = (1 << CHUNK_LEVEL) - 1;

/** The smallest block: 2^3 words. */
export const SMALLEST = 3;

/**
 * Memory for many small lists that grow and shrink: blocks of 2^level words, halved from larger ones
 * when none is free. A block is known by the number of its chunk and where it begins there.
 *
 * What was halved stays so: memory for lists of one length is not used for longer ones.
 */
export class WordBlocks {
  readonly #chunks: Uint32Array[] = [];
  readonly #free: number[][] = [];

  /** A block of 2^level words, which hold anything. */
  take(level: number): number {
    const free = this.#free[level]?.pop();
    if (free !== undefined) return free;
    if (level >= CHUNK_LEVEL) {
      this.#chunks.push(new Uint32Array(1 << level));
      return (this.#chunks.length - 1) << CHUNK_LEVEL;
    }
    const block = this.take(level + 1);
    this.give(block + (1 << level), level);
    return block;
  }

  /** Takes a block back. */
  give(block: number, level: number): void {
    (this.#free[level] ??= []).push(block);
  }

  /** The chunk in which a block stands; the block begins at {@linkcode offset}. */
  chunk(block: number): Uint32Array {
    return this.#chunks[block >>> CHUNK_LEVEL]!;
  }

  /** Where a block begins in its chunk. */
  offset(block: number): number {
    return block & OFFSET;
  }
}
