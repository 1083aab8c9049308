import { type InfoHash, type InfoHashV2, truncated } from "../base/ids.ts";
import type { Random } from "../base/random.ts";
import type { HashPrefix } from "./hash_prefix.ts";
import { readHex, writeBytes, writeHex } from "./hex_words.ts";
import { SecretHash } from "./secret_hash.ts";
import { SlotIndex } from "./slot_index.ts";

/** Shares of one chunk of memory. */
const CHUNK = 1_024;

/** Words of an info-hash as clients tell it, and of a whole v2 one. */
const SHORT = 5;
const WHOLE = 8;

/** Where hashes stand among the words of a share; the last word has a bit for each that is there. */
const AT = [0, SHORT, SHORT + WHOLE] as const;
type Kind = 0 | 1 | 2;
const [V1, V2, HASH]: readonly [Kind, Kind, Kind] = [0, 1, 2];
const PRESENT = SHORT + WHOLE + SHORT;
const WORDS = PRESENT + 1;

/** Bits of an entry of the index that tell which of a share's hashes it is for. */
const KIND_BITS = 2;

/** Hashes of a share. */
interface KnownHashes {
  readonly v1?: InfoHash | undefined;
  readonly v2?: InfoHashV2 | undefined;
  /** One of which nobody told which of the two it is. */
  readonly hash?: InfoHash | undefined;
}

/**
 * The info-hashes of all shares, in words, and which share a hash belongs to. Shares are numbers
 * from 1.
 *
 * Invariant: a hash leads to the first share that it was kept for, until that one lets it go.
 */
export class ShareHashes {
  readonly #chunks: Uint32Array[] = [];
  readonly #index = new SlotIndex((entry) => this.#hashOf(entry));
  readonly #hash: SecretHash;
  /** What is looked up. */
  readonly #wanted = new Uint32Array(SHORT);

  constructor(random: Random) {
    this.#hash = new SecretHash(SHORT, random);
  }

  /** The share of a hash, or 0. */
  find(hash: InfoHash): number {
    return this.#entryOf(hash) >>> KIND_BITS;
  }

  /** As {@linkcode find}, by the 20 bytes that begin at a place. */
  findAt(bytes: Uint8Array, at: number): number {
    writeBytes(bytes, at, this.#wanted, 0, SHORT);
    return this.#entryOfWanted() >>> KIND_BITS;
  }

  v1(share: number): InfoHash | undefined {
    return this.#read(share, V1, SHORT) as InfoHash | undefined;
  }

  v2(share: number): InfoHashV2 | undefined {
    return this.#read(share, V2, WHOLE) as InfoHashV2 | undefined;
  }

  /** One of which nobody told whether it is v1 or v2. */
  hash(share: number): InfoHash | undefined {
    return this.#read(share, HASH, SHORT) as InfoHash | undefined;
  }

  /** Whether one of a share's hashes begins so. */
  begins(share: number, prefix: HashPrefix): boolean {
    const [words, at] = [this.#words(share), this.#at(share)];
    return this.#has(share, V1) && prefix.isOf(words, at + AT[V1], SHORT) ||
      this.#has(share, V2) && prefix.isOf(words, at + AT[V2], WHOLE) ||
      this.#has(share, HASH) && prefix.isOf(words, at + AT[HASH], SHORT);
  }

  /** Keeps for a share the hashes that it has not yet; what `hash` was may become known so. */
  keep(share: number, { v1, v2, hash }: KnownHashes): void {
    const known = (told: unknown, kind: Kind) => told === undefined || this.#has(share, kind);
    if (known(v1, V1) && known(v2, V2) && known(hash, HASH)) return;
    if (v1 !== undefined) this.#write(share, V1, v1, SHORT);
    if (v2 !== undefined) this.#write(share, V2, v2, WHOLE);
    if (hash !== undefined) this.#write(share, HASH, hash, SHORT);
    const [short, whole, unknown] = [this.v1(share), this.v2(share), this.hash(share)];
    const is = unknown === short || (whole !== undefined && unknown === truncated(whole));
    if (unknown !== undefined && is) this.#drop(share, HASH);
    for (const kind of [V2, V1, HASH]) {
      if (!this.#has(share, kind)) continue;
      const told = this.#read(share, kind, SHORT) as InfoHash;
      const entry = share << KIND_BITS | kind;
      if (this.#entryOf(told) === 0) this.#index.add(entry, this.#hashOf(entry));
    }
  }

  /** Lets all hashes of a share go. */
  drop(share: number): void {
    for (const kind of [V1, V2, HASH]) if (this.#has(share, kind)) this.#drop(share, kind);
  }

  #drop(share: number, kind: Kind): void {
    const entry = share << KIND_BITS | kind;
    const told = this.#read(share, kind, SHORT) as InfoHash;
    if (this.#entryOf(told) === entry) this.#index.remove(entry, this.#hashOf(entry));
    const [words, at] = [this.#words(share), this.#at(share) + PRESENT];
    words[at] = words[at]! & ~(1 << kind);
  }

  #entryOf(hash: InfoHash): number {
    writeHex(hash, this.#wanted, 0, SHORT);
    return this.#entryOfWanted();
  }

  #entryOfWanted(): number {
    const wanted = this.#wanted;
    const hashed = this.#hashed(wanted, 0);
    for (let at = this.#index.first(hashed); at >= 0; at = this.#index.after(hashed, at)) {
      const entry = this.#index.at(hashed, at);
      const [words, from] = [this.#words(entry >>> KIND_BITS), this.#placeOf(entry)];
      let same = 0;
      while (same < SHORT && words[from + same] === wanted[same]) same++;
      if (same === SHORT) return entry;
    }
    return 0;
  }

  #hashOf(entry: number): number {
    return this.#hashed(this.#words(entry >>> KIND_BITS), this.#placeOf(entry));
  }

  #hashed(words: Uint32Array, at: number): number {
    let all = 0;
    for (let word = 0; word < SHORT; word++) all ^= this.#hash.of(words[at + word]!, word);
    return all >>> 0;
  }

  #placeOf(entry: number): number {
    return this.#at(entry >>> KIND_BITS) + AT[(entry & 3) as Kind];
  }

  #has(share: number, kind: Kind): boolean {
    return (this.#words(share)[this.#at(share) + PRESENT]! & 1 << kind) !== 0;
  }

  #read(share: number, kind: Kind, count: number): string | undefined {
    if (!this.#has(share, kind)) return undefined;
    return readHex(this.#words(share), this.#at(share) + AT[kind], count);
  }

  #write(share: number, kind: Kind, hash: string, count: number): void {
    if (this.#has(share, kind)) return;
    const [words, at] = [this.#words(share), this.#at(share)];
    writeHex(hash, words, at + AT[kind], count);
    words[at + PRESENT] = words[at + PRESENT]! | 1 << kind;
  }

  #words(share: number): Uint32Array {
    return this.#chunks[Math.floor(share / CHUNK)] ??= new Uint32Array(CHUNK * WORDS);
  }

  #at(share: number): number {
    return share % CHUNK * WORDS;
  }
}
