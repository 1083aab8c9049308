import { createHash } from "node:crypto";
import { basename, dirname, join, resolve } from "node:path";
import { equalBytes, fromHex } from "../base/bytes.ts";
import { Bitfield } from "../base/bitfield.ts";
import { messageOf } from "../base/errors.ts";
import type { InfoHash, InfoHashV2 } from "../base/ids.ts";
import { printable } from "../base/printable.ts";
import { DiskError } from "../disk/errors.ts";
import { Storage } from "../disk/storage.ts";
import { MetaError } from "../meta/errors.ts";
import { parseInfo } from "../meta/info.ts";
import { Layout } from "../meta/layout.ts";
import { safePaths } from "../meta/safe_paths.ts";
import type { TorrentInfo } from "../meta/torrent.ts";
import { Connection } from "../net/connection.ts";
import { listen, type Listening } from "../net/listen.ts";
import type { SwarmTorrent } from "../swarm/types.ts";
import { Announcer } from "./announcer.ts";
import { alreadyExists } from "./destination.ts";
import { fromDisk } from "./disk_errors.ts";
import { AppError } from "./errors.ts";
import { formatHostPort } from "./host_port.ts";
import { interrupted } from "./interrupted.ts";
import { greet } from "./meet.ts";
import { newPeerId } from "./peer_identity.ts";
import { systemRandom } from "./random.ts";
import { SwarmSession } from "./swarm_session.ts";
import type { SwarmDownloadOptions, SwarmDownloadResult, SwarmProgress } from "./swarm_types.ts";
import { TorrentTrees } from "./torrent_trees.ts";
import type { AppContext } from "./types.ts";

/** How often progress is told. */
const PROGRESS_MS = 100;

/** Bytes of the final read of a single file at a time. */
const HASH_READ = 1024 * 1024;

/**
 * Fetches a torrent from every peer that has any of it at once, and serves what it has meanwhile.
 * What was proven stays on the disk, whatever happens, and is not fetched again the next time.
 *
 * @throws {AppError} `file_…` for the destination, `protocol` for a torrent that cannot be used,
 * `bind`, `interrupted`.
 */
export async function swarmDownload(
  options: SwarmDownloadOptions,
  context: AppContext,
): Promise<SwarmDownloadResult> {
  await using download = new SwarmDownload(options, context);
  return await download.run();
}

class SwarmDownload implements AsyncDisposable {
  readonly #options: SwarmDownloadOptions;
  readonly #context: AppContext;
  readonly #listening: Listening;
  readonly #session: SwarmSession;
  readonly #announcers: readonly Announcer[];
  readonly #stopping = new AbortController();
  readonly #running = new Set<Promise<unknown>>();
  readonly #failed = Promise.withResolvers<never>();
  readonly #metadata = Promise.withResolvers<TorrentInfo>();
  readonly #complete = Promise.withResolvers<void>();
  readonly #started: number;
  #info: TorrentInfo | undefined;
  #storage: Storage | undefined;
  #phase: SwarmProgress["phase"] = "finding";
  #checked = 0;
  #name: string;

  constructor(options: SwarmDownloadOptions, context: AppContext) {
    const { v1, v2, metainfo } = options;
    this.#options = options;
    this.#context = context;
    this.#started = context.clock.now();
    this.#name = metainfo?.info.name ?? options.name ?? v2 ?? v1 ?? "";
    this.#failed.promise.catch(() => {});
    try {
      this.#listening = listen({ host: options.host, port: options.port ?? 0 });
    } catch (error) {
      const text = `Cannot listen: ${messageOf(error)}. Choose another --port.`;
      throw new AppError("bind", text, { cause: error });
    }
    const ownId = newPeerId();
    const { up, down } = options.limits ?? {};
    this.#session = new SwarmSession({
      identity: { peerId: ownId, ...(v1 ? { v1 } : {}), ...(v2 ? { v2 } : {}) },
      swarm: {
        infoHash: v1 ?? v2!.slice(0, 40) as InfoHash,
        ownId,
        random: systemRandom,
        port: this.#listening.port,
        client: context.client ?? "Mini-Torrent",
        sequential: options.sequential ?? false,
        maxConnections: options.maxConnections,
      },
      up: up ? [up] : [],
      down: down ? [down] : [],
    }, {
      onMetadata: (bytes) => this.#takeMetadata(bytes),
      onComplete: () => this.#complete.resolve(),
      onDiskError: (error) => this.#context.log("warn", `${error.message}; it is tried again`),
    }, context);
    this.#announcers = options.trackers.map((tracker) =>
      new Announcer(tracker, {
        told: () => this.#told(ownId),
        onPeers: (peers) => this.#session.addPeers(peers, "tracker", true),
        log: context.log,
      })
    );
  }

  async run(): Promise<SwarmDownloadResult> {
    const { signal } = this.#context;
    const onAbort = () => this.#failed.reject(new DOMException("aborted", "AbortError"));
    if (signal?.aborted) onAbort();
    signal?.addEventListener("abort", onAbort, { once: true });
    const ticker = setInterval(() => this.#tell(), PROGRESS_MS);
    try {
      return await Promise.race([this.#fetch(), this.#failed.promise]);
    } catch (error) {
      if (!signal?.aborted) throw this.#explained(error);
      throw interrupted(this.#keptText());
    } finally {
      clearInterval(ticker);
      signal?.removeEventListener("abort", onAbort);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    this.#listening.close();
    await this.#session.stop();
    await Promise.allSettled(this.#running);
    await this.#storage?.[Symbol.asyncDispose]();
  }

  async #fetch(): Promise<SwarmDownloadResult> {
    const { metainfo } = this.#options;
    this.#join();
    if (metainfo) this.#metadata.resolve(metainfo.info);
    else this.#phase = "metadata";
    const info = await this.#metadata.promise;
    this.#info = info;
    this.#name = info.name;
    const storage = await this.#open(info);
    this.#phase = "receiving";
    await this.#complete.promise;
    this.#phase = "finishing";
    this.#tell();
    for (const one of this.#announcers) one.completed();
    await storage.finish();
    const result = await this.#result(info);
    this.#options.onComplete?.(result);
    if (this.#options.seed) {
      this.#phase = "seeding";
      await this.#seeded(result.size);
    }
    return { ...result, uploaded: this.#session.uploaded };
  }

  /** Lets peers come and goes to them. */
  #join(): void {
    const { peers } = this.#options;
    const { log } = this.#context;
    this.#keep(this.#listening.accept(
      (conn) => this.#keep(this.#welcome(conn)),
      (error) => log("error", `a connection could not be taken: ${messageOf(error)}`),
    ));
    this.#session.addPeers(peers, "person", true);
    for (const one of this.#announcers) {
      this.#keep(
        one.tryOnce(this.#stopping.signal).then((error) => {
          if (error !== undefined) log("warn", messageOf(error));
          return one.keep(this.#stopping.signal);
        }).catch(() => {}),
      );
    }
  }

  async #open(info: TorrentInfo): Promise<Storage> {
    const { metainfo, force, confirmOverwrite } = this.#options;
    const path = await this.#destination(info);
    const layout = new Layout(info);
    const trees = info.v2 ? new TorrentTrees(info, layout, metainfo?.pieceLayers) : undefined;
    this.#phase = "checking";
    const { signal } = this.#context;
    const open = (force: boolean) =>
      Storage.open({
        info,
        trees: trees?.trees ?? info.files.map(() => undefined),
        path,
        force,
        onCheck: (done) => this.#checked = done,
        onProblem: (error) => this.#context.log("warn", `${error.message}; it is tried again`),
        onLost: (piece) => this.#session.input({ kind: "lost", piece }),
        ...(signal ? { signal } : {}),
      });
    let storage: Storage;
    try {
      storage = await open(force);
    } catch (error) {
      if (!(error instanceof DiskError) || error.code !== "exists") throw error;
      if (!await confirmOverwrite?.(path)) throw alreadyExists(path);
      storage = await open(true);
    }
    this.#storage = storage;
    this.#tellFound(info, storage);
    const torrent: SwarmTorrent = {
      layout,
      metadata: info.bytes,
      private: info.private,
      v1: info.v1 !== undefined,
      ...(trees ? { proofs: trees } : {}),
    };
    const content = { source: storage, store: storage, ...(trees ? { trees } : {}) };
    this.#session.begin(content, torrent, Bitfield.full(info.pieceCount));
    return storage;
  }

  #tellFound(info: TorrentInfo, { found }: Storage): void {
    const { log } = this.#context;
    if (found.pieces > 0 && found.pieces < info.pieceCount) {
      const percent = Math.floor(found.pieces / info.pieceCount * 100);
      log("info", `resuming at ${percent} %`);
    }
    if (found.room === undefined || found.room >= found.needed) return;
    log(
      "warn",
      `the disk has room for ${found.room} bytes and ${found.needed} are missing: ` +
        "the download will wait when it is full",
    );
  }

  /** Where it goes: a folder takes it under its own name made safe. */
  async #destination(info: TorrentInfo): Promise<string> {
    const { dest } = this.#options;
    const { root } = safePaths(info);
    const wantsFolder = dest === undefined || dest === "" || /[/\\]$/.test(dest) ||
      await Deno.stat(dest).then((there) => there.isDirectory, () => false);
    const path = wantsFolder ? join(resolve(dest ?? ""), root) : resolve(dest);
    const folder = dirname(path);
    const there = await Deno.stat(folder).catch(() => undefined);
    if (there?.isDirectory) return path;
    throw new AppError(
      "file_open",
      `There is no folder "${folder}". Create it, or choose another destination.`,
    );
  }

  #takeMetadata(bytes: Uint8Array): void {
    const { v1, v2 } = this.#options;
    const agrees = (hash: InfoHash | InfoHashV2, algorithm: string) =>
      equalBytes(createHash(algorithm).update(bytes).digest(), fromHex(hash)!);
    const good = (v1 === undefined || agrees(v1, "sha1")) &&
      (v2 === undefined || agrees(v2, "sha256"));
    if (!good) return this.#session.input({ kind: "metadata_verified", ok: false });
    try {
      this.#metadata.resolve(parseInfo(bytes));
    } catch (error) {
      this.#failed.reject(error);
    }
  }

  async #result(info: TorrentInfo): Promise<SwarmDownloadResult> {
    const path = await this.#destination(info);
    const { downloaded, wasted } = this.#session.snapshot();
    return {
      name: info.name,
      path,
      size: info.size,
      files: info.files.length,
      single: info.single,
      ...(info.v1 ? { v1: info.v1.infoHash } : {}),
      ...(info.v2 ? { v2: info.v2.infoHash } : {}),
      ...(info.single ? { sha256: await sha256Of(path) } : {}),
      elapsedMs: this.#context.clock.now() - this.#started,
      downloaded,
      wasted,
      uploaded: this.#session.uploaded,
    };
  }

  /** Waits until it has been shared enough. */
  async #seeded(size: number): Promise<void> {
    const { ratio, seedTimeMs } = this.#options;
    const from = this.#context.clock.now();
    while (!this.#stopping.signal.aborted) {
      if (ratio !== undefined && this.#session.uploaded >= ratio * size) return;
      if (seedTimeMs !== undefined && this.#context.clock.now() - from >= seedTimeMs) return;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  async #welcome(conn: Deno.TcpConn): Promise<void> {
    const connection = new Connection(conn, this.#stopping.signal);
    try {
      conn.setNoDelay(true);
      const greeted = await greet(
        connection,
        (hash) => this.#session.isKnownBy(hash) ? this.#session : undefined,
      );
      if (greeted === "silent") connection.close();
      else this.#session.adopt(greeted.met);
    } catch (error) {
      connection.close();
      const who = formatHostPort({ host: connection.remoteHost, port: connection.remotePort });
      this.#context.log("debug", `${who}: ${messageOf(error)}`);
    }
  }

  #told(peerId: ReturnType<typeof newPeerId>) {
    const { v1, v2 } = this.#options;
    const { pieces, uploaded, downloaded } = this.#session.snapshot();
    const { size = 0, pieceLength = 0 } = this.#info ?? {};
    const left = pieces ? Math.min(size, pieces.missing * pieceLength) : 1;
    return {
      ...(v1 ? { v1 } : {}),
      ...(v2 ? { v2 } : {}),
      name: announcedName(this.#name),
      size,
      port: this.#listening.port,
      peerId,
      left,
      uploaded,
      downloaded,
      classic: false,
      numwant: 50,
    };
  }

  #tell(): void {
    const snapshot = this.#session.snapshot();
    this.#options.onProgress?.({
      phase: this.#phase,
      name: this.#name,
      snapshot,
      checked: this.#checked,
      ...(this.#info ? { total: this.#info.size } : {}),
    });
  }

  #explained(error: unknown): unknown {
    if (error instanceof MetaError) {
      return new AppError(
        "protocol",
        `The torrent cannot be used: ${printable(error.message)}.`,
        { cause: error, fault: "remote" },
      );
    }
    return fromDisk(error, this.#keptText());
  }

  #keptText(): string {
    const have = this.#storage?.have.count ?? 0;
    if (have === 0) return "Nothing is kept.";
    const percent = Math.floor(have / this.#storage!.have.length * 100);
    return `${percent} % is kept; the same command goes on from there.`;
  }

  #keep(work: Promise<unknown>): void {
    const kept = work.finally(() => this.#running.delete(kept));
    this.#running.add(kept);
  }
}

/** A torrent's name as a tracker takes it. */
function announcedName(name: string): string {
  // deno-lint-ignore no-control-regex -- controls are what is looked for
  const plain = name.replace(/[\u0000-\u001f\u007f-\u009f/\\]/g, "_").slice(0, 60).toWellFormed();
  return ["", ".", ".."].includes(plain) ? "_" : basename(plain);
}

async function sha256Of(path: string): Promise<string> {
  using file = await Deno.open(path);
  const hash = createHash("sha256");
  const buffer = new Uint8Array(HASH_READ);
  for (let count = await file.read(buffer); count !== null; count = await file.read(buffer)) {
    hash.update(buffer.subarray(0, count));
  }
  return hash.digest("hex");
}
