import { basename } from "node:path";
import type { Bitfield } from "../base/bitfield.ts";
import type { Layout } from "../meta/layout.ts";
import type { TorrentInfo } from "../meta/torrent.ts";
import type { Claims } from "./claims.ts";
import type { DownloadFiles } from "./download_files.ts";
import type { DownloadPaths } from "./download_paths.ts";
import { DiskError, diskError } from "./errors.ts";
import { type FileEntry, type FileSystem, sameState } from "./file_system.ts";
import { SIDE, type SideMap } from "./side_map.ts";

/** What lies where a file is or will be, and may hold some of its bytes. */
interface Source {
  readonly path: string;
  readonly entry: FileEntry;
  /** The name of a part file; absent: it bears the final name. */
  readonly part?: string;
  /** Whether the journal says that it is ours, and it is the same file still. */
  readonly ours: boolean;
  /** Whether nothing was written to it since the journal took note of its state. */
  readonly unchanged: boolean;
}

/** What a {@linkcode Found} looks at. */
export interface FoundOptions {
  readonly info: TorrentInfo;
  readonly layout: Layout;
  readonly paths: DownloadPaths;
  readonly files: FileSystem;
  readonly wanted: readonly boolean[];
  readonly side: SideMap;
  readonly claims: Claims;
}

/** What hashing told of pieces. */
export interface CheckedPieces {
  /** Those that are there. */
  readonly have: Bitfield;
  /** Those that were hashed and are wrong. */
  readonly bad: ReadonlySet<number>;
}

/** What was found of a download's files, before anything of it is believed. */
export class Found {
  readonly #options: FoundOptions;
  readonly #sources = new Map<number, Source>();

  /** @throws {DiskError} `open` when something cannot be looked at. */
  constructor(options: FoundOptions) {
    this.#options = options;
    options.wanted.forEach((is, file) => {
      const source = is ? this.#find(file) : undefined;
      if (source) this.#sources.set(file, source);
    });
    const side = options.side.length > 0 ? this.#look(options.paths.side) : undefined;
    if (side?.kind === "file") {
      const path = options.paths.side;
      this.#sources.set(SIDE, { ...this.#claimed(SIDE, side), path, part: basename(path) });
    }
  }

  /** Where a byte of a file may be, for hashing. */
  locate(file: number, offset: number): { path: string; offset: number } {
    const at = this.#locate(file, offset)!;
    return { path: this.#sources.get(at.file)!.path, offset: at.offset };
  }

  /** Whether there are as many bytes as a piece needs. */
  holds(piece: number): boolean {
    return this.#segments(piece).every(({ file, offset, length }) => {
      const at = this.#locate(file, offset);
      const source = at && this.#sources.get(at.file);
      return source !== undefined && source.entry.size >= at!.offset + length;
    });
  }

  /** Whether the files of a piece are as the journal says that they were left. */
  isUnchanged(piece: number): boolean {
    return this.#segments(piece).every(({ file, offset }) => {
      const at = this.#locate(file, offset);
      return at !== undefined && this.#sources.get(at.file)?.unchanged === true;
    });
  }

  /** Whether a file, or the side file, is as the journal says that it was left. */
  isFileUnchanged(file: number): boolean {
    return this.#sources.get(file)?.unchanged === true;
  }

  /**
   * Decides what becomes of each file, now that it is known which pieces are there. Pieces that lie
   * in another's file which will be replaced are taken out of `have`.
   *
   * @throws {DiskError} `exists` when another's file bears a final name and is not what it should be.
   */
  settle(check: CheckedPieces, files: DownloadFiles, force: boolean): void {
    const { have } = check;
    const replaced: number[] = [];
    const { wanted, info } = this.#options;
    wanted.forEach((is, file) => {
      if (!is) return;
      const source = this.#sources.get(file);
      const pieces = this.#piecesOf(file);
      if (source && source.part !== undefined) {
        if (!this.#isPartOurs(source, pieces, have)) return;
        const { id, size } = source.entry;
        files.setStage(file, { kind: "part", name: source.part, id });
        const { length } = info.files[file]!;
        if (size > length) files.truncate(file, length);
      } else if (source && this.#isWhole(file, source, pieces, check)) {
        files.setStage(file, { kind: "complete", state: source.entry });
        this.#removeOtherName(file, source);
      } else if (source || this.#look(this.#options.paths.final(file))) {
        if (!force) throw this.#inTheWay(file);
        replaced.push(file);
      }
    });
    const side = this.#sources.get(SIDE);
    const uses = [...have].filter((piece) => this.#usesSide(piece));
    if (side && this.#isPartOurs(side, uses, have)) {
      files.setStage(SIDE, { kind: "part", name: side.part!, id: side.entry.id });
    }
    for (const file of replaced) for (const piece of this.#piecesOf(file)) have.delete(piece);
  }

  /** A crash between the two steps of a rename leaves a file under both names. */
  #removeOtherName(file: number, { entry }: Source): void {
    if (entry.links < 2) return;
    const { claims, paths, files } = this.#options;
    const [first] = paths.partNames(file);
    for (const name of new Set([claims.parts.get(file)?.name, first])) {
      if (name === undefined || !paths.isPartName(file, name)) continue;
      const path = paths.part(file, name);
      if (this.#look(path)?.id !== entry.id) continue;
      try {
        files.remove(path);
      } catch (error) {
        throw diskError("write", "remove", path, error);
      }
    }
  }

  /**
   * A file of ours that was whole stays so: the edges that it shares with others may have been proven
   * with bytes that are gone.
   */
  #isWhole(
    file: number,
    source: Source,
    pieces: readonly number[],
    { have, bad }: CheckedPieces,
  ): boolean {
    if (pieces.every((piece) => have.has(piece))) return true;
    return source.unchanged && this.#options.claims.complete.has(file) &&
      !pieces.some((piece) => bad.has(piece));
  }

  /** A part file without a claim is ours if it proves it, or if there is nothing in it to lose. */
  #isPartOurs({ ours, entry }: Source, pieces: readonly number[], have: Bitfield): boolean {
    if (ours) return true;
    return entry.links === 1 && (entry.size === 0 || pieces.some((piece) => have.has(piece)));
  }

  #inTheWay(file: number): DiskError {
    return new DiskError(
      "exists",
      `"${this.#options.paths.final(file)}" exists already and is not what would be downloaded`,
    );
  }

  #find(file: number): Source | undefined {
    const { claims, paths, info } = this.#options;
    const { length } = info.files[file]!;
    const path = paths.final(file);
    const final = this.#look(path);
    const usable = final?.kind === "file" && final.size === length;
    const part = claims.parts.get(file);
    const known = part && paths.isPartName(file, part.name) ? part : undefined;
    if (usable && (claims.complete.has(file) || known?.id === final.id)) {
      return { ...this.#claimed(file, final), path };
    }
    for (const name of known ? [known.name] : []) {
      const at = paths.part(file, name);
      const entry = this.#look(at);
      if (entry?.kind === "file") return { ...this.#claimed(file, entry), path: at, part: name };
    }
    if (usable) return { path, entry: final, ours: false, unchanged: false };
    if (final) return undefined;
    const [name] = paths.partNames(file);
    const at = paths.part(file, name!);
    const entry = this.#look(at);
    if (entry?.kind !== "file") return undefined;
    return { path: at, part: name!, entry, ours: false, unchanged: false };
  }

  /** How what was found agrees with what the journal says of it. */
  #claimed(file: number, entry: FileEntry): Pick<Source, "entry" | "ours" | "unchanged"> {
    const { claims } = this.#options;
    const complete = claims.complete.get(file);
    const state = complete ?? claims.states.get(file);
    const ours = entry.id === (claims.parts.get(file)?.id ?? complete?.id);
    return { entry, ours, unchanged: ours && state !== undefined && sameState(state, entry) };
  }

  #look(path: string): FileEntry | undefined {
    try {
      return this.#options.files.look(path);
    } catch (error) {
      throw diskError("open", "open", path, error);
    }
  }

  #locate(file: number, offset: number): { file: number; offset: number } | undefined {
    if (this.#options.wanted[file]) return { file, offset };
    const at = this.#options.side.locate(file, offset);
    return at === undefined ? undefined : { file: SIDE, offset: at };
  }

  #usesSide(piece: number): boolean {
    return this.#segments(piece).some(({ file }) => !this.#options.wanted[file]);
  }

  #segments(piece: number) {
    const { layout } = this.#options;
    return layout.segments(piece, 0, layout.pieceSize(piece));
  }

  #piecesOf(file: number): number[] {
    const { first, end } = this.#options.layout.piecesOf(file);
    return Array.from({ length: end - first }, (_, index) => first + index);
  }
}
