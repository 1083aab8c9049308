import { LISTED_SEED, type PeerList } from "../wire/peer_list.ts";
import type { PeerWords } from "./peer_words.ts";

/** Peers that were drawn, to be read before others are. */
export class ListedPeers implements PeerList {
  readonly #words: PeerWords;
  #slots: readonly number[] = [];
  addresses = new Uint32Array(64);
  ports = new Uint32Array(64);

  constructor(words: PeerWords) {
    this.#words = words;
  }

  get count(): number {
    return this.#slots.length;
  }

  /** Takes other peers. */
  list(slots: readonly number[]): this {
    this.#slots = slots;
    if (slots.length > this.ports.length) {
      this.addresses = new Uint32Array(2 * slots.length);
      this.ports = new Uint32Array(2 * slots.length);
    }
    for (let at = 0; at < slots.length; at++) {
      const slot = slots[at]!;
      this.addresses[at] = this.#words.ipv4(slot);
      this.ports[at] = this.#words.port(slot) | (this.#words.isSeed(slot) ? LISTED_SEED : 0);
    }
    return this;
  }

  host(at: number): string {
    return this.#words.host(this.#slots[at]!);
  }
}
