import type { InfoHash } from "../base/ids.ts";
import type { Random } from "../base/random.ts";
import { writeHex } from "./hex_words.ts";
import { SecretHash } from "./secret_hash.ts";
import { SlotIndex } from "./slot_index.ts";

/** Words of an info-hash. */
const WORDS = 5;

/** Hashes of one chunk of memory. */
const CHUNK = 4_096;

/** A set of info-hashes, about 27 bytes each; a look takes the same time however many there are. */
export class HashSet {
  readonly #chunks: Uint32Array[] = [];
  readonly #index = new SlotIndex((entry) => this.#hashed(this.#chunk(entry), at(entry)));
  readonly #hash: SecretHash;
  readonly #wanted = new Uint32Array(WORDS);
  #size = 0;

  /** @param random Chance that nobody can guess: hashes can be made to collide where it can be. */
  constructor(random: Random) {
    this.#hash = new SecretHash(WORDS, random);
  }

  /** How many there are. */
  get size(): number {
    return this.#size;
  }

  has(hash: InfoHash): boolean {
    writeHex(hash, this.#wanted, 0, WORDS);
    return this.#found(this.#hashed(this.#wanted, 0));
  }

  /** Adds one; a second time changes nothing. */
  add(hash: InfoHash): void {
    writeHex(hash, this.#wanted, 0, WORDS);
    const hashed = this.#hashed(this.#wanted, 0);
    if (this.#found(hashed)) return;
    const entry = ++this.#size;
    this.#chunk(entry).set(this.#wanted, at(entry));
    this.#index.add(entry, hashed);
  }

  #found(hashed: number): boolean {
    const wanted = this.#wanted;
    for (let place = this.#index.first(hashed); place >= 0;) {
      const entry = this.#index.at(hashed, place);
      const [words, from] = [this.#chunk(entry), at(entry)];
      let same = 0;
      while (same < WORDS && words[from + same] === wanted[same]) same++;
      if (same === WORDS) return true;
      place = this.#index.after(hashed, place);
    }
    return false;
  }

  #hashed(words: Uint32Array, from: number): number {
    let all = 0;
    for (let word = 0; word < WORDS; word++) all ^= this.#hash.of(words[from + word]!, word);
    return all >>> 0;
  }

  #chunk(entry: number): Uint32Array {
    return this.#chunks[Math.floor(entry / CHUNK)] ??= new Uint32Array(CHUNK * WORDS);
  }
}

/** Where an entry stands in its chunk. */
function at(entry: number): number {
  return entry % CHUNK * WORDS;
}
