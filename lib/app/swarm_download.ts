import { messageOf } from "../base/errors.ts";
import type { InfoHash, PeerId } from "../base/ids.ts";
import type { DiskError } from "../disk/errors.ts";
import type { SourceFile } from "../disk/source_file.ts";
import { parseInfo } from "../meta/info.ts";
import type { TorrentInfo } from "../meta/torrent.ts";
import type { ShareAnnouncer } from "./announcers.ts";
import { isMetadataOf } from "./check_metadata.ts";
import { checkWhole } from "./check_whole.ts";
import { ClassicServer } from "./classic_server.ts";
import { Delivery } from "./deliver.ts";
import { DiskPause } from "./disk_pause.ts";
import { downloadAnnouncers } from "./download_announcers.ts";
import { infoHashes, resultOf } from "./download_result.ts";
import { finishStorage } from "./finish_storage.ts";
import { interrupted } from "./interrupted.ts";
import { explained, keptText, percentHere } from "./kept.ts";
import { type OpenedStorage, openStorage } from "./open_storage.ts";
import { listenFor, PeerDoor } from "./peer_door.ts";
import { newPeerId } from "./peer_identity.ts";
import { pieceMap } from "./piece_map.ts";
import { systemRandom } from "./random.ts";
import { sharedEnough } from "./shared_enough.ts";
import { StallWatch } from "./stall_watch.ts";
import { SwarmSession } from "./swarm_session.ts";
import type { SwarmDownloadOptions, SwarmDownloadResult, SwarmProgress } from "./swarm_types.ts";
import type { AppContext } from "./types.ts";

/** How often progress is told. */
const PROGRESS_MS = 100;

/** Name of our client, where nobody says otherwise. */
const CLIENT = "Mini-Torrent";

/**
 * Fetches a torrent from every peer that has any of it at once, and serves what it has meanwhile.
 * What was proven stays on the disk, whatever happens, and is not fetched again the next time.
 *
 * @throws {AppError} `file_…` for the destination, `protocol` for a torrent that cannot be used,
 * `invalid_input` for a selection without files, `checksum_mismatch` for another SHA-256 than was
 * asked for, `peer_connect` when nothing arrived for too long, `bind`, `interrupted`.
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
  readonly #session: SwarmSession;
  readonly #door: PeerDoor;
  readonly #announcers: readonly ShareAnnouncer[];
  readonly #stopping = new AbortController();
  readonly #running = new Set<Promise<unknown>>();
  readonly #failed = Promise.withResolvers<never>();
  readonly #metadata = Promise.withResolvers<TorrentInfo>();
  readonly #pause: DiskPause;
  readonly #stall: StallWatch | undefined;
  readonly #started: number;
  /** Kept when the swarm has every piece that is wanted; one that is lost makes it another. */
  #complete = Promise.withResolvers<void>();
  #delivery: Delivery | undefined;
  #opening: Promise<OpenedStorage> | undefined;
  #opened: OpenedStorage | undefined;
  #classic: ClassicServer | undefined;
  #phase: SwarmProgress["phase"] = "finding";
  #checked = 0;
  #toCheck: number | undefined;
  #name: string;

  constructor(options: SwarmDownloadOptions, context: AppContext) {
    const { v1, v2, metainfo, stallTimeoutMs } = options;
    this.#options = options;
    this.#context = context;
    this.#started = context.clock.now();
    this.#name = metainfo?.info.name ?? options.name ?? v2 ?? v1 ?? "";
    this.#stall = stallTimeoutMs === undefined
      ? undefined
      : new StallWatch(stallTimeoutMs, context.clock);
    this.#pause = new DiskPause(context.log);
    this.#failed.promise.catch(() => {});
    const listening = listenFor(options);
    const ownId = newPeerId();
    this.#session = this.#newSession(ownId, listening.port);
    this.#door = new PeerDoor({ listening, session: this.#session, log: context.log });
    this.#announcers = this.#newAnnouncers(ownId);
  }

  async run(): Promise<SwarmDownloadResult> {
    const { signal } = this.#context;
    const onAbort = () => {
      if (this.#phase === "seeding") return; // all is here, and `#seeded` sees the signal
      this.#failed.reject(new DOMException("aborted", "AbortError"));
    };
    if (signal?.aborted) onAbort();
    signal?.addEventListener("abort", onAbort, { once: true });
    const ticker = setInterval(() => this.#tick(), PROGRESS_MS);
    try {
      return await Promise.race([this.#fetch(), this.#failed.promise]);
    } catch (error) {
      if (!signal?.aborted) throw explained(error, this.#opened);
      throw interrupted(keptText(this.#opened));
    } finally {
      clearInterval(ticker);
      signal?.removeEventListener("abort", onAbort);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    this.#classic?.stop();
    await Promise.all([this.#session.stop(), this.#door.stop(0)]);
    await Promise.allSettled(this.#running);
    const opened = await this.#opening?.catch(() => undefined);
    await opened?.storage[Symbol.asyncDispose]();
    opened?.claim[Symbol.dispose]();
  }

  async #fetch(): Promise<SwarmDownloadResult> {
    const { metainfo } = this.#options;
    this.#join();
    if (metainfo) this.#metadata.resolve(metainfo.info);
    else this.#phase = "metadata";
    const info = await this.#metadata.promise;
    this.#name = info.name;
    const opened = await this.#open(info);
    this.#phase = "receiving";
    await Promise.all([
      this.#finished(opened),
      this.#delivery?.run(
        opened.wanted.indexOf(true),
        this.#stopping.signal,
      ),
    ]);
    const elapsedMs = this.#context.clock.now() - this.#started;
    if (!this.#options.seed) this.#tellComplete();
    const { sha256, seed: serve = false } = this.#options;
    const checked = await checkWhole(opened, { sha256, serve }, this.#context.signal);
    const uploaded = this.#uploaded;
    const result = resultOf(opened, this.#session, {
      elapsedMs,
      sha256: checked?.sha256,
      uploaded,
    });
    this.#options.onComplete?.(result);
    if (this.#options.seed) {
      // Before trackers are told that it is complete: those of the original may come then.
      if (checked?.source) this.#serveClassic(checked.source);
      this.#tellComplete();
      this.#session.letIn();
      this.#phase = "seeding";
      await sharedEnough(
        this.#options,
        result.size,
        () => this.#uploaded,
        this.#context,
        this.#stopping.signal,
      );
    }
    return { ...result, uploaded: this.#uploaded };
  }

  #newSession(ownId: PeerId, port: number): SwarmSession {
    const { v1, v2, limits, encryption, sequential, sink, maxConnections } = this.#options;
    const { onlyPeers = false } = this.#options;
    return new SwarmSession({
      identity: { peerId: ownId, ...v1 && { v1 }, ...v2 && { v2 } },
      swarm: {
        infoHash: v1 ?? v2!.slice(0, 40) as InfoHash,
        ownId,
        random: systemRandom,
        port,
        client: this.#context.client ?? CLIENT,
        sequential: sequential === true || sink !== undefined,
        maxConnections,
      },
      up: limits?.up ?? [],
      down: limits?.down ?? [],
      onlyNamed: onlyPeers,
      ...encryption && { encryption },
    }, {
      onMetadata: (bytes) => this.#takeMetadata(bytes),
      onHave: () => {
        this.#pause.succeeded();
        this.#delivery?.notify();
      },
      onComplete: () => this.#complete.resolve(),
      onDiskError: (error) => this.#diskFailed(error),
      onMistake: (error) => this.#failed.reject(error),
    }, this.#context);
  }

  #newAnnouncers(peerId: PeerId): ShareAnnouncer[] {
    const [session, { port }] = [this.#session, this.#door];
    const now = () => ({
      name: this.#name,
      opened: this.#opened,
      uploaded: this.#uploaded,
      classic: this.#classic !== undefined,
    });
    return downloadAnnouncers(
      () => ({ session, port, peerId, ...now() }),
      this.#options,
      this.#context,
    );
  }

  /** Lets peers come and goes to them. */
  #join(): void {
    const { log } = this.#context;
    this.#session.addPeers(this.#options.peers, "person", true);
    const { signal } = this.#stopping;
    for (const one of this.#announcers) {
      const announcing = one.tryOnce(signal).then((error) => {
        if (error !== undefined) log("warn", messageOf(error));
        return one.keep(signal);
      }).catch(() => {});
      this.#running.add(announcing);
    }
  }

  async #open(info: TorrentInfo): Promise<OpenedStorage> {
    this.#phase = "checking";
    this.#opening = openStorage(info, this.#options, {
      onCheck: (done, total) => {
        this.#checked = done;
        this.#toCheck = total;
      },
      onProblem: (error) => this.#diskFailed(error),
      onLost: (piece) => {
        this.#complete = Promise.withResolvers();
        this.#session.input({ kind: "lost", piece });
      },
    }, this.#context);
    const opened = await this.#opening;
    this.#stopping.signal.throwIfAborted();
    this.#opened = opened;
    const { storage, content, torrent, wantedPieces, contents } = opened;
    if (contents.here > 0 && contents.needed > 0) {
      this.#context.log("info", `Resuming at ${percentHere(opened)} %`);
    }
    const goOn = await this.#options.onContents?.(contents) ?? true;
    if (!goOn) throw interrupted(keptText(this.#opened));
    this.#delivery = this.#options.sink &&
      new Delivery(storage, opened.layout, this.#options.sink);
    this.#session.begin(content, torrent, infoHashes(info), wantedPieces);
    return opened;
  }

  /** Waits until all is here and on the disk, however long the disk is full meanwhile. */
  async #finished(opened: OpenedStorage): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      this.#phase = "receiving";
      await this.#complete.promise;
      this.#phase = "finishing";
      this.#tick();
      if (await finishStorage(opened, this.#pause, signal)) return;
    }
  }

  /** A place that cannot be had stays so; a disk that is full does not. */
  #diskFailed(error: DiskError): void {
    if (this.#phase !== "seeding" && error.code === "open") this.#failed.reject(error);
    else this.#pause.failed(error);
  }

  #tellComplete(): void {
    for (const one of this.#announcers) one.completed();
  }

  #takeMetadata(bytes: Uint8Array): void {
    if (!isMetadataOf(bytes, this.#options)) {
      return this.#session.input({ kind: "metadata_verified", ok: false });
    }
    try {
      this.#metadata.resolve(parseInfo(bytes));
    } catch (error) {
      this.#failed.reject(error);
    }
  }

  /** Downloaders of the original are served from now on. */
  #serveClassic(source: SourceFile): void {
    const classic = this.#classic = new ClassicServer({
      name: this.#name,
      source,
      maxTransfers: this.#options.maxConnections,
      up: this.#options.limits?.up ?? [],
      onChanged: () => {},
    }, this.#context);
    this.#door.serveSilent((connection) => classic.serve(connection));
  }

  get #uploaded(): number {
    return this.#session.uploaded + (this.#classic?.uploaded ?? 0);
  }

  #tick(): void {
    const snapshot = this.#session.snapshot();
    const { storage, size } = this.#opened ?? {};
    const { downLimit, onProgress } = this.#options;
    const problem = storage?.problem?.message ?? this.#pause.problem;
    const waits = this.#phase === "receiving" || this.#phase === "metadata";
    if (!waits || problem !== undefined) this.#stall?.rest();
    else {
      const stalled = this.#stall?.note(snapshot);
      if (stalled) this.#failed.reject(stalled);
    }
    onProgress?.({
      phase: this.#phase,
      name: this.#name,
      snapshot,
      checked: this.#checked,
      ...this.#toCheck !== undefined && { toCheck: this.#toCheck },
      proving: this.#session.proving,
      ...size !== undefined && { total: size },
      ...storage && { map: pieceMap(storage.have) },
      ...problem !== undefined && { problem },
      ...downLimit !== undefined && { downLimit },
    });
  }
}
