/** Ranges that a new list has room for. */
const FIRST_ROOM = 16;

/** Values of 16 bits. */
const DIGITS = 1 << 16;

/** A word with all bits. */
const ALL = 0xffff_ffff;

/**
 * Ranges of numbers that have a fixed count of 32-bit words each, first and last one included. A look
 * halves what is left at each step.
 *
 * Invariant after {@linkcode settle}: ranges stand in their order, and between two of them is a number
 * that is in neither.
 */
export class WordRanges {
  readonly #width: number;
  /** The first and the last number of each range. */
  #bounds: Uint32Array;
  #size = 0;

  /** @param width Words of a number, the most significant one first. */
  constructor(width: number) {
    this.#width = width;
    this.#bounds = new Uint32Array(2 * width * FIRST_ROOM);
  }

  /** How many ranges there are. */
  get size(): number {
    return this.#size;
  }

  /** Adds one; it counts after {@linkcode settle}. */
  add(first: ArrayLike<number>, last: ArrayLike<number>): void {
    const at = 2 * this.#width * this.#size++;
    if (at + 2 * this.#width > this.#bounds.length) {
      const larger = new Uint32Array(2 * Math.max(this.#bounds.length, this.#width * FIRST_ROOM));
      larger.set(this.#bounds);
      this.#bounds = larger;
    }
    this.#bounds.set(first, at);
    this.#bounds.set(last, at + this.#width);
  }

  /** Sorts the ranges, and joins those that touch. */
  settle(): void {
    const width = this.#width;
    const bounds = this.#bounds;
    const order = sorted(bounds, this.#size, width);
    const settled = new Uint32Array(2 * width * this.#size);
    let end = 0;
    for (const at of order) {
      const last = end - width;
      if (end > 0 && !isBeyond(bounds, at, settled, last, width)) {
        if (compare(bounds, at + width, settled, last, width) <= 0) continue;
        for (let word = 0; word < width; word++) settled[last + word] = bounds[at + width + word]!;
        continue;
      }
      for (let word = 0; word < 2 * width; word++) settled[end++] = bounds[at + word]!;
    }
    this.#size = end / (2 * width);
    this.#bounds = settled.slice(0, end);
  }

  /** Whether a number is in one of them. @param at Where in the words it begins. */
  has(words: Uint32Array, at = 0): boolean {
    const width = this.#width;
    let [low, high] = [0, this.#size];
    while (low < high) {
      const middle = low + high >>> 1;
      if (compare(this.#bounds, 2 * width * middle, words, at, width) <= 0) low = middle + 1;
      else high = middle;
    }
    return low > 0 && compare(words, at, this.#bounds, 2 * width * low - width, width) <= 0;
  }
}

/** Whether a number is greater than another and than the next one to it. */
function isBeyond(
  words: Uint32Array,
  at: number,
  others: Uint32Array,
  from: number,
  width: number,
): boolean {
  if (compare(words, at, others, from, width) <= 0) return false;
  // The next one: its last words are 0 where the other's have all bits, and one word is greater by 1.
  let word = width - 1;
  while (word > 0 && others[from + word] === ALL && words[at + word] === 0) word--;
  if (words[at + word] !== others[from + word]! + 1) return true;
  while (--word >= 0) if (words[at + word] !== others[from + word]) return true;
  return false;
}

/**
 * Where ranges begin, by their first number: sorted by 16 bits at a time, the last ones first, which
 * for a million of them is many times as fast as comparing.
 */
function sorted(bounds: Uint32Array, size: number, width: number): Uint32Array {
  let order = Uint32Array.from({ length: size }, (_, range) => 2 * width * range);
  let next = new Uint32Array(size);
  const places = new Uint32Array(DIGITS + 1);
  for (let digit = 2 * width - 1; digit >= 0; digit--) {
    const [word, shift] = [digit >> 1, digit & 1 ? 0 : 16];
    places.fill(0);
    for (const at of order) places[(bounds[at + word]! >>> shift & DIGITS - 1) + 1]!++;
    for (let value = 1; value <= DIGITS; value++) places[value]! += places[value - 1]!;
    for (const at of order) next[places[bounds[at + word]! >>> shift & DIGITS - 1]!++] = at;
    [order, next] = [next, order];
  }
  return order;
}

/** @returns Below 0, 0 or above 0, as the first number is less, the same or greater. */
function compare(
  words: Uint32Array,
  at: number,
  others: Uint32Array,
  from: number,
  width: number,
): number {
  for (let word = 0; word < width; word++) {
    const difference = words[at + word]! - others[from + word]!;
    if (difference !== 0) return difference;
  }
  return 0;
}
