import { createHash } from "node:crypto";
import { join } from "node:path";
import { toHex } from "../base/bytes.ts";
import type { Content } from "./content.ts";
import type { FileHandle, FileSystem } from "./file_system.ts";
import { decodeHashes, encodeHashes } from "./hash_cache_entry.ts";
import { hashContent, type HashedContent, type HashOptions } from "./hasher.ts";
import { localFileSystem } from "./local_file_system.ts";

/** Shares that are remembered. */
const MOST_ENTRIES = 256;

/** Bytes that all of them take, at most; one that takes more is not kept. */
const MOST_BYTES = 64 * 1024 * 1024;

/** How the name of an entry ends. */
const EXTENSION = ".hashes";

/**
 * A file that was changed so shortly before it was hashed may be changed again with the same times:
 * its hashes are not kept. Milliseconds, for times that have fractions of a second.
 */
const RACY_MS = 100;

/** The same for times in whole seconds (FAT: every other; Deno tells every `ctime` so). */
const COARSE_RACY_MS = 2_000;

/** Hashes that a {@linkcode HashCache} must have to be of use. */
export type WantedHashes = Pick<HashOptions, "pieceLength" | "sha256" | "checksum" | "leaves">;

/** Where and how hashes are remembered. */
export interface HashCacheOptions {
  readonly files?: FileSystem;
  /** The time of day, milliseconds since 1970. */
  readonly now?: () => number;
}

/**
 * Remembers the hashes of shares in a folder, one file for each, so that sharing the same content
 * again starts at once.
 *
 * Nothing in it is believed that is not whole and of exactly the content's files, lengths and times;
 * what goes wrong with it costs a new hashing, nothing else.
 */
export class HashCache {
  readonly #folder: string;
  readonly #files: FileSystem;
  readonly #now: () => number;

  /** @param folder A folder for this alone; it is made when it is needed. */
  constructor(folder: string, { files = localFileSystem, now = Date.now }: HashCacheOptions = {}) {
    this.#folder = folder;
    this.#files = files;
    this.#now = now;
  }

  /** The hashes of content, or undefined when they are not known. */
  find(content: Content, wanted: WantedHashes): HashedContent | undefined {
    if (wanted.leaves) return undefined; // they are too many to keep
    try {
      const path = this.#path(content, wanted.pieceLength);
      const bytes = this.#read(path);
      const hashed = bytes && decodeHashes(bytes, content, wanted.pieceLength);
      if (!bytes || !hashed || !isEnough(hashed, wanted)) return undefined;
      this.#touch(path, bytes);
      return hashed;
    } catch {
      return undefined;
    }
  }

  /**
   * Remembers hashes; what was not used for longest makes room.
   *
   * @returns Whether they are remembered.
   */
  async store(hashed: HashedContent): Promise<boolean> {
    if (hashed.files.some(({ state, ctime }) => this.#isRacy(state.mtime) || this.#isRacy(ctime))) {
      return false;
    }
    const bytes = encodeHashes(hashed);
    if (bytes.length > MOST_BYTES) return false;
    try {
      Deno.mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      this.#prune(bytes.length);
      await this.#write(this.#path(hashed, hashed.pieceLength), bytes);
      return true;
    } catch {
      return false;
    }
  }

  #isRacy(mtime: number): boolean {
    const age = this.#now() - mtime;
    return age < (mtime % 1_000 === 0 ? COARSE_RACY_MS : RACY_MS);
  }

  #path({ single, files }: Content, pieceLength: number): string {
    const hash = createHash("sha256").update(JSON.stringify([single, pieceLength]));
    for (const { location, state, ctime } of files) {
      hash.update(JSON.stringify([location, state.size, state.mtime, state.id, ctime]));
    }
    return join(this.#folder, toHex(hash.digest().subarray(0, 16)) + EXTENSION);
  }

  #read(path: string): Uint8Array | undefined {
    if (!this.#files.look(path)) return undefined;
    const file = this.#files.open(path, "read");
    try {
      const { size } = file.state();
      if (size > MOST_BYTES) return undefined;
      const bytes = new Uint8Array(size);
      return file.read(bytes, 0) === size ? bytes : undefined;
    } finally {
      file.close();
    }
  }

  async #write(path: string, bytes: Uint8Array): Promise<void> {
    const temporary = `${path}.new`;
    if (this.#files.look(temporary)) this.#files.remove(temporary);
    const file = this.#files.open(temporary, "create");
    try {
      file.write(bytes, 0);
      await file.sync();
    } finally {
      file.close();
    }
    this.#files.moveOver(temporary, path);
    await this.#files.syncFolder(this.#folder);
  }

  /** The time of the last use is that of the last write: its first byte is written again. */
  #touch(path: string, bytes: Uint8Array): void {
    let file: FileHandle | undefined;
    try {
      file = this.#files.open(path, "update");
      file.write(bytes.subarray(0, 1), 0);
    } catch {
      // It is read-only: it only seems older than it is.
    } finally {
      file?.close();
    }
  }

  #prune(coming: number): void {
    const entries = this.#files.list(this.#folder)
      .filter((name) => name.endsWith(EXTENSION) || name.endsWith(`${EXTENSION}.new`))
      .map((name) => join(this.#folder, name))
      .map((path) => ({ path, entry: this.#files.look(path) }))
      .sort((a, b) => (b.entry?.mtime ?? 0) - (a.entry?.mtime ?? 0));
    let bytes = coming;
    let count = 1;
    for (const { path, entry } of entries) {
      bytes += entry?.size ?? 0;
      count++;
      if (bytes <= MOST_BYTES && count <= MOST_ENTRIES) continue;
      try {
        this.#files.remove(path);
      } catch {
        // It goes next time.
      }
    }
  }
}

/**
 * Hashes content, or takes what is remembered of it.
 *
 * @throws As `hashContent`.
 */
export async function hashOnce(
  content: Content,
  options: HashOptions,
  cache?: HashCache,
): Promise<HashedContent> {
  const known = cache?.find(content, options);
  if (known) return known;
  const hashed = await hashContent(content, options);
  await cache?.store(hashed);
  return hashed;
}

function isEnough({ files }: HashedContent, { sha256, checksum }: WantedHashes): boolean {
  return files.every((file) =>
    (!sha256 || file.sha256 !== undefined) && (!checksum || file.fingerprint !== undefined)
  );
}
