import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** How long a key makes ids; those of the two keys before still count. */
const WINDOW_MS = 60_000;
const KEPT = 3;

/**
 * Connection ids of UDP trackers (BEP 15, "UDP connections / spoofing"): who sends one back receives
 * what is sent to its address. An id is a keyed hash of the address, so nothing is kept for it; every
 * minute has a key of its own, by chance, and an id is good for two minutes at least, three at most.
 *
 * In its 8 bytes the first tells the minute's key, the others are of HMAC-SHA256.
 */
export class UdpConnectionIds {
  readonly #now: () => number;
  readonly #keys = new Map<number, Uint8Array>();

  /** @param now Monotonic milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The id of an address at this moment. */
  mint(host: string): Uint8Array {
    const window = this.#window();
    let key = this.#keys.get(window);
    if (!key) {
      key = new Uint8Array(randomBytes(32));
      this.#keys.set(window, key);
      for (const old of this.#keys.keys()) if (old <= window - KEPT) this.#keys.delete(old);
    }
    return idOf(key, window, host);
  }

  /** Whether an id was minted for the address not long ago. */
  check(id: Uint8Array, host: string): boolean {
    const last = this.#window();
    for (let window = last; window > last - KEPT; window--) {
      const key = this.#keys.get(window);
      if (key && id[0] === (window & 255)) return timingSafeEqual(idOf(key, window, host), id);
    }
    return false;
  }

  #window(): number {
    return Math.floor(this.#now() / WINDOW_MS);
  }
}

function idOf(key: Uint8Array, window: number, host: string): Uint8Array {
  const hash = createHmac("sha256", key).update(host).digest();
  const id = new Uint8Array(hash.subarray(0, 8));
  id[0] = window & 255;
  return id;
}
