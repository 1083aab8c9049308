import { createHash } from "node:crypto";
import { ClassicChecksum } from "../meta/classic_checksum.ts";
import { checksumOf } from "./checksum_parts.ts";
import { DiskError, diskError } from "./errors.ts";
import { sameState } from "./file_system.ts";
import type { HashedFile } from "./hasher.ts";
import { localFileSystem } from "./local_file_system.ts";

/** Bytes of a read while hashing: large enough that the call costs nothing beside the hash. */
const HASH_READ = 1024 * 1024;

/** What tells one state of a file from another without reading it. */
interface Identity {
  readonly size: number;
  readonly dev: number;
  readonly ino: number | null;
  readonly mtime: number | undefined;
}

/** What a file held when it was read for registration. */
export interface FileDigest {
  /** Bytes. */
  readonly size: number;
  /** 64 lower-case hex digits. */
  readonly sha256: string;
  /** The classic checksum, 8 lower-case hex digits. */
  readonly checksum: string;
}

/** A file that is offered, pinned to what it held when it was registered. */
export class SourceFile {
  readonly path: string;
  readonly digest: FileDigest;
  readonly #identity: Identity;
  readonly #fingerprint: string;

  private constructor(path: string, digest: FileDigest, identity: Identity, fingerprint: string) {
    this.path = path;
    this.digest = digest;
    this.#identity = identity;
    this.#fingerprint = fingerprint;
  }

  /**
   * Reads a file from end to end.
   *
   * @param path A regular file, or a link to one.
   * @param onProgress Called with bytes done and bytes in all.
   * @throws {DiskError} `open`, `read`, or `changed` when it is written to meanwhile.
   * @throws The signal's reason.
   */
  static async register(
    path: string,
    onProgress: (done: number, total: number) => void,
    signal?: AbortSignal,
  ): Promise<SourceFile> {
    using file = await openFile(path);
    const identity = identityOf(await file.stat());
    const sha256 = createHash("sha256");
    const checksum = new ClassicChecksum();
    const buffer = new Uint8Array(HASH_READ);
    let done = 0;
    try {
      for (;;) {
        signal?.throwIfAborted();
        const count = await file.read(buffer);
        if (count === null) break;
        sha256.update(buffer.subarray(0, count));
        checksum.update(buffer.subarray(0, count));
        done += count;
        onProgress(done, identity.size);
      }
    } catch (error) {
      if (signal?.aborted) throw error;
      throw diskError("read", "read", path, error);
    }
    if (done !== identity.size || !same(identity, identityOf(await file.stat()))) {
      throw new DiskError("changed", `"${path}" was written to while it was read; share it again`);
    }
    const digest = { size: done, sha256: sha256.digest("hex"), checksum: checksum.digest() };
    return new SourceFile(path, digest, identity, checksum.fingerprint());
  }

  /**
   * Takes what was found when the file was read elsewhere, as it looks now.
   *
   * @param fingerprint `ClassicChecksum.fingerprint()` of what was read.
   * @throws {DiskError} `open`.
   */
  static async adopt(path: string, digest: FileDigest, fingerprint: string): Promise<SourceFile> {
    using file = await openFile(path);
    return new SourceFile(path, digest, identityOf(await file.stat()), fingerprint);
  }

  /**
   * Takes a file as `hashContent` found it with `sha256` and `checksum`, without reading it again.
   *
   * @throws {DiskError} `open`, or `changed` when it is no longer so.
   * @throws {RangeError} If one of the two was not asked for.
   */
  static async hashed(file: HashedFile): Promise<SourceFile> {
    const { location, length, state, sha256, fingerprint } = file;
    if (sha256 === undefined || fingerprint === undefined) {
      throw new RangeError(`"${location}" has no SHA-256 or no checksum`);
    }
    using open = await openFile(location);
    const identity = identityOf(await open.stat());
    const now = localFileSystem.look(location);
    if (!now || !sameState(now, state)) {
      throw new DiskError("changed", `"${location}" was written to since it was read`);
    }
    const digest = { size: length, sha256, checksum: checksumOf(fingerprint) };
    return new SourceFile(location, digest, identity, fingerprint);
  }

  /**
   * Opens the file to send it once.
   *
   * @throws {DiskError} `open`, or `changed` when it is no longer what was registered.
   */
  async open(): Promise<SourceReader> {
    const file = await openFile(this.path);
    const reader = new SourceReader(file, this, this.#fingerprint);
    try {
      await reader.check();
      return reader;
    } catch (error) {
      reader[Symbol.dispose]();
      throw error;
    }
  }

  /** How a state of the file differs from what was registered, or undefined when it does not. */
  difference(info: Deno.FileInfo): string | undefined {
    const now = identityOf(info);
    if (now.size < this.#identity.size) return "shrank";
    if (now.size > this.#identity.size) return "grew";
    if (now.dev !== this.#identity.dev || now.ino !== this.#identity.ino) return "was replaced";
    return same(now, this.#identity) ? undefined : "was written to";
  }
}

/**
 * Reads a registered file from the first byte to the last, once.
 *
 * Invariant: the last bytes are handed out only when the file is still the one that was registered
 * and all that was read adds up to what was read then; so nobody receives a whole wrong file.
 */
export class SourceReader implements Disposable {
  readonly #file: Deno.FsFile;
  readonly #source: SourceFile;
  readonly #fingerprint: string;
  readonly #checksum = new ClassicChecksum();
  #read = 0;

  constructor(file: Deno.FsFile, source: SourceFile, fingerprint: string) {
    this.#file = file;
    this.#source = source;
    this.#fingerprint = fingerprint;
  }

  /**
   * Reads the next bytes.
   *
   * @param buffer Filled from its start.
   * @returns How many; 0 after the last one.
   * @throws {DiskError} `read`, or `changed`.
   */
  async read(buffer: Uint8Array): Promise<number> {
    const left = this.#source.digest.size - this.#read;
    if (left === 0) return 0;
    const view = buffer.subarray(0, Math.min(buffer.length, left));
    let count: number | null;
    try {
      count = await this.#file.read(view);
    } catch (error) {
      throw diskError("read", "read", this.#source.path, error);
    }
    if (count === null) throw this.#changed("shrank");
    this.#checksum.update(view.subarray(0, count));
    this.#read += count;
    if (count < left) return count;
    await this.check();
    if (this.#checksum.fingerprint() !== this.#fingerprint) throw this.#changed("was written to");
    return count;
  }

  /** @throws {DiskError} `changed` when the open file or what its path names now is not the one. */
  async check(): Promise<void> {
    const { path } = this.#source;
    const open = this.#source.difference(await this.#file.stat());
    if (open !== undefined) throw this.#changed(open);
    let named: Deno.FileInfo;
    try {
      named = await Deno.stat(path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) throw this.#changed("was removed");
      throw diskError("read", "read", path, error);
    }
    const difference = this.#source.difference(named);
    if (difference !== undefined) throw this.#changed(difference);
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }

  #changed(how: string): DiskError {
    return new DiskError("changed", `"${this.#source.path}" ${how} since it was registered`);
  }
}

async function openFile(path: string): Promise<Deno.FsFile> {
  try {
    const info = await Deno.stat(path); // a pipe or a device would block or never end
    if (info.isDirectory) throw new DiskError("open", `"${path}" is a folder, not a file`);
    if (!info.isFile) throw new DiskError("open", `"${path}" is not a regular file`);
    return await Deno.open(path);
  } catch (error) {
    throw diskError("open", "open", path, error);
  }
}

function identityOf({ size, dev, ino, mtime }: Deno.FileInfo): Identity {
  return { size, dev, ino, mtime: mtime?.getTime() };
}

function same(a: Identity, b: Identity): boolean {
  return a.size === b.size && a.dev === b.dev && a.ino === b.ino && a.mtime === b.mtime;
}
