import { toHex } from "../base/bytes.ts";
import type { Layout } from "../meta/layout.ts";
import type { DownloadFiles } from "./download_files.ts";
import { DiskError } from "./errors.ts";
import type { FileState } from "./file_system.ts";
import type { Journal } from "./journal.ts";
import { type JournalState, toJournalState } from "./journal_record.ts";

/** Files that are synced at a time. */
const MOST_SYNCS = 8;

/** What a {@linkcode Durability} is made of. */
export interface DurabilityOptions {
  readonly layout: Layout;
  readonly files: DownloadFiles;
  readonly journal: Journal;
  /** By file, whether it is wanted. */
  readonly wanted: readonly boolean[];
  /**
   * Writes a piece anew that may not have reached the disk.
   *
   * @returns Whether what can still be read was right.
   */
  readonly rewrite: (piece: number) => boolean;
}

/**
 * Brings proven pieces to the disk in the order that makes a crash harmless: data, sync, journal,
 * sync; then final names, sync of folders, journal, sync.
 *
 * Invariant: the journal claims a piece only when all its bytes are on the disk, and a file has its
 * final name only when all its pieces are claimed. After a sync that failed, what it was to save is
 * written again: asking to sync again would prove nothing.
 */
export class Durability {
  readonly #options: DurabilityOptions;
  /** Pieces that were written since their last sync, with their v2 roots. */
  readonly #written = new Map<number, Uint8Array | undefined>();
  /** By file: how many of its pieces are not on the disk yet. */
  readonly #missing: number[];
  /** Files whose pieces are all on the disk, and that have not their final names. */
  readonly #whole = new Set<number>();
  /** Pieces of a batch whose sync failed. */
  readonly #doubtful = new Set<number>();
  #flushing: Promise<void> = Promise.resolve();

  /** @param durable Pieces that are on the disk and in the journal. */
  constructor(options: DurabilityOptions, durable: { has(piece: number): boolean }) {
    this.#options = options;
    this.#missing = options.wanted.map((wanted, file) => {
      const { first, end } = options.layout.piecesOf(file);
      let missing = 0;
      for (let piece = first; piece < end; piece++) if (!durable.has(piece)) missing++;
      if (wanted && missing === 0) this.#whole.add(file);
      return missing;
    });
  }

  /** Whether a file's pieces are all on the disk. */
  isWhole(file: number): boolean {
    return this.#missing[file] === 0;
  }

  /** Takes note of a proven piece that was written. */
  add(piece: number, root: Uint8Array | undefined): void {
    this.#written.set(piece, root);
  }

  /**
   * Brings all that was written before the call to the disk.
   *
   * @throws {DiskError} `write`, `full` or `exists`; the next call tries again.
   */
  flush(): Promise<void> {
    const flushed = this.#flushing.then(() => this.#flush());
    this.#flushing = flushed.catch(() => {});
    return flushed;
  }

  async #flush(): Promise<void> {
    await this.#savePieces();
    await this.#completeFiles();
  }

  async #savePieces(): Promise<void> {
    const { files, journal } = this.#options;
    for (const piece of [...this.#doubtful]) {
      if (!this.#options.rewrite(piece)) this.#written.delete(piece);
      this.#doubtful.delete(piece);
    }
    const batch = new Map(this.#written);
    const dirty = files.takeDirty();
    try {
      const states = await this.#syncFiles(dirty);
      await files.syncFolders();
      if (batch.size > 0) {
        const pieces = [...batch].map(([piece, root]) =>
          root ? [piece, toHex(root)] as const : [piece] as const
        );
        journal.append({ kind: "pieces", pieces, states });
      }
      await journal.sync();
    } catch (error) {
      for (const file of dirty) files.setDirty(file);
      for (const piece of batch.keys()) this.#doubtful.add(piece);
      throw error;
    }
    for (const piece of batch.keys()) {
      this.#written.delete(piece);
      this.#settle(piece);
    }
  }

  async #syncFiles(dirty: readonly number[]): Promise<JournalState[]> {
    const { files } = this.#options;
    const states: JournalState[] = [];
    for (let at = 0; at < dirty.length; at += MOST_SYNCS) {
      const some = dirty.slice(at, at + MOST_SYNCS);
      const synced = await Promise.all(some.map((file) => files.sync(file)));
      some.forEach((file, index) => states.push(toJournalState(file, synced[index]!)));
    }
    return states;
  }

  /** A piece is on the disk: perhaps some files are whole now. */
  #settle(piece: number): void {
    const { layout, wanted } = this.#options;
    const files = layout.segments(piece, 0, layout.pieceSize(piece)).map(({ file }) => file);
    for (const file of files) {
      if (--this.#missing[file]! === 0 && wanted[file]) this.#whole.add(file);
    }
  }

  /** Gives whole files their names; one that cannot have it keeps the others from nothing. */
  async #completeFiles(): Promise<void> {
    if (this.#whole.size === 0) return;
    const { files, journal } = this.#options;
    const done: [number, FileState][] = [];
    let failure: unknown;
    for (const file of [...this.#whole]) {
      try {
        files.complete(file);
      } catch (error) {
        failure ??= error;
        if (error instanceof DiskError && error.code === "full") break;
        continue;
      }
      const stage = files.stage(file);
      if (stage.kind === "complete") done.push([file, stage.state]);
      this.#whole.delete(file);
    }
    if (done.length > 0) {
      const states = done.map(([file, state]) => toJournalState(file, state));
      journal.append({ kind: "complete", states });
      try {
        await files.syncFolders();
        await journal.sync();
      } catch (error) {
        failure ??= error;
      }
    }
    if (failure) throw failure;
  }
}
