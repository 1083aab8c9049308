import { messageOf } from "../base/errors.ts";
import type { InfoHash } from "../base/ids.ts";
import { printable } from "../base/printable.ts";
import { SharedContent } from "../disk/shared_content.ts";
import { checksumOf } from "../disk/checksum_parts.ts";
import { SourceFile } from "../disk/source_file.ts";
import { Layout } from "../meta/layout.ts";
import { formatMagnet } from "../meta/magnet.ts";
import { encodeMetainfo } from "../meta/metainfo_writer.ts";
import { Connection } from "../net/connection.ts";
import { listen, type Listening } from "../net/listen.ts";
import { Admission } from "./admission.ts";
import { Announcer } from "./announcer.ts";
import { fromDisk } from "./disk_errors.ts";
import { AppError } from "./errors.ts";
import { formatHostPort } from "./host_port.ts";
import { interrupted } from "./interrupted.ts";
import { greet } from "./meet.ts";
import { newPeerId } from "./peer_identity.ts";
import { publish, type Published } from "./publish.ts";
import { systemRandom } from "./random.ts";
import { SwarmSession } from "./swarm_session.ts";
import { TorrentTrees } from "./torrent_trees.ts";
import { sendFile } from "./transfer.ts";
import { lineTrackerUrl } from "./tracker_url.ts";
import type {
  AppContext,
  RunningShare,
  SeedOptions,
  ShareSnapshot,
  TransferSnapshot,
} from "./types.ts";

/** Downloaders that may wait for their turn; they cost a socket each and nothing else. */
const MOST_WAITING = 1_000;

/** A free TCP port of this machine, as it is at this moment. */
export function freePort(): number {
  using listening = listen({ port: 0 });
  return listening.port;
}

/**
 * Shares a file or a folder: reads it once, listens, announces it at the trackers, and serves
 * BitTorrent peers, and downloaders of the original if it is one file, until it is stopped.
 *
 * @throws {AppError} `file_open`, `file_read`, `invalid_input` (its name), `bind`; and when no
 * tracker takes it, the first one's error; `interrupted` by the signal.
 */
export async function startShare(
  options: SeedOptions,
  context: AppContext,
): Promise<RunningShare> {
  const published = await publish(options, context);
  const source = await classicSource(published);
  const listening = listenFor(options);
  const share = new Share(published, source, listening, options, context);
  try {
    await share.announce(context.signal);
    return share;
  } catch (error) {
    await share.stop(0);
    if (context.signal?.aborted) throw interrupted("Nothing is shared.");
    throw error;
  }
}

/** What downloaders of the original are sent: one file, whole. */
async function classicSource({ content }: Published): Promise<SourceFile | undefined> {
  const [file] = content.files;
  if (!content.single || !file) return undefined;
  const { location, length, sha256 = "", fingerprint = "" } = file;
  try {
    const digest = { size: length, sha256, checksum: checksumOf(fingerprint) };
    return await SourceFile.adopt(location, digest, fingerprint);
  } catch (error) {
    throw fromDisk(error);
  }
}

function listenFor(options: SeedOptions): Listening {
  try {
    return listen({ host: options.host, port: options.port ?? 0 });
  } catch (error) {
    throw new AppError(
      "bind",
      `Cannot serve from that port: ${
        messageOf(error)
      }. Choose another --port, or none for a free one.`,
      { cause: error },
    );
  }
}

class Share implements RunningShare {
  readonly #published: Published;
  readonly #source: SourceFile | undefined;
  readonly #content: SharedContent;
  readonly #trees: TorrentTrees;
  readonly #listening: Listening;
  readonly #options: SeedOptions;
  readonly #context: AppContext;
  readonly #session: SwarmSession;
  readonly #admission: Admission;
  readonly #announcers: readonly Announcer[];
  readonly #transfers = new Map<number, TransferSnapshot>();
  readonly #running = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  readonly #abort = new AbortController();
  #nextId = 1;
  #completed = 0;
  #failed = 0;
  #uploaded = 0;
  #problem: string | undefined;
  #stopped: Promise<void> | undefined;

  constructor(
    published: Published,
    source: SourceFile | undefined,
    listening: Listening,
    options: SeedOptions,
    context: AppContext,
  ) {
    const { info, content, pieceLayers } = published;
    this.#published = published;
    this.#source = source;
    this.#listening = listening;
    this.#options = options;
    this.#context = context;
    this.#content = new SharedContent(info, content);
    const layout = new Layout(info);
    this.#trees = new TorrentTrees(info, layout, pieceLayers);
    const ownId = newPeerId();
    const { up, down } = options.limits ?? {};
    this.#session = new SwarmSession({
      identity: { peerId: ownId, v1: info.v1!.infoHash, v2: info.v2!.infoHash },
      swarm: {
        infoHash: info.v1!.infoHash,
        ownId,
        random: systemRandom,
        torrent: {
          layout,
          metadata: info.bytes,
          private: info.private,
          v1: true,
          proofs: this.#trees,
        },
        have: this.#content.have.clone(),
        port: listening.port,
        client: context.client ?? "Mini-Torrent",
        maxConnections: options.maxConnections,
      },
      content: { source: this.#content, trees: this.#trees },
      up: up ? [up] : [],
      down: down ? [down] : [],
    }, {
      onDiskError: (error) => this.#changed(error.message),
    }, context);
    this.#admission = new Admission(options.maxConnections, MOST_WAITING);
    this.#announcers = options.trackers.map((tracker) =>
      new Announcer(tracker, {
        told: () => ({
          v1: info.v1!.infoHash,
          v2: info.v2!.infoHash,
          name: info.name,
          size: info.size,
          port: listening.port,
          peerId: ownId,
          left: 0,
          uploaded: this.#sent(),
          downloaded: 0,
          classic: source !== undefined,
          numwant: 50,
        }),
        ...(source ? { classicName: info.name } : {}),
        onPeers: (peers) => this.#session.addPeers(peers, "tracker", true),
        log: context.log,
      })
    );
    this.#keep(listening.accept(
      (conn) => this.#keep(this.#welcome(conn)),
      (error) => context.log("error", `a connection could not be taken: ${messageOf(error)}`),
    ));
  }

  /** Announces it at every tracker, and goes on doing so. @throws when none takes it. */
  async announce(signal?: AbortSignal): Promise<void> {
    const both = AbortSignal.any([this.#stopping.signal, ...(signal ? [signal] : [])]);
    const errors = await Promise.all(this.#announcers.map((one) => one.tryOnce(both)));
    const failures = errors.filter((error) => error !== undefined);
    if (failures.length > 0 && failures.length === errors.length) throw failures[0];
    for (const failure of failures) this.#context.log("warn", messageOf(failure));
    for (const one of this.#announcers) this.#keep(one.keep(this.#stopping.signal));
  }

  torrent(): Uint8Array {
    const { info, pieceLayers } = this.#published;
    return encodeMetainfo({ info: info.bytes, pieceLayers }, { trackers: [this.#trackers()] });
  }

  snapshot(): ShareSnapshot {
    const { info, content } = this.#published;
    const { v1, v2 } = info;
    return {
      name: info.name,
      path: content.location,
      size: info.size,
      single: info.single,
      pieces: info.pieceCount,
      pieceLength: info.pieceLength,
      v1: v1!.infoHash,
      v2: v2!.infoHash,
      magnet: formatMagnet({
        v1: v1!.infoHash,
        v2: v2!.infoHash,
        name: info.name,
        trackers: this.#trackers(),
      }),
      ...(this.#source ? this.#source.digest : {}),
      port: this.#listening.port,
      trackers: this.#announcers.map((one) => one.state),
      peers: this.#session.peers,
      active: [...this.#transfers.values()],
      waiting: this.#admission.waiting,
      completed: this.#completed + this.#session.completed,
      failed: this.#failed,
      uploaded: this.#sent(),
      ...(this.#problem === undefined ? {} : { problem: this.#problem }),
    };
  }

  stop(graceMs: number): Promise<void> {
    return this.#stopped ??= this.#stop(graceMs);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop(0);
  }

  async #stop(graceMs: number): Promise<void> {
    this.#stopping.abort();
    this.#listening.close();
    const leaving = this.#session.stop();
    const timer = setTimeout(() => this.#abort.abort(), graceMs);
    await Promise.all([leaving, ...this.#running]);
    clearTimeout(timer);
    await this.#content[Symbol.asyncDispose]();
  }

  #trackers(): string[] {
    return this.#options.trackers.map(lineTrackerUrl);
  }

  #sent(): number {
    return this.#uploaded + this.#session.uploaded;
  }

  #changed(problem: string): void {
    if (this.#problem === undefined) {
      this.#context.log("error", `${problem}; share it again`);
    }
    this.#problem = problem;
  }

  /** Remembers what runs, so that a stop can wait for it. */
  #keep(work: Promise<void>): void {
    const kept = work.finally(() => this.#running.delete(kept));
    this.#running.add(kept);
  }

  async #welcome(conn: Deno.TcpConn): Promise<void> {
    const connection = new Connection(conn, this.#abort.signal);
    try {
      conn.setNoDelay(true);
      const greeted = await greet(connection, this.#identityOf);
      if (greeted !== "silent") return this.#session.adopt(greeted.met);
      await this.#serve(connection);
      connection.close();
    } catch (error) {
      connection.close();
      const who = formatHostPort({ host: connection.remoteHost, port: connection.remotePort });
      this.#context.log("debug", `${who}: ${messageOf(error)}`);
    }
  }

  readonly #identityOf = (hash: InfoHash): SwarmSession | undefined =>
    this.#session.isKnownBy(hash) ? this.#session : undefined;

  /** Serves a downloader of the original. */
  async #serve(connection: Connection): Promise<void> {
    const source = this.#source;
    if (!source) return;
    const id = this.#nextId++;
    const { log } = this.#context;
    const name = printable(this.#published.info.name);
    const label = `transfer ${id} of "${name}" to ${connection.remoteHost}`;
    try {
      using place = await this.#admission.enter(this.#stopping.signal);
      if (!place) return log("warn", `${label}: turned away, too many are waiting`);
      await sendFile(source, connection, {
        clock: this.#context.clock,
        onProgress: (to, sent, added) => {
          this.#uploaded += added;
          this.#transfers.set(id, { id, to, sent, total: source.digest.size });
        },
        log: (level, message) => log(level, `${label}: ${message}`),
        onChanged: (problem) => this.#problem = problem,
        ...(this.#options.limits ? { throttle: this.#options.limits.up } : {}),
      });
      this.#completed++;
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      this.#failed++;
      log("debug", `${label}: ${messageOf(error)}`);
    } finally {
      this.#transfers.delete(id);
    }
  }
}
