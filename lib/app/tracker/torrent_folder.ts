import { join } from "node:path";
import { messageOf } from "../../base/errors.ts";
import { type InfoHash, infoHash, type InfoHashV2, infoHashV2, truncated } from "../../base/ids.ts";
import { printable } from "../../base/printable.ts";
import { parseMetainfo } from "../../meta/metainfo.ts";
import { AppError } from "../errors.ts";
import { readCapped } from "../read_capped.ts";
import type { AppContext } from "../types.ts";
import { turn } from "./turn.ts";

/** Files of a folder that are looked at. */
const MOST_FILES = 10_000;

/** Bytes of a file; to read one takes no longer than all else may wait. */
const MOST_BYTES = 4 * 1024 * 1024;

/** The folder is looked at again when somebody asks and so much time has passed. */
const LOOK_AGAIN_MS = 10_000;

/** A file of the folder, as it was when it was read. */
interface Known {
  readonly path: string;
  readonly size: number;
  readonly changed: number;
  /** What it is the torrent of; empty: it is none. */
  readonly hashes: readonly InfoHash[];
}

/** A `.torrent` file. */
export interface StoredTorrent {
  readonly v1?: InfoHash;
  readonly v2?: InfoHashV2;
  /** The name of the torrent. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * The `.torrent` files of a folder, by info-hash. It is looked at when it is asked for, not more often
 * than every ten seconds; only files that are new or changed are read.
 */
export class TorrentFolder implements AsyncDisposable {
  readonly #path: string;
  readonly #context: AppContext;
  #files = new Map<string, Known>();
  #byHash = new Map<InfoHash, Known>();
  #lookedAt = -Infinity;
  #looking: Promise<void> | undefined;

  private constructor(path: string, context: AppContext) {
    this.#path = path;
    this.#context = context;
  }

  /** @throws {AppError} `file_open` when it is no folder that can be read. */
  static async open(path: string, context: AppContext): Promise<TorrentFolder> {
    const folder = new TorrentFolder(path, context);
    try {
      await folder.#look();
    } catch (error) {
      const what = `The folder of torrents "${printable(path)}" cannot be read`;
      const todo = "Check --torrents, and that you may read the folder.";
      throw new AppError("file_open", `${what}: ${messageOf(error)}. ${todo}`, { cause: error });
    }
    const [torrents, place] = [folder.#byHash.size, printable(path)];
    context.log("info", `knows the torrents of ${torrents} info-hashes, of the folder ${place}`);
    return folder;
  }

  /** Whether there is a torrent of a v1 or v2 hash, or a v2 one cut short, as far as is known. */
  has(hash: string): boolean {
    this.#lookAgain();
    return this.#find(hash) !== undefined;
  }

  /** The torrent of a hash; as for {@linkcode has}, but what has just been added is found, too. */
  async read(hash: string): Promise<StoredTorrent | undefined> {
    await this.#lookAgain();
    const known = this.#find(hash);
    if (!known) return undefined;
    try {
      const bytes = await readCapped(known.path, MOST_BYTES);
      if (!bytes) return undefined;
      const torrent = torrentIn(bytes);
      const hashes = hashesOf(torrent);
      return known.hashes.some((one) => hashes.includes(one)) ? torrent : undefined;
    } catch (error) {
      this.#context.log("warn", `${printable(known.path)} cannot be read: ${messageOf(error)}`);
      return undefined;
    }
  }

  /** Waits until it is no longer looked at. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#looking;
  }

  #find(hash: string): Known | undefined {
    const whole = infoHashV2(hash);
    const short = whole ? truncated(whole) : infoHash(hash);
    return short && this.#byHash.get(short);
  }

  async #lookAgain(): Promise<void> {
    const { clock, log } = this.#context;
    if (this.#looking) return await this.#looking;
    if (clock.now() - this.#lookedAt < LOOK_AGAIN_MS) return;
    this.#looking = this.#look().catch((error) => {
      const what = `the folder of torrents ${printable(this.#path)} cannot be read`;
      log("warn", `${what}: ${messageOf(error)}; what was there before is used`);
    }).finally(() => this.#looking = undefined);
    await this.#looking;
  }

  async #look(): Promise<void> {
    this.#lookedAt = this.#context.clock.now();
    const files = new Map<string, Known>();
    const byHash = new Map<InfoHash, Known>();
    for await (const { name, isFile } of Deno.readDir(this.#path)) {
      if (!isFile || !/\.torrent$/i.test(name)) continue;
      if (files.size === MOST_FILES) {
        const most = `more than ${MOST_FILES} torrents: the others are passed over`;
        this.#context.log("warn", `the folder ${printable(this.#path)} has ${most}`);
        break;
      }
      const path = join(this.#path, name);
      const known = await this.#know(path);
      if (!known) continue;
      files.set(path, known);
      for (const hash of known.hashes) byHash.set(hash, known);
    }
    this.#files = files;
    this.#byHash = byHash;
  }

  /** @returns Undefined when it has gone meanwhile. */
  async #know(path: string): Promise<Known | undefined> {
    let info: Deno.FileInfo;
    try {
      info = await Deno.lstat(path);
    } catch {
      return undefined;
    }
    const { size, mtime } = info;
    const changed = mtime?.getTime() ?? 0;
    const before = this.#files.get(path);
    if (before?.size === size && before.changed === changed) return before;
    const known = { path, size, changed };
    try {
      const bytes = await readCapped(path, MOST_BYTES);
      await turn();
      if (!bytes) throw new Error(`it has more than ${MOST_BYTES} bytes`);
      return { ...known, hashes: hashesOf(torrentIn(bytes)) };
    } catch (error) {
      this.#context.log("warn", `${printable(path)} is passed over: ${messageOf(error)}`);
      return { ...known, hashes: [] };
    }
  }
}

/** @throws {MetaError} */
function torrentIn(bytes: Uint8Array): StoredTorrent {
  const { name, v1, v2 } = parseMetainfo(bytes).info;
  return { ...v1 && { v1: v1.infoHash }, ...v2 && { v2: v2.infoHash }, name, bytes };
}

function hashesOf({ v1, v2 }: StoredTorrent): InfoHash[] {
  return [v1, v2 && truncated(v2)].filter((hash) => hash !== undefined);
}
