/**
 * The keys of a map in the order in which they were set, each once: whoever takes one out of the map
 * after another in that order.
 *
 * A new iterator passes by all places of keys that were taken out since the map grew last; one that
 * goes on does so once. All that stood before it is gone or was set anew, and so stands behind it.
 */
export class OldestKeys<K> {
  readonly #map: ReadonlyMap<K, unknown>;
  #keys: Iterator<K>;

  constructor(map: ReadonlyMap<K, unknown>) {
    this.#map = map;
    this.#keys = map.keys();
  }

  /** The key that was set longest ago, to be taken out now; the map is not empty. */
  next(): K {
    const next = this.#keys.next();
    if (!next.done) return next.value;
    this.#keys = this.#map.keys();
    return this.#keys.next().value!;
  }
}
