import { createHash } from "node:crypto";
import { toHex } from "../base/bytes.ts";
import { Bitfield } from "../base/bitfield.ts";
import { Layout } from "../meta/layout.ts";
import { wantedPieces } from "../meta/wanted_pieces.ts";
import { Claims } from "./claims.ts";
import { DownloadFiles } from "./download_files.ts";
import { DownloadPaths } from "./download_paths.ts";
import { diskError } from "./errors.ts";
import { Found } from "./found.ts";
import { HashPool } from "./hash_pool.ts";
import { Journal } from "./journal.ts";
import { JOURNAL_VERSION, type JournalRecord, toJournalState } from "./journal_record.ts";
import { localFileSystem } from "./local_file_system.ts";
import { PieceCheck } from "./piece_check.ts";
import { Proofs } from "./proofs.ts";
import { SIDE, SideMap } from "./side_map.ts";
import type { FoundReport, OpenedDownload, StorageOptions } from "./storage_options.ts";

/**
 * Finds what there is of a download and checks it.
 *
 * What the journal claims is taken with samples when the files are still as it left them, and hashed
 * otherwise; then what it does not claim is hashed, too, before anything is written over it. What
 * proves nothing of this torrent is somebody else's and is left alone.
 *
 * @throws {DiskError} As `Storage.open`.
 * @throws The signal's reason.
 */
export async function openDownload(options: StorageOptions): Promise<OpenedDownload> {
  const opening = new Opening(options);
  try {
    return await opening.run();
  } catch (error) {
    opening.close();
    throw error;
  }
}

class Opening {
  readonly #options: StorageOptions;
  readonly #layout: Layout;
  readonly #proofs: Proofs;
  readonly #wanted: readonly boolean[];
  readonly #wantedPieces: Bitfield;
  readonly #side: SideMap;
  readonly #paths: DownloadPaths;
  readonly #journal: Journal;
  readonly #claims: Claims;
  readonly #files: DownloadFiles;
  readonly #selection: string;

  constructor(options: StorageOptions) {
    const { info, files: fileSystem = localFileSystem } = options;
    this.#options = options;
    this.#layout = new Layout(info);
    this.#proofs = new Proofs(info, this.#layout, options.trees);
    this.#wanted = info.files.map((_, file) => options.wanted?.[file] ?? true);
    this.#wantedPieces = wantedPieces(this.#layout, this.#wanted);
    this.#side = new SideMap(this.#layout, unwantedOf(this.#wanted), this.#wantedPieces);
    this.#paths = new DownloadPaths(info, options.path);
    this.#selection = selectionOf(this.#wanted);
    const id = info.v2?.infoHash ?? info.v1!.infoHash;
    this.#journal = new Journal(fileSystem, this.#paths.journal, id);
    const records = this.#journal.read()?.records ?? [];
    this.#claims = new Claims(records, this.#selection, this.#layout, info.files.length);
    this.#files = new DownloadFiles({
      paths: this.#paths,
      files: fileSystem,
      wanted: this.#wanted,
      side: this.#side,
      force: options.force ?? false,
      onPart: (file, name, id) => {
        this.#journal.append({ kind: "part", file, name, id });
        this.#journal.write();
      },
    });
  }

  async run(): Promise<OpenedDownload> {
    const { info, files: fileSystem = localFileSystem, workers, signal, onCheck } = this.#options;
    const found = new Found({
      info,
      layout: this.#layout,
      paths: this.#paths,
      files: fileSystem,
      wanted: this.#wanted,
      side: this.#side,
      claims: this.#claims,
    });
    using pool = new HashPool({
      files: fileSystem,
      ...workers === undefined ? {} : { workers },
      ...signal ? { signal } : {},
    });
    const check = new PieceCheck({
      proofs: this.#proofs,
      lengths: info.files.map(({ length }) => length),
      found,
      claims: this.#claims,
      wanted: this.#wantedPieces,
      pool,
      ...onCheck ? { onCheck } : {},
    });
    await check.run();
    const { have } = check;
    signal?.throwIfAborted();
    this.#removeStaleSide();
    found.settle(check, this.#files, this.#options.force ?? false);
    const unclaimed = new Map<number, Uint8Array | undefined>();
    for (const piece of have) {
      if (!this.#claims.pieces.has(piece)) unclaimed.set(piece, check.roots.get(piece));
    }
    this.#markDirty(unclaimed.keys());
    await this.#beginJournal(have, unclaimed, found);
    return {
      fileSystem,
      proofs: this.#proofs,
      files: this.#files,
      journal: this.#journal,
      have,
      unclaimed,
      wanted: this.#wanted,
      hasSide: this.#side.length > 0,
      found: this.#report(have, check),
    };
  }

  close(): void {
    this.#files[Symbol.dispose]();
    this.#journal.close();
  }

  /** What proved itself without the journal is to be synced, and then claimed. */
  #markDirty(unclaimed: Iterable<number>): void {
    for (const piece of unclaimed) {
      for (const segment of this.#layout.segments(piece, 0, this.#layout.pieceSize(piece))) {
        const file = this.#wanted[segment.file] ? segment.file : SIDE;
        if (this.#files.stage(file).kind === "part") this.#files.setDirty(file);
      }
    }
  }

  /** A journal is kept as long as something is missing, or cannot be proven without it. */
  async #beginJournal(
    have: Bitfield,
    unclaimed: ReadonlyMap<number, unknown>,
    found: Found,
  ): Promise<void> {
    const whole = this.#wanted.every((is, file) =>
      !is || this.#files.stage(file).kind === "complete"
    );
    if (whole && this.#side.length === 0) return;
    await this.#journal.rewrite([...this.#records(have, unclaimed, found)]);
    this.#files.touchBase();
    await this.#files.syncFolders();
  }

  *#records(
    have: Bitfield,
    unclaimed: ReadonlyMap<number, unknown>,
    found: Found,
  ): Generator<JournalRecord> {
    yield { kind: "begin", version: JOURNAL_VERSION, wanted: this.#selection };
    const files = [SIDE, ...this.#wanted.keys()];
    for (const file of files) {
      const stage = this.#files.stage(file);
      if (stage.kind === "part") yield { kind: "part", file, name: stage.name, id: stage.id };
      if (stage.kind === "complete") {
        yield { kind: "complete", states: [toJournalState(file, stage.state)] };
      }
    }
    const pieces = [...have].filter((piece) => !unclaimed.has(piece)).map((piece) => {
      const root = this.#claims.pieces.get(piece);
      return root ? [piece, toHex(root)] as const : [piece] as const;
    });
    const states = files.flatMap((file) => {
      const state = this.#claims.states.get(file);
      return state && found.isFileUnchanged(file) ? [toJournalState(file, state)] : [];
    });
    if (pieces.length > 0) yield { kind: "pieces", pieces, states };
  }

  #removeStaleSide(): void {
    const { staleSide } = this.#claims;
    const { files = localFileSystem } = this.#options;
    try {
      if (staleSide && files.look(this.#paths.side)?.id === staleSide.id) {
        files.remove(this.#paths.side);
      }
    } catch (error) {
      throw diskError("write", "remove", this.#paths.side, error);
    }
  }

  #report(have: Bitfield, check: PieceCheck): FoundReport {
    const { files = localFileSystem } = this.#options;
    let needed = 0;
    for (const piece of this.#wantedPieces) {
      if (!have.has(piece)) needed += this.#layout.dataLength(piece);
    }
    const room = files.room(this.#paths.base);
    return {
      pieces: have.count,
      checked: check.checked,
      trusted: check.trusted,
      needed,
      ...room === undefined ? {} : { room },
    };
  }
}

function unwantedOf(wanted: readonly boolean[]): number[] {
  return wanted.flatMap((is, file) => is ? [] : [file]);
}

/** Tells selections of files apart. */
function selectionOf(wanted: readonly boolean[]): string {
  const text = wanted.map((is) => is ? "1" : "0").join("");
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
