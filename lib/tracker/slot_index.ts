/** Tables that the index is split into by the highest bits of the hash. */
const SHARD_BITS = 10;
const SHIFT = 32 - SHARD_BITS;

/** Entries of a new table. */
const FIRST_SIZE = 4;

interface Shard {
  table: Uint32Array;
  used: number;
}

/**
 * Numbers by hash: open addressing with linear probing, split into many tables so that none is large
 * and the growth of one is short. Numbers are from 1; 0 marks an empty place.
 *
 * Whoever looks something up walks all entries of a hash, and compares them itself:
 *
 *     for (let at = index.first(hash); at >= 0; at = index.after(hash, at)) index.at(hash, at)
 */
export class SlotIndex {
  readonly #hashOf: (slot: number) => number;
  readonly #shards: (Shard | undefined)[] = new Array(1 << SHARD_BITS).fill(undefined);

  /** @param hashOf The hash of what a number stands for, as it is when it is added. */
  constructor(hashOf: (slot: number) => number) {
    this.#hashOf = hashOf;
  }

  /** Where the entries begin that may have a hash; -1: there is none. */
  first(hash: number): number {
    const shard = this.#shards[hash >>> SHIFT];
    if (!shard) return -1;
    const at = hash & shard.table.length - 1;
    return shard.table[at] === 0 ? -1 : at;
  }

  /** Where the next one stands; -1: there is none. */
  after(hash: number, at: number): number {
    const { table } = this.#shards[hash >>> SHIFT]!;
    const next = at + 1 & table.length - 1;
    return table[next] === 0 ? -1 : next;
  }

  /** What stands there. */
  at(hash: number, at: number): number {
    return this.#shards[hash >>> SHIFT]!.table[at]!;
  }

  /** Makes room for so many at once, which saves moving them again and again. */
  reserve(count: number): void {
    const each = 2 ** Math.ceil(Math.log2(count / this.#shards.length * 4 / 3));
    if (each <= FIRST_SIZE) return;
    for (let at = 0; at < this.#shards.length; at++) {
      const shard = this.#shards[at] ??= { table: new Uint32Array(FIRST_SIZE), used: 0 };
      if (shard.table.length < each) this.#resize(shard, each);
    }
  }

  add(slot: number, hash: number): void {
    const shard = this.#shards[hash >>> SHIFT] ??= { table: new Uint32Array(FIRST_SIZE), used: 0 };
    if ((shard.used + 1) * 4 > shard.table.length * 3) this.#resize(shard, shard.table.length * 2);
    put(shard.table, slot, hash);
    shard.used++;
  }

  /** Takes one out that is in it. */
  remove(slot: number, hash: number): void {
    const shard = this.#shards[hash >>> SHIFT]!;
    const { table } = shard;
    const mask = table.length - 1;
    let hole = hash & mask;
    while (table[hole] !== slot) hole = hole + 1 & mask;
    // Whoever would not be found beyond the hole moves into it.
    for (let at = hole + 1 & mask; table[at] !== 0; at = at + 1 & mask) {
      const home = this.#hashOf(table[at]!) & mask;
      if ((at - home & mask) < (at - hole & mask)) continue;
      table[hole] = table[at]!;
      hole = at;
    }
    table[hole] = 0;
    shard.used--;
    const { length } = table;
    if (length > FIRST_SIZE && shard.used * 8 < length) this.#resize(shard, length / 2);
  }

  #resize(shard: Shard, length: number): void {
    const table = new Uint32Array(length);
    for (const slot of shard.table) if (slot !== 0) put(table, slot, this.#hashOf(slot));
    shard.table = table;
  }
}

function put(table: Uint32Array, slot: number, hash: number): void {
  const mask = table.length - 1;
  let at = hash & mask;
  while (table[at] !== 0) at = at + 1 & mask;
  table[at] = slot;
}
