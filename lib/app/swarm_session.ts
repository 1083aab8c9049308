import type { Bitfield } from "../base/bitfield.ts";
import { messageOf } from "../base/errors.ts";
import type { InfoHash, InfoHashV2 } from "../base/ids.ts";
import { printable } from "../base/printable.ts";
import type { Connection } from "../net/connection.ts";
import { Swarm } from "../swarm/engine.ts";
import type { SwarmSnapshot } from "../swarm/snapshot.ts";
import type {
  Address,
  AddressSource,
  PeerKey,
  SwarmInput,
  SwarmOutput,
  SwarmTorrent,
} from "../swarm/types.ts";
import { formatHostPort } from "./host_port.ts";
import { meetPeer, type Met } from "./meet.ts";
import { PeerLink } from "./peer_link.ts";
import { type SessionContent, SessionDisk } from "./session_disk.ts";
import type { SessionEvents, SessionOptions } from "./session_options.ts";
import type { SwarmIdentity } from "./swarm_identity.ts";
import type { AppContext, Encryption, HostPort } from "./types.ts";

/** Joins one swarm to sockets, disk and clock: carries out what the engine wants, tells it what came. */
export class SwarmSession implements SwarmIdentity {
  readonly peerId;
  #identity: SwarmIdentity;
  readonly #swarm: Swarm;
  readonly #options: SessionOptions;
  readonly #events: SessionEvents;
  readonly #context: AppContext;
  readonly #links = new Map<PeerKey, PeerLink>();
  readonly #running = new Set<Promise<void>>();
  readonly #abort = new AbortController();
  readonly #inputs: SwarmInput[] = [];
  readonly #disk: SessionDisk;
  #handling = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #senders = new Set<PeerKey>();
  #onlyNamed: boolean;
  #nextKey = 1;
  #uploaded = 0;
  #completed = 0;

  constructor(options: SessionOptions, events: SessionEvents, context: AppContext) {
    this.#identity = options.identity;
    this.peerId = options.identity.peerId;
    this.#options = options;
    this.#events = events;
    this.#context = context;
    this.#disk = new SessionDisk(options.content, {
      input: (input) => this.input(input),
      onDiskError: (error) => events.onDiskError?.(error),
    }, this.#abort.signal);
    this.#onlyNamed = options.onlyNamed === true;
    this.#swarm = new Swarm(options.swarm, context.clock.now());
    this.input({ kind: "tick" });
  }

  get v1(): InfoHash | undefined {
    return this.#identity.v1;
  }

  get v2(): InfoHashV2 | undefined {
    return this.#identity.v2;
  }

  /**
   * Goes on with the content, once the metadata is known.
   *
   * @param hashes Both info-hashes, as the metadata has them.
   */
  begin(
    content: SessionContent,
    torrent: SwarmTorrent,
    hashes: Pick<SwarmIdentity, "v1" | "v2">,
    wanted?: Bitfield,
  ): void {
    this.#disk.content = content;
    this.#identity = { ...hashes, peerId: this.peerId };
    this.input({
      kind: "metadata_verified",
      ok: true,
      torrent,
      have: content.source.have.clone(),
      ...(wanted === undefined ? {} : { wanted }),
    });
  }

  /** Peers that are connected. */
  get peers(): number {
    return this.#links.size;
  }

  /** Bytes of blocks that were sent. */
  get uploaded(): number {
    return this.#uploaded;
  }

  /** Peers that have everything by now, some of it from here. */
  get completed(): number {
    return this.#completed;
  }

  /** How many peers have sent blocks. */
  get senders(): number {
    return this.#senders.size;
  }

  /** Pieces that are being hashed or written. */
  get proving(): number {
    return this.#disk.proving;
  }

  /** How the swarm does. */
  snapshot(): SwarmSnapshot {
    return this.#swarm.snapshot(this.#context.clock.now());
  }

  /** What its connections should be. */
  get encryption(): Encryption | undefined {
    return this.#options.encryption;
  }

  /** Tells of peers that may be dialled. */
  addPeers(addresses: readonly HostPort[], source: AddressSource, local: boolean): void {
    if (this.#onlyNamed && source !== "person") return;
    if (addresses.length > 0) this.input({ kind: "candidates", source, addresses, local });
  }

  /** Another tracker answers than before: the peers of a private torrent are left (BEP 27). */
  trackerChanged(): void {
    this.input({ kind: "other_tracker" });
  }

  /** From now on everybody may come. */
  letIn(): void {
    this.#onlyNamed = false;
  }

  /** Takes a connection over whose handshakes are done. */
  adopt(met: Met, dialled?: Address): void {
    const unwelcome = this.#onlyNamed && dialled === undefined;
    if (unwelcome || this.#abort.signal.aborted) return met.connection.close();
    const { connection, handshake } = met;
    const key = this.#nextKey++;
    const { up, down } = this.#options;
    const link = new PeerLink({ ...met, up, down }, {
      onMessages: (next) => {
        for (let message = next(); message && this.#links.has(key); message = next()) {
          if (message.kind === "pex" && this.#onlyNamed) continue;
          if (message.kind === "piece") this.#senders.add(key);
          this.input({ kind: "message", peer: key, message });
        }
      },
      readNow: (request, into) => this.#disk.readNow(request, into),
      read: (request, into) => this.#disk.read(request, into),
      onServed: (requests, ok) => {
        for (const request of requests) {
          if (ok) this.#uploaded += request.length;
          if (this.#links.has(key)) this.input({ kind: "served", peer: key, request, ok });
        }
      },
    });
    this.#links.set(key, link);
    this.input({
      kind: "connected",
      peer: {
        key,
        host: connection.remoteHost,
        ...(dialled === undefined ? {} : { dialled }),
        id: handshake.peerId,
        fast: handshake.fast,
        extended: handshake.extended,
        v2: met.v2,
      },
    });
    this.#keep(
      link.run().then((why) => {
        if (!this.#links.delete(key)) return;
        this.#log(connection, why);
        this.input({ kind: "left", peer: key });
      }),
    );
  }

  /** Hands the engine an input, and carries out what it wants. */
  input(input: SwarmInput): void {
    if (this.#abort.signal.aborted) return;
    this.#inputs.push(input);
    if (this.#handling) return;
    this.#handling = true;
    try {
      for (let next = this.#inputs.shift(); next; next = this.#inputs.shift()) {
        for (const output of this.#swarm.handle(next, this.#context.clock.now())) {
          this.#perform(output);
        }
      }
    } finally {
      this.#handling = false;
    }
  }

  /** Closes every connection and waits until all that runs has ended. */
  async stop(): Promise<void> {
    this.#abort.abort();
    clearTimeout(this.#timer);
    for (const link of this.#links.values()) link.close();
    this.#links.clear();
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #perform(output: SwarmOutput): void {
    switch (output.kind) {
      case "send":
        this.#links.get(output.peer)?.send(output.message);
        break;
      case "serve":
        this.#links.get(output.peer)?.serve(output.request);
        break;
      case "serve_hashes":
        this.#keep(this.#disk.serveHashes(output.peer, output.request));
        break;
      case "block":
        this.#disk.keep(output.piece, output.begin, output.data);
        break;
      case "prove":
        this.#keep(this.#disk.prove(output.piece, output.hashes));
        break;
      case "drop":
        this.#disk.drop(output.piece, output.blocks);
        break;
      case "metadata":
        this.#events.onMetadata?.(output.bytes);
        break;
      case "dial":
        this.#keep(this.#dial(output.address));
        break;
      case "close": {
        const link = this.#links.get(output.peer);
        this.#links.delete(output.peer);
        this.#context.log("debug", `a peer is let go: ${printable(output.reason)}`);
        if (output.code === "no_use" && link?.hasServed) this.#completed++;
        link?.end();
        break;
      }
      case "ban":
        this.#context.log("warn", `${output.host} is banned: ${printable(output.reason)}`);
        break;
      case "have":
        this.#events.onHave?.(output.piece);
        break;
      case "complete":
        this.#events.onComplete?.();
        break;
      case "wake": {
        clearTimeout(this.#timer);
        const ms = Math.max(0, output.at - this.#context.clock.now());
        this.#timer = setTimeout(() => this.input({ kind: "tick" }), ms);
        break;
      }
      default:
        output satisfies never;
    }
  }

  async #dial(address: Address): Promise<void> {
    try {
      this.adopt(await meetPeer(address, this, this.#abort.signal), address);
    } catch (error) {
      if (this.#abort.signal.aborted) return;
      this.#context.log("debug", `${formatHostPort(address)}: ${printable(messageOf(error))}`);
      this.input({ kind: "dial_failed", address });
    }
  }

  #keep(work: Promise<void>): void {
    const kept = work.catch((error) => this.#events.onMistake(error))
      .finally(() => this.#running.delete(kept));
    this.#running.add(kept);
  }

  #log(connection: Connection, why: string): void {
    const who = formatHostPort({ host: connection.remoteHost, port: connection.remotePort });
    this.#context.log("debug", `${who} left: ${printable(why)}`);
  }
}
