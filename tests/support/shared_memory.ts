import type { NextBatches, SavedBatch, SharedStore, StoreError } from "../../lib/tracker/store.ts";

/** Batches of one call of `next`. */
const READ_AT_ONCE = 4;

interface Entry {
  readonly number: number;
  readonly writer: object;
  readonly batch: SavedBatch;
}

/** A log that several stores share, for as long as the test lives; the test sets its clock. */
export class SharedMemory {
  entries: Entry[] = [];
  newest = 0;
  /** The number of the newest one that was forgotten. */
  cut = 0;
  /** Milliseconds since 1970. */
  time = 1_700_000_000_000;
  claimed: object | undefined;
  /** Another one when all was lost. */
  life = 1;

  lose(): void {
    this.entries = [];
    this.cut = 0;
    this.life++;
  }

  open(): SharedMemoryStore {
    return new SharedMemoryStore(this);
  }
}

/** A store of one tracker, that can be made to fail. */
export class SharedMemoryStore implements SharedStore {
  readonly shared = true;
  readonly place = "shared memory";
  readonly #memory: SharedMemory;
  /** What every call fails with. */
  failing: StoreError | undefined;
  /** What `next` says that it passed over. */
  damaged: string[] = [];
  read = 0;
  #life = 0;
  #lost = false;
  #rewind = false;

  constructor(memory: SharedMemory) {
    this.#memory = memory;
  }

  get newest(): number {
    return this.#memory.newest;
  }

  get records(): number {
    return this.#memory.entries.reduce((sum, { batch }) => sum + batch.count, 0);
  }

  get savedAt(): number | undefined {
    const times = this.#memory.entries.map(({ batch }) => batch.savedAt);
    return times.length === 0 ? undefined : Math.max(...times);
  }

  now(): number {
    return this.#memory.time;
  }

  async *load(): AsyncGenerator<SavedBatch, void> {
    for (const { batch } of [...this.#memory.entries]) yield await Promise.resolve(batch);
  }

  async append(batch: SavedBatch): Promise<void> {
    await this.#arrive();
    const memory = this.#memory;
    const number = ++memory.newest;
    memory.entries.push({ number, writer: this, batch: { ...batch, data: batch.data.slice() } });
  }

  async forget(until: number, most: number): Promise<boolean> {
    await this.#arrive();
    const memory = this.#memory;
    const old = memory.entries.filter(({ number }) => number <= until);
    const gone = old.slice(0, most);
    memory.entries = memory.entries.filter((entry) => !gone.includes(entry));
    memory.cut = Math.max(memory.cut, gone.at(-1)?.number ?? 0);
    return old.length > most;
  }

  async next(): Promise<NextBatches> {
    await this.#arrive();
    const damaged = this.damaged.splice(0);
    if (this.#rewind) {
      this.#rewind = false;
      this.read = 0;
      return { batches: [], more: true, damaged };
    }
    const all = this.#memory.entries.filter(({ number }) => number > this.read);
    const found = all.slice(0, READ_AT_ONCE);
    this.read = found.at(-1)?.number ?? this.read;
    const others = found.filter(({ writer }) => writer !== this);
    return { batches: others.map(({ batch }) => batch), more: all.length > found.length, damaged };
  }

  takeLost(): boolean {
    const lost = this.#lost;
    this.#lost = false;
    return lost;
  }

  async claim(): Promise<boolean> {
    await this.#arrive();
    return (this.#memory.claimed ??= this) === this;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }

  #arrive(): Promise<void> {
    if (this.failing) return Promise.reject(this.failing);
    const { life } = this.#memory;
    if (this.#life !== 0 && this.#life !== life) this.#lost = this.#rewind = true;
    this.#life = life;
    return Promise.resolve();
  }
}
