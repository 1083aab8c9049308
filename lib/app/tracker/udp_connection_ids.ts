import { randomBytes } from "node:crypto";
import { SipHash } from "../../base/sip_hash.ts";

/** How long a key makes ids; those of the two keys before still count. */
const WINDOW_MS = 60_000;
const KEPT = 3;

const KEY_BYTES = 16;
const ID_BYTES = 8;

/** More than any address has characters. */
const MOST_CHARACTERS = 64;

/**
 * Connection ids of UDP trackers (BEP 15, "UDP connections / spoofing"): who sends one back receives
 * what is sent to its address. An id is a keyed hash of the address, so nothing is kept for it; every
 * minute has a key of its own, by chance, and an id is good for two minutes at least, three at most.
 *
 * In its 8 bytes the first tells the minute's key, the others are of SipHash.
 */
export class UdpConnectionIds {
  readonly #now: () => number;
  readonly #keys = new Map<number, SipHash>();
  readonly #address = new Uint8Array(MOST_CHARACTERS);
  readonly #id = new Uint8Array(ID_BYTES);

  /** @param now Monotonic milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The id of an address at this moment. */
  mint(host: string): Uint8Array {
    const window = this.#window();
    let key = this.#keys.get(window);
    if (!key) {
      key = new SipHash(randomBytes(KEY_BYTES));
      this.#keys.set(window, key);
      for (const old of this.#keys.keys()) if (old <= window - KEPT) this.#keys.delete(old);
    }
    return this.#idOf(key, window, host).slice();
  }

  /** Whether an id was minted for the address not long ago. */
  check(id: Uint8Array, host: string): boolean {
    const last = this.#window();
    for (let window = last; window > last - KEPT; window--) {
      const key = this.#keys.get(window);
      if (key && id[0] === (window & 255)) return isSame(this.#idOf(key, window, host), id);
    }
    return false;
  }

  #window(): number {
    return Math.floor(this.#now() / WINDOW_MS);
  }

  /** To be looked at before the next one. */
  #idOf(key: SipHash, window: number, host: string): Uint8Array {
    const length = Math.min(host.length, MOST_CHARACTERS);
    for (let at = 0; at < length; at++) this.#address[at] = host.charCodeAt(at);
    key.hash(this.#address, length, this.#id);
    this.#id[0] = window & 255;
    return this.#id;
  }
}

/** In a time that does not tell where they differ. */
function isSame(one: Uint8Array, other: Uint8Array): boolean {
  let differing = one.length ^ other.length;
  for (let at = 0; at < one.length; at++) differing |= one[at]! ^ other[at]!;
  return differing === 0;
}
