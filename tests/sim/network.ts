/**
 * A network of real engines on a virtual clock: links with delay, uplinks and downlinks with a
 * bandwidth, seeded loss. Blocks carry one shared buffer; only their sizes count.
 *
 * A message waits for its sender's uplink, where the connections take turns message by message; then
 * for the delay of the link; then for the receiver's downlink. Loss is what TCP makes of it: a delay
 * of that link, or its end.
 */
import { equalBytes } from "../../lib/base/bytes.ts";
import { Bitfield } from "../../lib/base/bitfield.ts";
import { infoHash, peerId } from "../../lib/base/ids.ts";
import { below, type Random } from "../../lib/base/random.ts";
import { Swarm } from "../../lib/swarm/engine.ts";
import type {
  Address,
  PeerKey,
  SwarmInput,
  SwarmOptions,
  SwarmOutput,
  SwarmTorrent,
} from "../../lib/swarm/types.ts";
import type { PeerMessage } from "../../lib/wire/peer_message.ts";
import { seeded } from "../fuzz/mutations.ts";
import { EventQueue } from "./events.ts";
import { FakeProofs, FakeTorrent, hashOf, isGood, WRONG } from "./fake_torrent.ts";

/** Three pieces of metadata. */
const METADATA = Uint8Array.from({ length: 40_000 }, (_, at) => at % 251);
const INFO_HASH = infoHash("aa".repeat(20))!;

/** How a node behaves. Rates are bytes a second. */
export interface NodeOptions {
  readonly up: number;
  readonly down: number;
  /** Pieces it begins with: all, none, or these. Default none. */
  readonly have?: "all" | Bitfield;
  /** How many of its blocks are wrong, 0 to 1. */
  readonly lies?: number;
  /** It unchokes and then sends nothing. */
  readonly stalls?: boolean;
  /** It knows hash requests. Default true. */
  readonly v2?: boolean;
  /** It begins with nothing but the info-hash. */
  readonly magnet?: boolean;
  readonly options?: Partial<SwarmOptions>;
}

/** How the network behaves. */
export interface NetworkOptions {
  readonly seed: number;
  readonly torrent: FakeTorrent;
  /** Milliseconds one way, at least and at most; drawn for each connection. */
  readonly delay: readonly [number, number];
  /** How likely a message is held up for 200 ms, and how likely its connection ends. */
  readonly holdUp?: number;
  readonly break?: number;
  /** BEP 27. */
  readonly private?: boolean;
}

interface Queued {
  readonly message: PeerMessage;
  /** What to tell the sender's engine when it has left. */
  readonly served?: SwarmInput;
}

/** One end of a connection. */
interface End {
  readonly node: Node;
  readonly key: PeerKey;
  readonly queue: Queued[];
  readonly delay: number;
  other: End;
  open: boolean;
  /** When the last message arrives at the other end; they stay in order. */
  lastArrival: number;
}

/** A program in the network. */
export class Node {
  readonly engine: Swarm;
  readonly host: string;
  readonly proofs: FakeProofs;
  readonly have: Bitfield;
  /** When every wanted piece was there, milliseconds. */
  completedAt?: number;
  readonly banned: string[] = [];
  readonly closed: string[] = [];
  sentBlocks = 0;
  gone = false;
  readonly ends = new Map<PeerKey, End>();
  readonly turns: End[] = [];
  sending = false;
  downFree = 0;
  readonly blocks = new Map<number, Map<number, boolean>>();

  constructor(readonly network: Network, readonly index: number, readonly options: NodeOptions) {
    const { torrent, seed } = network.options;
    this.host = `10.0.${index >> 8}.${index & 255}`;
    this.have = options.have === "all"
      ? Bitfield.full(torrent.layout.pieceCount)
      : options.have?.clone() ?? new Bitfield(torrent.layout.pieceCount);
    this.proofs = new FakeProofs(torrent, this.have);
    const random = { next: seeded(seed * 1009 + index) };
    this.engine = new Swarm({
      infoHash: INFO_HASH,
      ownId: peerId((index + 1).toString(16).padStart(40, "0"))!,
      random,
      port: 6881,
      ...!options.magnet && { torrent: this.torrent, have: this.have },
      ...options.options,
    }, network.now);
    network.after(0, () => this.take({ kind: "tick" }));
  }

  /** The torrent as the engine takes it. */
  get torrent(): SwarmTorrent {
    const { torrent, private: isPrivate = false } = this.network.options;
    return {
      layout: torrent.layout,
      metadata: METADATA,
      private: isPrivate,
      v1: torrent.v1,
      ...!torrent.v1 && { proofs: this.proofs },
    };
  }

  get address(): Address {
    return { host: this.host, port: 6881 };
  }

  /** Hands something to the engine and does what it says. */
  take(input: SwarmInput): void {
    if (this.gone) return;
    for (const output of this.engine.handle(input, this.network.now)) this.#do(output);
  }

  #do(output: SwarmOutput): void {
    const { network } = this;
    switch (output.kind) {
      case "send":
        this.#queue(output.peer, { message: output.message });
        break;
      case "serve": {
        if (!this.have.has(output.request.piece)) throw new Error("serves what it does not have");
        if (this.options.stalls) break;
        this.sentBlocks++;
        const { piece, begin, length } = output.request;
        const lie = this.options.lies !== undefined && network.random.next() < this.options.lies;
        const data = network.options.torrent.data(length, lie);
        const served = { kind: "served", peer: output.peer, request: output.request, ok: true };
        this.#queue(output.peer, {
          message: { kind: "piece", piece, begin, data },
          served: served as SwarmInput,
        });
        break;
      }
      case "serve_hashes":
        throw new Error("all hashes are known here");
      case "block": {
        const blocks = this.blocks.get(output.piece) ?? new Map<number, boolean>();
        this.blocks.set(output.piece, blocks.set(output.begin / 16_384, isGood(output.data)));
        break;
      }
      case "prove":
        network.after(1, () => this.#prove(output.piece));
        break;
      case "drop":
        if (!output.blocks) this.blocks.delete(output.piece);
        else for (const block of output.blocks) this.blocks.get(output.piece)?.delete(block);
        break;
      case "dial":
        network.dial(this, output.address);
        break;
      case "close": {
        this.closed.push(output.code);
        const end = this.ends.get(output.peer);
        if (end) network.close(end);
        break;
      }
      case "ban":
        this.banned.push(output.host);
        break;
      case "complete":
        this.completedAt ??= network.now;
        break;
      case "wake":
        network.after(output.at - network.now, () => this.take({ kind: "tick" }));
        break;
      case "metadata": {
        const ok = equalBytes(output.bytes, METADATA);
        const verified = ok ? { ok, torrent: this.torrent, have: this.have } : { ok };
        network.after(1, () => this.take({ kind: "metadata_verified", ...verified }));
        break;
      }
      case "have":
        break;
      default:
        output satisfies never;
    }
  }

  #prove(piece: number): void {
    const { layout } = this.network.options.torrent;
    const held = this.blocks.get(piece);
    const count = layout.blockCount(piece);
    const hashes = new Uint8Array(32 * count);
    let good = true;
    for (let block = 0; block < count; block++) {
      const isGood = held?.get(block);
      if (isGood === undefined) throw new Error(`block ${block} of piece ${piece} is missing`);
      hashes.set(isGood ? hashOf(piece, block) : WRONG, 32 * block);
      good &&= isGood;
    }
    if (good) {
      this.have.add(piece);
      this.blocks.delete(piece);
      this.network.gained(this, piece);
    }
    this.take({ kind: "proven", piece, outcome: good ? "good" : "bad", blocks: hashes });
  }

  #queue(peer: PeerKey, queued: Queued): void {
    const end = this.ends.get(peer);
    if (!end?.open) return;
    if (end.queue.length === 0) this.turns.push(end);
    end.queue.push(queued);
    if (!this.sending) this.network.transmit(this);
  }
}

/** See above. */
export class Network {
  readonly options: NetworkOptions;
  readonly nodes: Node[] = [];
  readonly random: Random;
  /** Told of each proven piece. */
  gained: (node: Node, piece: number) => void = () => {};
  readonly #events = new EventQueue();
  #lastKey = 0;
  #trace = 0x811c9dc5;

  constructor(options: NetworkOptions) {
    this.options = options;
    this.random = { next: seeded(options.seed) };
  }

  /** Virtual milliseconds. */
  get now(): number {
    return this.#events.now;
  }

  /** A number that depends on every message and its moment. */
  get trace(): number {
    return this.#trace;
  }

  add(options: NodeOptions): Node {
    const node = new Node(this, this.nodes.length, options);
    this.nodes.push(node);
    return node;
  }

  after(ms: number, run: () => void): void {
    this.#events.add(this.now + Math.max(0, ms), run);
  }

  /** Lets time pass until nothing happens any more, or `stop` says so, or the moment is reached. */
  run(until: number, stop: () => boolean = () => false): void {
    while (this.#events.size > 0 && this.now < until && !stop()) this.#events.step();
  }

  dial(from: Node, address: Address): void {
    const to = this.nodes.find((node) => node.host === address.host && !node.gone);
    const [least, most] = this.options.delay;
    const delay = least + below(this.random, most - least + 1);
    this.after(2 * delay, () => {
      if (!to || to.gone || from.gone) return from.take({ kind: "dial_failed", address });
      const here = { node: from, key: ++this.#lastKey, queue: [], delay, open: true } as unknown;
      const there = { node: to, key: ++this.#lastKey, queue: [], delay, open: true } as unknown;
      this.#join(here as End, there as End);
      this.#connected(here as End, address);
      this.#connected(there as End);
    });
  }

  /** Ends a connection, seen by both ends a little later. */
  close(end: End): void {
    for (const one of [end, end.other]) {
      if (!one.open) continue;
      one.open = false;
      this.after(one === end ? 0 : end.delay, () => {
        one.node.ends.delete(one.key);
        one.node.take({ kind: "left", peer: one.key });
      });
    }
  }

  /** A program ends, without a word. */
  remove(node: Node): void {
    for (const end of [...node.ends.values()]) this.close(end);
    node.gone = true;
  }

  /** Sends what is next on a node's uplink. */
  transmit(node: Node): void {
    const end = node.turns.shift();
    node.sending = end !== undefined;
    if (!end) return;
    const queued = end.queue.shift()!;
    if (end.queue.length > 0) node.turns.push(end);
    this.after(sizeOf(queued.message) * 1000 / node.options.up, () => {
      this.#travel(end, queued.message);
      if (queued.served && end.open) node.take(queued.served);
      this.transmit(node);
    });
  }

  #join(here: End, there: End): void {
    here.other = there;
    there.other = here;
    here.lastArrival = there.lastArrival = this.now;
    here.node.ends.set(here.key, here);
    there.node.ends.set(there.key, there);
  }

  #connected(end: End, dialled?: Address): void {
    const { node, host } = { node: end.other.node, host: end.other.node.host };
    const v2 = !this.options.torrent.v1 && node.options.v2 !== false;
    const id = peerId((node.index + 1).toString(16).padStart(40, "0"))!;
    const peer = { key: end.key, host, id, fast: true, extended: true, v2 };
    end.node.take({ kind: "connected", peer: dialled ? { ...peer, dialled } : peer });
  }

  #travel(end: End, message: PeerMessage): void {
    if (!end.open) return;
    if (this.options.break && this.random.next() < this.options.break) return this.close(end);
    const held = this.options.holdUp && this.random.next() < this.options.holdUp ? 200 : 0;
    end.lastArrival = Math.max(end.lastArrival, this.now + end.delay + held);
    this.after(end.lastArrival - this.now, () => this.#arrive(end.other, message));
  }

  #arrive(end: End, message: PeerMessage): void {
    const { node } = end;
    const from = Math.max(this.now, node.downFree);
    node.downFree = from + sizeOf(message) * 1000 / node.options.down;
    this.after(node.downFree - this.now, () => {
      if (!end.open) return;
      this.#note(node, message);
      node.take({ kind: "message", peer: end.key, message });
    });
  }

  #note(node: Node, message: PeerMessage): void {
    const piece = "piece" in message ? message.piece : 0;
    const begin = "begin" in message ? message.begin : 0;
    for (const value of [this.now * 1000, node.index, message.kind.length, piece, begin]) {
      this.#trace = Math.imul(this.#trace ^ Math.floor(value), 0x01000193) >>> 0;
    }
  }
}

/** Bytes on the wire. */
function sizeOf(message: PeerMessage): number {
  switch (message.kind) {
    case "piece":
      return 13 + message.data.length;
    case "bitfield":
      return 5 + message.bits.length;
    case "hashes":
      return 53 + message.hashes.length;
    case "extension_handshake":
      return 150;
    case "metadata_data":
      return 60 + message.data.length;
    case "pex":
      return 30 + 7 * message.added.length + 6 * message.dropped.length;
    default:
      return 17;
  }
}
