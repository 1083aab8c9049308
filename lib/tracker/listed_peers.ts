import type { PeerList } from "../wire/peer_list.ts";
import type { PeerWords } from "./peer_words.ts";

/** Peers that were drawn, to be read before anything else changes. */
export class ListedPeers implements PeerList {
  readonly #words: PeerWords;
  readonly #slots: readonly number[];

  constructor(words: PeerWords, slots: readonly number[]) {
    this.#words = words;
    this.#slots = slots;
  }

  get count(): number {
    return this.#slots.length;
  }

  ipv4(at: number): number {
    return this.#words.ipv4(this.#slots[at]!);
  }

  host(at: number): string {
    return this.#words.host(this.#slots[at]!);
  }

  port(at: number): number {
    return this.#words.port(this.#slots[at]!);
  }

  isSeed(at: number): boolean {
    return this.#words.isSeed(this.#slots[at]!);
  }
}
