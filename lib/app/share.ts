import { Bitfield } from "../base/bitfield.ts";
import { messageOf } from "../base/errors.ts";
import type { PeerId } from "../base/ids.ts";
import { checksumOf } from "../disk/checksum_parts.ts";
import { SharedContent } from "../disk/shared_content.ts";
import { SourceFile } from "../disk/source_file.ts";
import { Layout } from "../meta/layout.ts";
import { formatMagnet } from "../meta/magnet.ts";
import { encodeMetainfo } from "../meta/metainfo_writer.ts";
import { listen, type Listening } from "../net/listen.ts";
import { announcerFor, type ShareAnnouncer } from "./announcers.ts";
import { ClassicServer } from "./classic_server.ts";
import { fromDisk } from "./disk_errors.ts";
import { interrupted } from "./interrupted.ts";
import { listenFor, PeerDoor } from "./peer_door.ts";
import { newPeerId } from "./peer_identity.ts";
import { publish, type Published } from "./publish.ts";
import { systemRandom } from "./random.ts";
import { SwarmSession } from "./swarm_session.ts";
import { TorrentTrees } from "./torrent_trees.ts";
import { trackerText } from "./tracker_url.ts";
import type { AppContext, RunningShare, SeedOptions, ShareSnapshot } from "./types.ts";

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
  const share = new Share(published, source, listenFor(options), options, context);
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

class Share implements RunningShare {
  readonly #published: Published;
  readonly #source: SourceFile | undefined;
  readonly #content: SharedContent;
  readonly #options: SeedOptions;
  readonly #context: AppContext;
  readonly #session: SwarmSession;
  readonly #classic: ClassicServer | undefined;
  readonly #door: PeerDoor;
  readonly #announcers: readonly ShareAnnouncer[];
  readonly #announcing = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  #problem: string | undefined;
  #stopped: Promise<void> | undefined;

  constructor(
    published: Published,
    source: SourceFile | undefined,
    listening: Listening,
    options: SeedOptions,
    context: AppContext,
  ) {
    this.#published = published;
    this.#source = source;
    this.#options = options;
    this.#context = context;
    this.#content = new SharedContent(published.info, published.content);
    const ownId = newPeerId();
    this.#session = this.#newSession(ownId, listening.port);
    this.#classic = source && new ClassicServer({
      name: published.info.name,
      source,
      maxTransfers: options.maxConnections,
      up: options.limits?.up ?? [],
      onChanged: (problem) => this.#problem = problem,
    }, context);
    this.#door = new PeerDoor({
      listening,
      session: this.#session,
      serve: async (connection) => await this.#classic?.serve(connection),
      log: context.log,
    });
    this.#announcers = this.#newAnnouncers(ownId);
    this.#session.addPeers(options.peers ?? [], "person", true);
  }

  #newSession(ownId: PeerId, port: number): SwarmSession {
    const { info, pieceLayers } = this.#published;
    const { limits, maxConnections, encryption } = this.#options;
    const layout = new Layout(info);
    const trees = new TorrentTrees(info, layout, pieceLayers);
    return new SwarmSession({
      identity: { peerId: ownId, v1: info.v1!.infoHash, v2: info.v2!.infoHash },
      swarm: {
        infoHash: info.v1!.infoHash,
        ownId,
        random: systemRandom,
        torrent: { layout, metadata: info.bytes, private: info.private, v1: true, proofs: trees },
        have: this.#content.have.clone(),
        // What is lost on the disk is not fetched again: it would be written over somebody's file.
        wanted: new Bitfield(info.pieceCount),
        port,
        client: this.#context.client ?? "Mini-Torrent",
        maxConnections,
      },
      content: { source: this.#content, trees },
      up: limits?.up ?? [],
      down: limits?.down ?? [],
      ...(encryption === undefined ? {} : { encryption }),
    }, {
      onDiskError: (error) => this.#changed(error.message),
      onMistake: (error) =>
        this.#changed(`something is wrong in this program: ${messageOf(error)}`),
    }, this.#context);
  }

  #newAnnouncers(peerId: PeerId): ShareAnnouncer[] {
    const { info } = this.#published;
    const told = () => ({
      v1: info.v1!.infoHash,
      v2: info.v2!.infoHash,
      name: info.name,
      size: info.size,
      port: this.#door.port,
      peerId,
      left: 0,
      uploaded: this.#uploaded,
      downloaded: 0,
      classic: this.#source !== undefined,
      numwant: 50,
    });
    return this.#options.trackers.map((tracker) =>
      announcerFor(tracker, {
        told,
        ...(this.#source ? { classicName: info.name } : {}),
        onPeers: (peers) => this.#session.addPeers(peers, "tracker", true),
        log: this.#context.log,
      }, this.#context)
    );
  }

  /** Announces it at every tracker, and goes on doing so. @throws when none takes it. */
  async announce(signal?: AbortSignal): Promise<void> {
    const both = AbortSignal.any([this.#stopping.signal, ...(signal ? [signal] : [])]);
    const errors = await Promise.all(this.#announcers.map((one) => one.tryOnce(both)));
    const failures = errors.filter((error) => error !== undefined);
    if (failures.length > 0 && failures.length === errors.length) throw failures[0];
    for (const failure of failures) this.#context.log("warn", messageOf(failure));
    for (const one of this.#announcers) this.#announcing.add(one.keep(this.#stopping.signal));
  }

  torrent(): Uint8Array {
    const { info, pieceLayers } = this.#published;
    return encodeMetainfo({ info: info.bytes, pieceLayers }, { trackers: [this.#trackers()] });
  }

  snapshot(): ShareSnapshot {
    const { info, content } = this.#published;
    const { v1, v2 } = info;
    const { upRate } = this.#session.snapshot();
    return {
      name: info.name,
      path: content.location,
      size: info.size,
      single: info.single,
      files: info.files.length,
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
      port: this.#door.port,
      trackers: this.#announcers.map((one) => one.state),
      peers: this.#session.peers,
      upRate,
      active: this.#classic?.active ?? [],
      waiting: this.#classic?.waiting ?? 0,
      completed: (this.#classic?.completed ?? 0) + this.#session.completed,
      failed: this.#classic?.failed ?? 0,
      uploaded: this.#uploaded,
      ...(this.#problem === undefined ? {} : { problem: this.#problem }),
    };
  }

  stop(graceMs: number): Promise<void> {
    return this.#stopped ??= this.#stop(graceMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop(0);
  }

  async #stop(graceMs: number): Promise<void> {
    this.#stopping.abort();
    this.#classic?.stop();
    await Promise.all([this.#session.stop(), this.#door.stop(graceMs), ...this.#announcing]);
    await this.#content[Symbol.asyncDispose]();
  }

  get #uploaded(): number {
    return (this.#classic?.uploaded ?? 0) + this.#session.uploaded;
  }

  #trackers(): string[] {
    const also = this.#announcers.map(({ httpUrl }) => httpUrl);
    return [...this.#options.trackers.map(trackerText), ...also.filter((url) => url !== undefined)];
  }

  #changed(problem: string): void {
    if (this.#problem === undefined) {
      this.#context.log("error", `${problem}; share it again`);
    }
    this.#problem = problem;
  }
}
