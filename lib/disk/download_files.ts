import { basename } from "node:path";
import type { DownloadPaths } from "./download_paths.ts";
import { DiskError, diskError } from "./errors.ts";
import {
  type FileHandle,
  type FileState,
  type FileSystem,
  sameState,
  systemCode,
} from "./file_system.ts";
import { HandleCache } from "./handle_cache.ts";
import type { Place } from "./piece_reader.ts";
import { SafeFolders } from "./safe_folders.ts";
import { SIDE, type SideMap } from "./side_map.ts";

/** Files that are open for writing at a time; a torrent may have a million. */
const MOST_OPEN = 64;

/** How far a file is. */
export type Stage =
  | { readonly kind: "absent" }
  /** It grows in its folder under `name`; `id` tells whether that is still our file. */
  | { readonly kind: "part"; readonly name: string; readonly id: string }
  /** It bears its final name and is what it should be. */
  | { readonly kind: "complete"; readonly state: FileState };

/** What a {@linkcode DownloadFiles} is made of. */
export interface DownloadFilesOptions {
  readonly paths: DownloadPaths;
  readonly files: FileSystem;
  /** By file, whether it is wanted. */
  readonly wanted: readonly boolean[];
  readonly side: SideMap;
  /** Whether what bears a file's final name gives way. */
  readonly force: boolean;
  /** Called when a part file was created. */
  readonly onPart: (file: number, name: string, id: string) => void;
}

/**
 * The files of a download and the names that they have meanwhile.
 *
 * Invariants: what is written to was created by a download of this torrent, through no link; a file
 * that is complete is never written to; another's file is removed or replaced only with `force`, and
 * only by one that is whole.
 */
export class DownloadFiles implements Disposable {
  /** Called before a path stops being what it was; whoever has it open closes it. */
  onRelease: (path: string) => void = () => {};
  readonly #options: DownloadFilesOptions;
  readonly #files: FileSystem;
  readonly #paths: DownloadPaths;
  readonly #folders: SafeFolders;
  readonly #stages = new Map<number, Stage>();
  readonly #handles = new HandleCache<number>(MOST_OPEN);
  /** Files that were written to since their last sync. */
  readonly #dirty = new Set<number>();
  /** Folders in which names were made since their last sync. */
  readonly #dirtyFolders = new Set<string>();

  constructor(options: DownloadFilesOptions) {
    this.#options = options;
    this.#files = options.files;
    this.#paths = options.paths;
    this.#folders = new SafeFolders(options.files, options.paths.base);
  }

  /** How far a file, or the side file, is. */
  stage(file: number): Stage {
    return this.#stages.get(file) ?? { kind: "absent" };
  }

  /** Takes what was found as how far a file is. */
  setStage(file: number, stage: Stage): void {
    this.#stages.set(file, stage);
    if (stage.kind === "part" && file !== SIDE) this.#paths.take(file, stage.name);
  }

  /** Where a file is now. @throws {DiskError} `read` when it is nowhere. */
  place(file: number, offset: number): Place {
    const at = this.#locate(file, offset);
    const stage = this.stage(at.file);
    switch (stage.kind) {
      case "absent":
        throw new DiskError("read", `"${this.#name(file)}" has not been begun`);
      case "part":
        return { path: this.#partPath(at.file, stage.name), offset: at.offset, id: stage.id };
      case "complete":
        return {
          path: this.#paths.final(at.file),
          offset: at.offset,
          id: stage.state.id,
          state: stage.state,
        };
      default:
        return stage satisfies never;
    }
  }

  /**
   * Writes proven bytes; to a complete file nothing, since they are there.
   *
   * @throws {DiskError} `open`, `write` or `full`.
   */
  write(file: number, offset: number, data: Uint8Array): void {
    const at = this.#locate(file, offset);
    if (this.stage(at.file).kind === "complete") return;
    const handle = this.#handle(at.file);
    this.#dirty.add(at.file);
    try {
      handle.write(data, at.offset);
    } catch (error) {
      throw diskError("write", "write", this.place(file, 0).path, error);
    }
  }

  /** Reads what was written. @returns Whether all of it is there, and is ours. */
  readBack(file: number, offset: number, into: Uint8Array): boolean {
    const at = this.#locate(file, offset);
    const stage = this.stage(at.file);
    if (stage.kind === "part") return this.#handle(at.file).read(into, at.offset) === into.length;
    if (stage.kind === "absent") return false;
    const handle = this.#files.open(this.#paths.final(at.file), "read");
    try {
      return sameState(handle.state(), stage.state) && handle.read(into, offset) === into.length;
    } finally {
      handle.close();
    }
  }

  /** Cuts off what is behind a part file's end. @throws {DiskError} `open` or `write`. */
  truncate(file: number, length: number): void {
    try {
      this.#handle(file).truncate(length);
    } catch (error) {
      throw diskError("write", "write", this.place(file, 0).path, error);
    }
  }

  /** Which files were written to since the last call; the caller syncs them. */
  takeDirty(): number[] {
    const dirty = [...this.#dirty];
    this.#dirty.clear();
    return dirty;
  }

  /** Says that a file has to be synced again. */
  setDirty(file: number): void {
    this.#dirty.add(file);
  }

  /** Brings a file to the disk. @returns Its state then. @throws {DiskError} `write` or `full`. */
  async sync(file: number): Promise<FileState> {
    try {
      const handle = this.#handle(file);
      await handle.sync();
      return this.#handle(file).state();
    } catch (error) {
      throw diskError("write", "write", this.place(file, 0).path, error);
    }
  }

  /** Makes names last that were made since. @throws {DiskError} `write`. */
  async syncFolders(): Promise<void> {
    for (const folder of [...this.#dirtyFolders]) {
      try {
        await this.#files.syncFolder(folder);
      } catch (error) {
        throw diskError("write", "write", folder, error);
      }
      this.#dirtyFolders.delete(folder);
    }
  }

  /**
   * Gives a synced part file its final name; an empty file is made.
   *
   * @throws {DiskError} `exists` when the name is in use and may not be taken; `write` or `full`.
   */
  complete(file: number): void {
    if (this.stage(file).kind === "absent") this.#handle(file);
    const stage = this.stage(file);
    if (stage.kind !== "part") return;
    const final = this.#paths.final(file);
    try {
      const { name, id } = stage;
      const part = this.#paths.part(file, name);
      this.#handles.close(file);
      this.onRelease(part);
      this.#folders.check(this.#paths.folders(file));
      this.#move(part, final, id);
      const named = this.#files.look(final);
      if (named?.id !== id) {
        throw new DiskError("write", `"${final}" was replaced by another program`);
      }
      const { size, mtime } = named;
      this.setStage(file, { kind: "complete", state: { size, mtime, id } });
      this.#touchFolders(file);
    } catch (error) {
      if (systemCode(error) === "EEXIST") {
        throw new DiskError("exists", `"${final}" exists already`, { cause: error });
      }
      throw diskError("write", "finish", final, error);
    }
  }

  /** Whatever of it was done before, a crash or a failure in between is no harm. */
  #move(part: string, final: string, id: string): void {
    const there = this.#files.look(final);
    const named = this.#files.look(part);
    if (there?.id === id) {
      if (named?.id === id) this.#files.remove(part);
    } else if (named?.id !== id) {
      throw new DiskError("write", `"${part}" was replaced by another program`);
    } else if (this.#options.force && there?.kind !== "folder") {
      this.#files.moveOver(part, final);
    } else this.#files.moveNew(part, final);
  }

  /** Closes all files. */
  [Symbol.dispose](): void {
    this.#handles[Symbol.dispose]();
  }

  /** Unwanted files are in the side file. */
  #locate(file: number, offset: number): { file: number; offset: number } {
    if (this.#options.wanted[file] || file === SIDE) return { file, offset };
    const at = this.#options.side.locate(file, offset);
    if (at === undefined) throw new DiskError("read", `"${this.#name(file)}" is not wanted`);
    return { file: SIDE, offset: at };
  }

  #handle(file: number): FileHandle {
    return this.#handles.get(file, () => this.#open(file));
  }

  #open(file: number): FileHandle {
    const stage = this.stage(file);
    if (stage.kind === "complete") {
      throw new DiskError("write", `"${this.#name(file)}" is complete`);
    }
    if (stage.kind === "absent") return this.#create(file).handle;
    const handle = this.#folders.open(this.#foldersOf(file), stage.name, "update");
    if (handle.state().id === stage.id) return handle;
    handle.close();
    throw new DiskError(
      "open",
      `"${this.#partPath(file, stage.name)}" was replaced by another program`,
    );
  }

  /** Creates a part file, beside those that are there already and may be somebody else's. */
  #create(file: number): { handle: FileHandle; name: string; id: string } {
    this.#folders.make(this.#foldersOf(file));
    for (const name of this.#partNames(file)) {
      let handle: FileHandle;
      try {
        handle = this.#folders.open(this.#foldersOf(file), name, "create");
      } catch (error) {
        if (error instanceof DiskError && error.code === "exists") continue;
        throw error;
      }
      const { id } = handle.state();
      this.setStage(file, { kind: "part", name, id });
      this.#touchFolders(file);
      this.#options.onPart(file, name, id);
      return { handle, name, id };
    }
    throw new DiskError("open", `too many part files beside "${this.#name(file)}"; remove them`);
  }

  /** Says that names were made beside the download. */
  touchBase(): void {
    this.#dirtyFolders.add(this.#paths.base);
  }

  #touchFolders(file: number): void {
    this.touchBase();
    if (file === SIDE) return;
    for (const folder of this.#paths.ancestors(file)) this.#dirtyFolders.add(folder);
  }

  #partNames(file: number): Iterable<string> {
    return file === SIDE ? [basename(this.#paths.side)] : this.#paths.partNames(file);
  }

  #partPath(file: number, name: string): string {
    return file === SIDE ? this.#paths.side : this.#paths.part(file, name);
  }

  #foldersOf(file: number): readonly string[] {
    return file === SIDE ? [] : this.#paths.folders(file);
  }

  #name(file: number): string {
    return file === SIDE ? this.#paths.side : this.#paths.final(file);
  }
}
