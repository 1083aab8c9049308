/** One swarm engine and made-up peers around it, on a clock that the test moves. */
import { Bitfield } from "../../lib/base/bitfield.ts";
import { infoHash, peerId } from "../../lib/base/ids.ts";
import { Swarm } from "../../lib/swarm/engine.ts";
import type { CloseCode } from "../../lib/swarm/errors.ts";
import type {
  ConnectedPeer,
  PeerKey,
  SwarmInput,
  SwarmOptions,
  SwarmOutput,
  SwarmTorrent,
} from "../../lib/swarm/types.ts";
import type { BlockRequest, PeerMessage } from "../../lib/wire/peer_message.ts";
import { FakeProofs, FakeTorrent, hashOf, WRONG } from "../sim/fake_torrent.ts";
import { seededRandom } from "./seeded_random.ts";

const BLOCK = 16_384;

export const INFO_HASH = infoHash("aa".repeat(20))!;
export const OWN_ID = peerId("00".repeat(20))!;

/** The id of a made-up peer. */
export function idOf(number: number) {
  return peerId(number.toString(16).padStart(40, "0"))!;
}

/** What the engine begins with. */
export interface HarnessOptions {
  /** Default 8 pieces of 4 blocks. */
  readonly pieces?: number;
  readonly blocks?: number;
  /** Bytes that the last piece lacks. Default 0. */
  readonly short?: number;
  readonly v1?: boolean;
  readonly private?: boolean;
  /** Default 100 zero bytes. */
  readonly metadata?: Uint8Array;
  /** Only the info-hash is known. */
  readonly magnet?: boolean;
  /** Pieces that are there: all, or these. Default none. */
  readonly have?: "all" | readonly number[];
  /** Pieces that are wanted. Default all. */
  readonly wanted?: readonly number[];
  /** Pieces whose hash is not known yet. */
  readonly unproven?: readonly number[];
  readonly seed?: number;
  readonly options?: Partial<SwarmOptions>;
}

/** What a made-up peer is; the defaults know every extension. */
export interface PeerOptions extends Partial<Omit<ConnectedPeer, "key">> {
  /** What it tells at once: all pieces, none (default), these, or nothing at all. */
  readonly has?: "all" | "silent" | readonly number[];
  /** It sends an extension handshake with these. Default: none is sent. */
  readonly extensions?: readonly string[];
}

/** See above. */
export class SwarmHarness {
  readonly engine: Swarm;
  readonly torrent: FakeTorrent;
  readonly proofs: FakeProofs;
  readonly swarmTorrent: SwarmTorrent;
  now = 1_000_000;
  /** Everything that came out. */
  readonly outputs: SwarmOutput[] = [];
  #lastKey = 0;
  #wakeAt = Infinity;

  constructor(harness: HarnessOptions = {}) {
    const { pieces = 8, blocks = 4, short = 0, v1 = false } = harness;
    this.torrent = new FakeTorrent(pieces * blocks * BLOCK - short, blocks * BLOCK, v1);
    const have = harness.have === "all" ? Bitfield.full(pieces) : setOf(pieces, harness.have ?? []);
    this.proofs = new FakeProofs(this.torrent, have);
    for (const piece of harness.unproven ?? []) this.proofs.unknown.add(piece);
    this.swarmTorrent = {
      layout: this.torrent.layout,
      metadata: harness.metadata ?? new Uint8Array(100),
      private: harness.private ?? false,
      v1,
      ...!v1 && { proofs: this.proofs },
    };
    this.engine = new Swarm({
      infoHash: INFO_HASH,
      ownId: OWN_ID,
      random: seededRandom(harness.seed ?? 1),
      ...!harness.magnet && { torrent: this.swarmTorrent, have },
      ...harness.wanted && { wanted: setOf(pieces, harness.wanted) },
      ...harness.options,
    }, this.now);
  }

  /** Hands something in. @returns What came out of it. */
  give(input: SwarmInput): SwarmOutput[] {
    const out = this.engine.handle(input, this.now);
    for (const output of out) if (output.kind === "wake") this.#wakeAt = output.at;
    this.outputs.push(...out);
    return out;
  }

  /** A peer connects. @returns Its key. */
  connect(peer: PeerOptions = {}): PeerKey {
    const key = ++this.#lastKey;
    const { has = [], extensions, ...info } = peer;
    this.give({
      kind: "connected",
      peer: {
        key,
        host: `198.51.${key >> 8}.${key & 255}`,
        id: idOf(key),
        fast: true,
        extended: true,
        v2: true,
        ...info,
      },
    });
    if (this.closeCode(key)) return key;
    if (extensions) this.introduce(key, extensions);
    if (has === "all") this.say(key, { kind: "have_all" });
    else if (has !== "silent") {
      this.say(key, { kind: "bitfield", bits: setOf(this.pieces, has).toBytes() });
    }
    return key;
  }

  /** A peer that is there with everything, not choking. */
  connectSource(peer: PeerOptions = {}): PeerKey {
    const key = this.connect({ has: "all", ...peer });
    this.say(key, { kind: "unchoke" });
    return key;
  }

  /** A peer without anything that asks to be unchoked. */
  connectTaker(peer: PeerOptions = {}): PeerKey {
    const key = this.connect(peer);
    this.say(key, { kind: "interested" });
    return key;
  }

  introduce(key: PeerKey, extensions: readonly string[], more: Record<string, unknown> = {}): void {
    const ids = new Map(extensions.map((name, at) => [name, at + 1]));
    this.say(key, { kind: "extension_handshake", extensions: ids, ...more });
  }

  /** A message of a peer. @returns What came out of it. */
  say(peer: PeerKey, message: PeerMessage): SwarmOutput[] {
    return this.give({ kind: "message", peer, message });
  }

  /** A block of a peer. */
  send(peer: PeerKey, { piece, begin, length }: BlockRequest, wrong = false): SwarmOutput[] {
    return this.say(peer, { kind: "piece", piece, begin, data: this.torrent.data(length, wrong) });
  }

  /** The answer to `prove`, from the blocks that are wrong. */
  prove(piece: number, wrong: readonly number[] = []): SwarmOutput[] {
    const count = this.torrent.layout.blockCount(piece);
    const blocks = new Uint8Array(32 * count);
    for (let block = 0; block < count; block++) {
      blocks.set(wrong.includes(block) ? WRONG : hashOf(piece, block), 32 * block);
    }
    return this.give({ kind: "proven", piece, outcome: wrong.length > 0 ? "bad" : "good", blocks });
  }

  /** Lets time pass, with ticks as they are asked for. @returns What came out. */
  pass(ms: number): SwarmOutput[] {
    const from = this.outputs.length;
    const end = this.now + ms;
    while (this.#wakeAt <= end) {
      this.now = Math.max(this.now, this.#wakeAt);
      this.#wakeAt = Infinity;
      this.give({ kind: "tick" });
    }
    this.now = end;
    return this.outputs.slice(from);
  }

  get pieces(): number {
    return this.torrent.layout.pieceCount;
  }

  get snapshot() {
    return this.engine.snapshot(this.now);
  }

  peer(key: PeerKey) {
    return this.snapshot.peers.find((peer) => peer.key === key);
  }

  /** Why a peer was closed. */
  closeCode(key: PeerKey): CloseCode | undefined {
    for (const output of this.outputs) {
      if (output.kind === "close" && output.peer === key) return output.code;
    }
    return undefined;
  }

  /** Messages of a kind to a peer, in all or among these outputs. */
  sent<K extends PeerMessage["kind"]>(key: PeerKey, kind: K, outputs = this.outputs) {
    const messages: Extract<PeerMessage, { readonly kind: K }>[] = [];
    for (const output of outputs) {
      if (output.kind !== "send" || output.peer !== key || output.message.kind !== kind) continue;
      messages.push(output.message as Extract<PeerMessage, { readonly kind: K }>);
    }
    return messages;
  }

  /** Outputs of a kind, in all or among these. */
  all<K extends SwarmOutput["kind"]>(kind: K, outputs = this.outputs) {
    return outputs.filter((output): output is Extract<SwarmOutput, { readonly kind: K }> =>
      output.kind === kind
    );
  }
}

/** A set of pieces. */
export function setOf(length: number, pieces: readonly number[]): Bitfield {
  const set = new Bitfield(length);
  for (const piece of pieces) set.add(piece);
  return set;
}
