import type { InfoHash } from "../base/ids.ts";
import type { SavedLeave } from "./store.ts";
import { OldestKeys } from "./oldest_keys.ts";

/** Peers that left and are remembered; the one that left first is forgotten first. */
const MOST = 100_000;

/**
 * Who left which share when. What another tracker heard before comes later, now and then, and must not
 * bring back who has left.
 */
export class Departures {
  readonly #most: number;
  readonly #times = new Map<string, number>();
  readonly #oldest = new OldestKeys(this.#times);

  constructor(most = MOST) {
    this.#most = most;
  }

  /** Notes that a peer left the shares of some hashes. @param seen When, monotonic milliseconds. */
  note(hashes: readonly InfoHash[], host: string, port: number, seen: number): void {
    for (const hash of hashes) {
      const key = `${hash} ${host} ${port}`;
      const time = Math.max(Math.floor(seen), this.#times.get(key) ?? -Infinity);
      this.#times.delete(key);
      this.#times.set(key, time);
      if (this.#times.size > this.#most) this.#times.delete(this.#oldest.next());
    }
  }

  /** Those who left after a time, as they are saved. */
  *since(time: number): Generator<SavedLeave, void> {
    for (const [key, seen] of this.#times) {
      if (seen <= time) continue;
      const [hash, host, port] = key.split(" ");
      yield { kind: "left", hashes: [hash as InfoHash], host: host!, port: Number(port), seen };
    }
  }

  /** Whether a peer left the share of one of some hashes at that time or later. */
  has(hashes: readonly InfoHash[], host: string, port: number, seen: number): boolean {
    if (this.#times.size === 0) return false;
    const time = Math.floor(seen);
    return hashes.some((hash) => (this.#times.get(`${hash} ${host} ${port}`) ?? -Infinity) >= time);
  }
}
