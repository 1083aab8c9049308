import { dirname } from "node:path";
import { DiskError, diskError } from "./errors.ts";

/** How many names are tried beside a `.part` file that is already there. */
const MOST_PART_NAMES = 1000;

/**
 * A file that is being received: it grows under `NAME.part` and takes its final name only when it
 * is whole, checked and on the disk.
 *
 * Invariants: the part file was created by this object, through no link; nothing else is ever
 * removed or overwritten, but the final name with `replace`.
 */
export class PartFile implements AsyncDisposable {
  /** Where it grows. */
  readonly path: string;
  readonly finalPath: string;
  readonly #identity: { readonly dev: number; readonly ino: number | null };
  #file: Deno.FsFile | undefined;
  #present = true;

  private constructor(path: string, finalPath: string, file: Deno.FsFile, info: Deno.FileInfo) {
    this.path = path;
    this.finalPath = finalPath;
    this.#file = file;
    this.#identity = { dev: info.dev, ino: info.ino };
  }

  /**
   * Creates `FINAL.part`, or `FINAL.1.part` and so on beside one that is there already and may be
   * somebody else's.
   *
   * @throws {DiskError} `open` or `full`.
   */
  static async create(finalPath: string): Promise<PartFile> {
    for (let n = 0; n < MOST_PART_NAMES; n++) {
      const path = n === 0 ? `${finalPath}.part` : `${finalPath}.${n}.part`;
      try {
        const file = await Deno.open(path, { read: true, write: true, createNew: true });
        return new PartFile(path, finalPath, file, await file.stat());
      } catch (error) {
        if (error instanceof Deno.errors.AlreadyExists) continue;
        throw diskError("open", "create", path, error);
      }
    }
    throw new DiskError("open", `too many part files beside "${finalPath}"; remove them`);
  }

  /** Writes all the bytes at the end. @throws {DiskError} `write` or `full`. */
  async write(bytes: Uint8Array): Promise<void> {
    try {
      for (let at = 0; at < bytes.length;) at += await this.#open().write(bytes.subarray(at));
    } catch (error) {
      throw diskError("write", "write", this.path, error);
    }
  }

  /** Forgets what was written, to start from the beginning. */
  async restart(): Promise<void> {
    try {
      await this.#open().truncate(0);
      await this.#open().seek(0, Deno.SeekMode.Start);
    } catch (error) {
      throw diskError("write", "write", this.path, error);
    }
  }

  /**
   * Brings it to the disk and gives it its final name.
   *
   * @param replace Whether a file that bears the final name gives way.
   * @throws {DiskError} `exists` when it may not; `write` or `full`. The part file is kept then.
   */
  async commit(replace: boolean): Promise<void> {
    try {
      await this.#open().sync();
      this.#close();
      await this.#checkStillOurs();
      if (replace) await Deno.rename(this.path, this.finalPath);
      else await renameWithoutClobber(this.path, this.finalPath);
      this.#present = false;
      await syncFolder(dirname(this.finalPath));
    } catch (error) {
      if (error instanceof Deno.errors.AlreadyExists) {
        throw new DiskError("exists", `"${this.finalPath}" exists already`, { cause: error });
      }
      throw diskError("write", "finish", this.finalPath, error);
    }
  }

  /** Closes it and leaves it under its part name. */
  keep(): void {
    this.#close();
    this.#present = false;
  }

  /** Closes it and, unless it was committed or kept, removes it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#close();
    if (!this.#present) return;
    this.#present = false;
    try {
      await this.#checkStillOurs();
      await Deno.remove(this.path);
    } catch {
      // Somebody else has removed or replaced it: nothing of ours is left there.
    }
  }

  #open(): Deno.FsFile {
    if (!this.#file) throw new DiskError("write", `"${this.path}" is closed`);
    return this.#file;
  }

  #close(): void {
    this.#file?.close();
    this.#file = undefined;
  }

  async #checkStillOurs(): Promise<void> {
    const info = await Deno.lstat(this.path);
    if (info.dev === this.#identity.dev && info.ino === this.#identity.ino) return;
    throw new DiskError("write", `"${this.path}" was replaced by another program`);
  }
}

/** A hard link refuses an existing name in one step; where there are none, a look must do. */
async function renameWithoutClobber(from: string, to: string): Promise<void> {
  try {
    await Deno.link(from, to);
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) throw error;
    const there = await Deno.lstat(to).then(() => true, () => false);
    if (there) throw new Deno.errors.AlreadyExists(to);
    await Deno.rename(from, to);
    return;
  }
  await Deno.remove(from);
}

/** Makes a rename last through a power loss; Windows does that by itself and opens no folders. */
async function syncFolder(path: string): Promise<void> {
  if (Deno.build.os === "windows") return;
  try {
    using folder = await Deno.open(path);
    await folder.sync();
  } catch {
    // Some file systems sync no folders: the file itself is safe.
  }
}
