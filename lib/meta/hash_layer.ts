import { Bitfield } from "../base/bitfield.ts";
import { HASH_LENGTH } from "./merkle_hash.ts";

/** Hashes that are kept in one piece of memory, 4 KiB. */
const CHUNK = 128;

interface Chunk {
  readonly hashes: Uint8Array;
  readonly known: Bitfield;
}

/**
 * The hashes of one layer of a tree, some of them known. Memory is taken for 128 neighbours when one
 * of them becomes known, never for the layer.
 */
export class HashLayer {
  /** How many hashes the layer has, padding not counted. */
  readonly length: number;
  readonly #chunks = new Map<number, Chunk>();
  #count = 0;

  /** A layer with no hash known. */
  constructor(length: number) {
    this.length = length;
  }

  /** Whether all hashes are known. */
  get isFull(): boolean {
    return this.#count === this.length;
  }

  /** Bytes of memory that the hashes take. */
  get byteLength(): number {
    let bytes = 0;
    for (const { hashes } of this.#chunks.values()) bytes += hashes.length;
    return bytes;
  }

  /** A view of a hash, 32 bytes, or undefined when it is not known or there is none. */
  get(index: number): Uint8Array | undefined {
    const chunk = this.#chunks.get(Math.floor(index / CHUNK));
    const at = index % CHUNK;
    return chunk?.known.has(at)
      ? chunk.hashes.subarray(at * HASH_LENGTH, (at + 1) * HASH_LENGTH)
      : undefined;
  }

  /** A copy of the hashes from `first` up to `end`, or undefined when one of them is not known. */
  slice(first: number, end: number): Uint8Array | undefined {
    const hashes = new Uint8Array((end - first) * HASH_LENGTH);
    for (let index = first; index < end; index++) {
      const hash = this.get(index);
      if (!hash) return undefined;
      hashes.set(hash, (index - first) * HASH_LENGTH);
    }
    return hashes;
  }

  /** Whether the hashes from `first` up to `end` are all known. */
  hasAll(first: number, end: number): boolean {
    for (let index = first; index < end; index++) if (!this.get(index)) return false;
    return true;
  }

  /** Copies hashes in from an index on; those beyond the end of the layer are left out. */
  write(first: number, hashes: Uint8Array): void {
    const end = Math.min(first + hashes.length / HASH_LENGTH, this.length);
    for (let index = first; index < end; index++) {
      const chunk = this.#chunk(Math.floor(index / CHUNK));
      const at = index % CHUNK;
      const from = (index - first) * HASH_LENGTH;
      chunk.hashes.set(hashes.subarray(from, from + HASH_LENGTH), at * HASH_LENGTH);
      if (chunk.known.add(at)) this.#count++;
    }
  }

  /** Forgets all hashes and gives their memory back. */
  clear(): void {
    this.#chunks.clear();
    this.#count = 0;
  }

  #chunk(number: number): Chunk {
    let chunk = this.#chunks.get(number);
    if (!chunk) {
      const room = Math.min(CHUNK, this.length - number * CHUNK);
      chunk = { hashes: new Uint8Array(room * HASH_LENGTH), known: new Bitfield(room) };
      this.#chunks.set(number, chunk);
    }
    return chunk;
  }
}
