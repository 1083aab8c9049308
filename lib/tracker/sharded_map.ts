const SHARDS = 256;

/** The last so many characters of a key tell its shard. */
const TAIL = 8;

/**
 * A map of texts in many small ones, so that none takes long when it grows or shrinks: a single one of
 * a million stops everything for a tenth of a second then.
 */
export class ShardedMap<V> {
  readonly #shards: (Map<string, V> | undefined)[] = new Array(SHARDS).fill(undefined);

  get(key: string): V | undefined {
    return this.#shards[shardOf(key)]?.get(key);
  }

  set(key: string, value: V): void {
    (this.#shards[shardOf(key)] ??= new Map()).set(key, value);
  }

  delete(key: string): void {
    this.#shards[shardOf(key)]?.delete(key);
  }
}

function shardOf(key: string): number {
  let hash = key.length;
  for (let at = Math.max(0, key.length - TAIL); at < key.length; at++) {
    hash = Math.imul(hash, 31) + key.charCodeAt(at);
  }
  return (hash ^ hash >>> 8) & SHARDS - 1;
}
