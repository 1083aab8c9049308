import { join } from "node:path";
import { DiskError, diskError } from "./errors.ts";
import { type FileHandle, type FileSystem, systemCode } from "./file_system.ts";

/**
 * Folders below a base, entered through no symbolic link.
 *
 * Invariant: a file that is handed out is the one that bore its name, in folders that are no links,
 * after it was opened; so whoever swaps a folder for a link meanwhile gets an error, not our bytes.
 */
export class SafeFolders {
  readonly #files: FileSystem;
  readonly #base: string;

  /** @param base Absolute; it is there, and may be reached through links. */
  constructor(files: FileSystem, base: string) {
    this.#files = files;
    this.#base = base;
  }

  /**
   * Makes folders that are missing.
   *
   * @throws {DiskError} `open` or `full`; something else is in a folder's place.
   */
  make(folders: readonly string[]): void {
    for (let depth = 1; depth <= folders.length; depth++) {
      const path = join(this.#base, ...folders.slice(0, depth));
      if (this.#isFolder(path)) continue;
      try {
        this.#files.makeFolder(path);
      } catch (error) {
        if (systemCode(error) !== "EEXIST") throw diskError("open", "create", path, error);
      }
      this.#isFolder(path);
    }
  }

  /**
   * Opens a file in folders that are there.
   *
   * @throws {DiskError} `open`, `full`; `exists` when `create` finds the name in use.
   */
  open(folders: readonly string[], name: string, mode: "read" | "update" | "create"): FileHandle {
    const path = join(this.#base, ...folders, name);
    this.check(folders);
    let file: FileHandle;
    try {
      file = this.#files.open(path, mode);
    } catch (error) {
      if (systemCode(error) === "EEXIST") {
        throw new DiskError("exists", `"${path}" exists already`, { cause: error });
      }
      throw diskError("open", mode === "create" ? "create" : "open", path, error);
    }
    try {
      this.check(folders);
      const named = this.#files.look(path);
      if (named?.kind === "file" && named.id === file.state().id) return file;
      throw new DiskError("open", `"${path}" was replaced while it was opened`);
    } catch (error) {
      file.close();
      throw diskError("open", "open", path, error);
    }
  }

  /** @throws {DiskError} `open` when one of the folders is not there or no folder. */
  check(folders: readonly string[]): void {
    for (let depth = 1; depth <= folders.length; depth++) {
      const path = join(this.#base, ...folders.slice(0, depth));
      if (!this.#isFolder(path)) throw new DiskError("open", `the folder "${path}" is gone`);
    }
  }

  /** @returns False when nothing is there. */
  #isFolder(path: string): boolean {
    let kind;
    try {
      kind = this.#files.look(path)?.kind;
    } catch (error) {
      throw diskError("open", "open", path, error);
    }
    if (kind === undefined || kind === "folder") return kind === "folder";
    if (kind === "link") {
      throw new DiskError("open", `"${path}" is a symbolic link; nothing is written through it`);
    }
    throw new DiskError("open", `"${path}" is in the way: a folder is needed there`);
  }
}
