import { type RegistryStore, type SavedBatch, StoreError } from "../../lib/tracker/store.ts";

/** A store that lives as long as the test, and can be made to fail. */
export class MemoryStore implements RegistryStore {
  readonly place = "memory";
  readonly batches = new Map<number, SavedBatch>();
  /** What every write fails with. */
  failing: StoreError | undefined;
  #newest = 0;

  get newest(): number {
    return this.#newest;
  }

  get records(): number {
    return [...this.batches.values()].reduce((sum, { count }) => sum + count, 0);
  }

  get savedAt(): number | undefined {
    const times = [...this.batches.values()].map(({ savedAt }) => savedAt);
    return times.length === 0 ? undefined : Math.max(...times);
  }

  async *load(): AsyncGenerator<SavedBatch, void> {
    for (const batch of [...this.batches.values()]) yield await Promise.resolve(batch);
  }

  append(batch: SavedBatch): Promise<void> {
    if (this.failing) return Promise.reject(this.failing);
    this.batches.set(++this.#newest, { ...batch, data: batch.data.slice() });
    return Promise.resolve();
  }

  forget(until: number, most: number): Promise<boolean> {
    if (this.failing) return Promise.reject(this.failing);
    const old = [...this.batches.keys()].filter((id) => id <= until);
    for (const id of old.slice(0, most)) this.batches.delete(id);
    return Promise.resolve(old.length > most);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}
