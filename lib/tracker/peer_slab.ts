/** Peers of one chunk of memory. */
const CHUNK = 4_096;

/** Words of one peer: 64 bytes, so that it stands in one line of the processor's cache. */
const WORDS = 16;

/** Where a peer's fields stand among its words. */
export const PEER = {
  /** The address, 4 words. */
  address: 0,
  /** The peer id, 5 words. */
  id: 4,
  /** The port in the low 16 bits, {@linkcode SEED} and {@linkcode CLASSIC} above. */
  port: 9,
  /** When it was heard of last: monotonic milliseconds, modulo 2^32. */
  seen: 10,
  /** The number of its swarm. */
  swarm: 11,
  /** Where it stands in the list of its swarm. */
  place: 12,
  /** Neighbours in the bucket of those that are due together; 0: none. */
  next: 13,
  previous: 14,
  /** The tick at which it is gone, modulo 2^32. */
  due: 15,
} as const;

/**
 * Where the fields of a peer's card stand: what others are told of it, apart from the rest and much
 * denser, since dozens of peers of one swarm are read for each answer.
 */
export const CARD = {
  /** The address if it is one of IPv4, else 0. */
  ipv4: 0,
  /** As {@linkcode PEER.port}. */
  port: 1,
} as const;

/** Words of a card. */
const CARD_WORDS = 2;

/** Has everything. */
export const SEED = 1 << 16;

/** Serves downloaders of the original protocol. */
export const CLASSIC = 1 << 17;

/** Where a field of a peer stands: {@linkcode PEER}. */
type Field = (typeof PEER)[keyof typeof PEER];

/**
 * The memory of all peers: words in large chunks, no object for each. A peer is known by its slot, a
 * number from 1; 0 stands for none.
 *
 * Memory grows by 288 KiB; slots that were given back are used again, and the memory of all but the
 * first chunk is left when the last peer goes.
 */
export class PeerSlab {
  #chunks: Uint32Array[] = [];
  #cards: Uint32Array[] = [];
  #free = 0;
  #top = 1;
  #used = 0;

  /** How many slots are taken. */
  get used(): number {
    return this.#used;
  }

  /** A slot whose words hold anything. */
  take(): number {
    this.#used++;
    const slot = this.#free;
    if (slot !== 0) {
      this.#free = this.get(slot, PEER.next);
      return slot;
    }
    if (Math.floor(this.#top / CHUNK) === this.#chunks.length) {
      this.#chunks.push(new Uint32Array(CHUNK * WORDS));
      this.#cards.push(new Uint32Array(CHUNK * CARD_WORDS));
    }
    return this.#top++;
  }

  /** Takes a slot back. */
  give(slot: number): void {
    this.#used--;
    if (this.#used === 0) {
      this.#chunks = this.#chunks.slice(0, 1);
      this.#cards = this.#cards.slice(0, 1);
      this.#free = 0;
      this.#top = 1;
      return;
    }
    this.set(slot, PEER.next, this.#free);
    this.#free = slot;
  }

  get(slot: number, field: Field): number {
    return this.#chunks[slot >>> 12]![(slot & 4_095) << 4 | field]!;
  }

  set(slot: number, field: Field, value: number): void {
    this.#chunks[slot >>> 12]![(slot & 4_095) << 4 | field] = value;
  }

  /** The words among which a peer's stand, from {@linkcode at}, to be used at once. */
  words(slot: number): Uint32Array {
    return this.#chunks[slot >>> 12]!;
  }

  /** Where a peer's words begin. */
  at(slot: number): number {
    return (slot & 4_095) << 4;
  }

  /** The words among which those of a peer's card stand, from {@linkcode cardAt}, to be used at once. */
  cards(slot: number): Uint32Array {
    return this.#cards[slot >>> 12]!;
  }

  /** Where the words of a peer's card begin. */
  cardAt(slot: number): number {
    return (slot & 4_095) << 1;
  }

  /** Whether 4 words are the peer's address. */
  isFrom(slot: number, address: Uint32Array): boolean {
    const words = this.words(slot);
    const at = this.at(slot);
    return words[at + 3] === address[3] && words[at + 2] === address[2] &&
      words[at + 1] === address[1] && words[at] === address[0];
  }
}
