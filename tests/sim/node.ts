/** A program in a simulated network: an engine, and what carries out what it wants. */
import { equalBytes } from "../../lib/base/bytes.ts";
import { Bitfield } from "../../lib/base/bitfield.ts";
import { infoHash, peerId } from "../../lib/base/ids.ts";
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
import { FakeProofs, hashOf, isGood, WRONG } from "./fake_torrent.ts";
import type { Network } from "./network.ts";

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

/** A message that waits for its turn on the uplink. */
export interface Queued {
  readonly message: PeerMessage;
  /** What to tell the sender's engine when it has left. */
  readonly served?: SwarmInput;
}

/** One end of a connection. */
export interface End {
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
