import { basename, dirname } from "node:path";
import type { Bitfield } from "../base/bitfield.ts";
import type { Layout } from "../meta/layout.ts";
import type { DownloadFiles } from "./download_files.ts";
import { Durability } from "./durability.ts";
import { HASH_LENGTH } from "../meta/merkle_hash.ts";
import { DiskError } from "./errors.ts";
import type { Journal } from "./journal.ts";
import { PieceBuffers } from "./piece_buffers.ts";
import { PieceHashing } from "./piece_hashing.ts";
import { type PieceAsk, PieceRoom } from "./piece_room.ts";
import { PieceReader } from "./piece_reader.ts";
import type { Proofs } from "./proofs.ts";
import { openDownload } from "./resume.ts";
import { SafeFolders } from "./safe_folders.ts";
import { SIDE } from "./side_map.ts";
import type { FoundReport, OpenedDownload, StorageOptions } from "./storage_options.ts";
import type { PieceStore, Proof } from "./storage_types.ts";

/** What is proven reaches the disk and the journal so soon. */
const FLUSH_MS = 2_000;

/** Or after so many bytes. */
const FLUSH_LENGTH = 16 * 1024 * 1024;

/**
 * A download's files: sparse part files that take their final names when they are whole, and a
 * journal of what was proven, so that it goes on after whatever happens.
 *
 * Invariant: `have` holds a piece only when its bytes agree with the torrent's hashes and were
 * written; nothing is written that was not proven.
 */
export class Storage implements PieceStore {
  readonly have: Bitfield;
  /** What was there already. */
  readonly found: FoundReport;
  readonly #options: StorageOptions;
  readonly #layout: Layout;
  readonly #proofs: Proofs;
  readonly #files: DownloadFiles;
  readonly #journal: Journal;
  readonly #buffers: PieceBuffers;
  readonly #hashing: PieceHashing;
  readonly #reader: PieceReader;
  readonly #durability: Durability;
  readonly #opened: OpenedDownload;
  /** Roots of pieces of a hybrid torrent that SHA-1 alone has proven. */
  readonly #unconfirmed = new Map<number, Uint8Array>();
  #unsynced = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #problem: DiskError | undefined;
  #closed = false;

  private constructor(options: StorageOptions, opened: OpenedDownload) {
    const { proofs, files, journal, have, wanted, unclaimed, found } = opened;
    this.#options = options;
    this.#opened = opened;
    this.#proofs = proofs;
    this.#layout = proofs.layout;
    this.#files = files;
    this.#journal = journal;
    this.have = have;
    this.found = found;
    this.#buffers = new PieceBuffers(this.#layout, !proofs.v2);
    const { workers = navigator.hardwareConcurrency, now } = options;
    this.#hashing = new PieceHashing(this.#layout.pieceLength, workers > 1, now);
    this.#reader = new PieceReader(
      this.#layout,
      opened.fileSystem,
      (file, offset) => files.place(file, offset),
    );
    files.onRelease = (path) => this.#reader.forget(path);
    this.#durability = new Durability({
      layout: this.#layout,
      files,
      journal,
      wanted,
      rewrite: (piece) => this.#rewrite(piece),
    }, { has: (piece) => have.has(piece) && !unclaimed.has(piece) });
    for (const [piece, root] of unclaimed) this.#durability.add(piece, root);
  }

  /**
   * Begins a download, or goes on with one: what lies there is found and checked.
   *
   * @throws {DiskError} `open`, `read`, `write`, `full`; `exists` when another's file bears a final
   * name, is not what the torrent says, and there is no `force`.
   * @throws The signal's reason.
   */
  static async open(options: StorageOptions): Promise<Storage> {
    const opened = await openDownload(options);
    const storage = new Storage(options, opened);
    try {
      await storage.flush();
      return storage;
    } catch (error) {
      await storage[Symbol.asyncDispose]();
      throw error;
    }
  }

  get problem(): DiskError | undefined {
    return this.#problem;
  }

  putBlock(piece: number, begin: number, data: Uint8Array): void {
    this.#hashing.poll();
    if (!this.have.has(piece)) this.#buffers.put(piece, begin, data);
  }

  dropBlock(piece: number, begin: number): void {
    this.#buffers.dropBlock(piece, begin);
  }

  drop(piece: number): void {
    this.#buffers.drop(piece);
  }

  async prove(piece: number): Promise<Proof> {
    if (this.have.has(piece)) return { outcome: "good" };
    const buffer = this.#buffers.get(piece);
    if (!buffer || buffer.missing > 0 || buffer.lent) {
      throw new RangeError(`piece ${piece} is not all there`);
    }
    const { room } = buffer;
    const hashing = this.#hashing.hash(room, this.#askFor(piece, buffer.data.length));
    if (hashing) {
      buffer.lent = true;
      await hashing;
      buffer.lent = false;
      if (this.#closed || this.#buffers.get(piece) !== buffer) return { outcome: "failed" };
    }
    const { v2 } = this.#proofs;
    const good = this.#check(piece, room);
    if (good === undefined) throw new RangeError(`the hash of piece ${piece} is not known`);
    if (!good) {
      const leaves = room.leaves.slice(0, HASH_LENGTH * buffer.present.length);
      return { outcome: "bad", ...v2 && { blocks: leaves } };
    }
    const root = v2 ? room.root.slice() : undefined;
    this.#write(piece, buffer.data);
    this.#buffers.drop(piece);
    this.have.add(piece);
    if (root && !this.#proofs.isRootKnown(piece)) this.#unconfirmed.set(piece, root);
    this.#durability.add(piece, root);
    this.#unsynced += buffer.data.length;
    if (this.#unsynced >= FLUSH_LENGTH) this.#flushSoon(0);
    else this.#flushSoon(FLUSH_MS);
    return { outcome: "good" };
  }

  async readBlock(piece: number, begin: number, into: Uint8Array): Promise<void> {
    this.#checkHave(piece);
    await this.#reader.read(piece, begin, into);
  }

  readNow(piece: number, begin: number, into: Uint8Array): boolean {
    return this.have.has(piece) && this.#reader.readNow(piece, begin, into);
  }

  async readLeaves(piece: number): Promise<Uint8Array> {
    this.#checkHave(piece);
    return await this.#reader.leaves(piece);
  }

  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#unsynced = 0;
    try {
      await this.#durability.flush();
      this.#problem = undefined;
    } catch (error) {
      if (error instanceof DiskError) this.#problem = error;
      throw error;
    }
  }

  async finish(): Promise<void> {
    await this.flush();
    const { wanted, hasSide } = this.#opened;
    const missing = wanted.findIndex((is, file) => is && !this.#durability.isWhole(file));
    if (missing >= 0) throw new RangeError(`file ${missing} is not whole`);
    if (wanted.length === 0) this.#makeFolder();
    await this.#confirm();
    if (hasSide) return; // without it, the edges of the wanted files could not be proven again
    this.#journal.remove();
    this.#files.touchBase();
    await this.#files.syncFolders();
  }

  /** Brings what is proven to the disk, as far as that can be done, and closes all files. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#hashing[Symbol.dispose]();
    await this.flush().catch(() => {}); // `problem` tells; what is not saved is checked next time
    clearTimeout(this.#timer);
    this.#reader[Symbol.dispose]();
    this.#files[Symbol.dispose]();
    if (this.#isBegun()) return this.#journal.close();
    try {
      this.#journal.remove(); // nothing was begun, so nothing is left
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
    }
  }

  #isBegun(): boolean {
    const files = [SIDE, ...this.#opened.wanted.keys()];
    return this.have.count > 0 || files.some((file) => this.#files.stage(file).kind === "part");
  }

  /** A torrent without files is its folder alone. */
  #makeFolder(): void {
    const { path } = this.#options;
    new SafeFolders(this.#opened.fileSystem, dirname(path)).make([basename(path)]);
  }

  /** What SHA-1 alone has proven must be what the v2 root tells, too. */
  async #confirm(): Promise<void> {
    const { info } = this.#options;
    if (!this.#proofs.v1 || !this.#proofs.v2) return;
    for (const [file, { path }] of info.files.entries()) {
      if (!this.#opened.wanted[file]) continue;
      const good = await this.#proofs.confirm(file, async (piece) =>
        this.#unconfirmed.get(piece) ??
          this.#proofs.rootOf(piece, await this.readLeaves(piece)));
      if (good) continue;
      const name = path.join("/");
      const message = `the torrent contradicts itself about "${name}": its v1 and v2 hashes differ`;
      throw new DiskError("contradiction", message, { fault: "remote" });
    }
    this.#unconfirmed.clear();
  }

  #checkHave(piece: number): void {
    if (!this.have.has(piece)) throw new RangeError(`piece ${piece} is not there`);
  }

  #askFor(piece: number, length: number): PieceAsk {
    const { v1, v2 } = this.#proofs;
    return {
      length,
      ...v1 && { padding: this.#layout.pieceSize(piece) - length },
      ...v2 && { width: this.#proofs.widthOf(piece) },
    };
  }

  /** @throws {DiskError} */
  #write(piece: number, data: Uint8Array): void {
    try {
      for (const { file, offset, length, at } of this.#layout.segments(piece, 0, data.length)) {
        this.#files.write(file, offset, data.subarray(at, at + length));
      }
    } catch (error) {
      if (error instanceof DiskError) this.#problem = error;
      throw error;
    }
  }

  /** Reads a piece back, proves it and writes it again; if it is not right, it is not there. */
  #rewrite(piece: number): boolean {
    const room = PieceRoom.of(this.#layout.pieceLength);
    const data = room.data.subarray(0, this.#layout.dataLength(piece));
    const segments = this.#layout.segments(piece, 0, data.length);
    const read = segments.every(({ file, offset, length, at }) =>
      this.#files.readBack(file, offset, data.subarray(at, at + length))
    );
    if (read) room.hash(this.#askFor(piece, data.length));
    if (read && this.#check(piece, room)) {
      this.#write(piece, data);
      return true;
    }
    this.have.delete(piece);
    this.#options.onLost?.(piece);
    return false;
  }

  #check(piece: number, { sha1, root }: PieceRoom): boolean | undefined {
    const { v1, v2 } = this.#proofs;
    return this.#proofs.check(piece, { ...v1 && { sha1 }, ...v2 && { root } });
  }

  #flushSoon(ms: number): void {
    if (ms > 0 && this.#timer !== undefined) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.flush().catch((error) => {
        if (!(error instanceof DiskError)) throw error;
        this.#options.onProblem?.(error);
        if (!this.#closed && error.code !== "exists") this.#flushSoon(FLUSH_MS);
      });
    }, ms);
  }
}
