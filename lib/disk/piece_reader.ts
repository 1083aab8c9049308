import type { Layout } from "../meta/layout.ts";
import { sha256Blocks } from "../meta/digest.ts";
import { DiskError, diskError } from "./errors.ts";
import { type FileHandle, type FileState, type FileSystem, sameState } from "./file_system.ts";
import { HandleCache } from "./handle_cache.ts";

/** Bytes that are read at a time: peers ask for the blocks of a piece one after the other. */
const CHUNK_LENGTH = 256 * 1024;

/** Chunks that are kept: 8 MiB. */
const MOST_CHUNKS = 32;

/**
 * Chunks that were read to their end and are kept for who asks out of order. The memory of the others
 * is used again while it is still in the processor's cache: who reads on needs a few of them, not 32.
 */
const MOST_PASSED = 2;

/** Files that are open for reading at a time. */
const MOST_OPEN = 32;

/** A file that looked as it should need not be looked at again for so long; milliseconds. */
export const LOOKED_MS = 10;

/** Where some bytes of a file of a torrent are. */
export interface Place {
  readonly path: string;
  /** Bytes from the start of what bears the path. */
  readonly offset: number;
  /** Which file it must be. */
  readonly id: string;
  /** What it must still look like; absent while it grows. */
  readonly state?: FileState;
}

/** A part of a piece in memory. */
interface Chunk {
  readonly memory: Uint8Array;
  readonly filled: Promise<void>;
  /** Whether `filled` was kept. */
  isFull: boolean;
  /** Who waits for it or copies out of it; until nobody does, the memory is not used again. */
  users: number;
}

/** Reads proven pieces from wherever their files are. */
export class PieceReader implements Disposable {
  readonly #layout: Layout;
  readonly #files: FileSystem;
  readonly #locate: (file: number, offset: number) => Place;
  readonly #handles: HandleCache<string>;
  /** By piece and chunk; the one that was not used for longest comes first. */
  readonly #chunks = new Map<string, Chunk>();
  readonly #spare: Uint8Array[] = [];
  /** Those that were read to their end, by their keys, the longest ago first. */
  readonly #passed = new Set<string>();
  /** When open files were looked at last. */
  readonly #looked = new WeakMap<FileHandle, number>();

  /**
   * @param locate Where the bytes of a file from an offset on are; one segment is in one place.
   */
  constructor(
    layout: Layout,
    files: FileSystem,
    locate: (file: number, offset: number) => Place,
  ) {
    this.#layout = layout;
    this.#files = files;
    this.#locate = locate;
    this.#handles = new HandleCache(MOST_OPEN);
  }

  /**
   * Reads a range of a piece that was written; zeros where padding is.
   *
   * @throws {DiskError} `open`, `read`, or `changed`.
   * @throws {RangeError} If there is no such range.
   */
  async read(piece: number, begin: number, into: Uint8Array): Promise<void> {
    const served = this.#layout.servedSize(piece);
    if (!(Number.isInteger(begin) && begin >= 0 && begin + into.length <= served)) {
      throw new RangeError(`piece ${piece} has no ${into.length} bytes from ${begin} on`);
    }
    const end = Math.min(into.length, Math.max(0, this.#layout.pieceSize(piece) - begin));
    into.fill(0, end);
    for (let at = 0; at < end;) {
      const index = Math.floor((begin + at) / CHUNK_LENGTH);
      const from = begin + at - index * CHUNK_LENGTH;
      const key = `${piece}/${index}`;
      const chunk = this.#chunk(key, piece, index);
      chunk.users++;
      try {
        await chunk.filled;
        const part = Math.min(end - at, chunk.memory.length - from);
        this.#take(chunk, key, from, into.subarray(at, at + part));
        at += part;
      } finally {
        chunk.users--;
      }
    }
  }

  /**
   * Like {@linkcode read}, if all of it is in memory.
   *
   * @returns Whether it was.
   */
  readNow(piece: number, begin: number, into: Uint8Array): boolean {
    const index = Math.floor(begin / CHUNK_LENGTH);
    const key = `${piece}/${index}`;
    const chunk = this.#known(key);
    const from = begin - index * CHUNK_LENGTH;
    const within = Number.isInteger(from) && from + into.length <= (chunk?.memory.length ?? 0);
    if (!chunk?.isFull || !within) return false;
    this.#take(chunk, key, from, into);
    return true;
  }

  /**
   * The SHA-256 of each block of a piece, 32 bytes each.
   *
   * @throws {DiskError} As `read`.
   */
  async leaves(piece: number): Promise<Uint8Array> {
    const data = new Uint8Array(this.#layout.dataLength(piece));
    await this.read(piece, 0, data);
    return sha256Blocks(data);
  }

  /** Lets go of a path that will be something else. */
  forget(path: string): void {
    this.#handles.close(path);
  }

  [Symbol.dispose](): void {
    this.#handles[Symbol.dispose]();
    this.#chunks.clear();
    this.#passed.clear();
    this.#spare.length = 0;
  }

  #take({ memory }: Chunk, key: string, from: number, into: Uint8Array): void {
    into.set(memory.subarray(from, from + into.length));
    if (from + into.length === memory.length) this.#passed.add(key);
  }

  #chunk(key: string, piece: number, index: number): Chunk {
    const known = this.#known(key);
    if (known) return known;
    this.#letGo();
    const begin = index * CHUNK_LENGTH;
    const length = Math.min(CHUNK_LENGTH, this.#layout.pieceSize(piece) - begin);
    const memory = (this.#spare.pop() ?? this.#memory()).subarray(0, length);
    const filled = this.#fill(piece, begin, memory);
    const chunk = { memory, filled, isFull: false, users: 0 };
    filled.then(() => chunk.isFull = true, () => this.#chunks.delete(key)); // the next one tries again
    this.#chunks.set(key, chunk);
    this.#evict();
    return chunk;
  }

  /** What is kept already; it is used last now. */
  #known(key: string): Chunk | undefined {
    const chunk = this.#chunks.get(key);
    if (!chunk) return undefined;
    this.#chunks.delete(key);
    this.#chunks.set(key, chunk);
    return chunk;
  }

  #memory(): Uint8Array {
    return new Uint8Array(Math.min(CHUNK_LENGTH, this.#layout.pieceLength));
  }

  /** Takes the memory of what nobody is likely to ask for again. */
  #letGo(): void {
    for (const key of this.#passed) {
      if (this.#passed.size <= MOST_PASSED) return;
      this.#drop(key);
    }
  }

  #evict(): void {
    for (const key of this.#chunks.keys()) {
      if (this.#chunks.size <= MOST_CHUNKS) return;
      this.#drop(key);
    }
  }

  #drop(key: string): void {
    const chunk = this.#chunks.get(key);
    this.#passed.delete(key);
    this.#chunks.delete(key);
    if (chunk?.users === 0) this.#spare.push(new Uint8Array(chunk.memory.buffer as ArrayBuffer));
  }

  async #fill(piece: number, begin: number, memory: Uint8Array): Promise<void> {
    const segments = this.#layout.segments(piece, begin, memory.length);
    let end = 0;
    for (const { file, offset, length, at } of segments) {
      memory.fill(0, end, at);
      end = at + length;
      await this.#readPlace(this.#locate(file, offset), memory.subarray(at, end));
    }
    memory.fill(0, end);
  }

  async #readPlace(place: Place, into: Uint8Array): Promise<void> {
    const { path, offset } = place;
    let file: FileHandle | undefined;
    try {
      file = this.#handles.get(path, () => this.#files.open(path, "read"));
      this.#check(place, file);
      if (await file.readLater(into, offset) === into.length) return;
    } catch (error) {
      this.#handles.close(path);
      throw diskError(file ? "read" : "open", file ? "read" : "open", path, error);
    }
    this.#handles.close(path);
    throw new DiskError("changed", `"${path}" shrank since it was proven`);
  }

  /** Both what is open and what the path names now must be what was proven. */
  #check({ path, id, state }: Place, file: FileHandle): void {
    const now = performance.now();
    if (now - this.#looked.get(file)! < LOOKED_MS) return;
    const open = file.state();
    const named = state ? this.#files.look(path) : undefined;
    const good = state
      ? sameState(open, state) && named !== undefined && sameState(named, state)
      : open.id === id;
    if (good) return void this.#looked.set(file, now);
    const how = state && !named ? "was removed" : open.id === id ? "was changed" : "was replaced";
    throw new DiskError("changed", `"${path}" ${how} since it was proven`);
  }
}
