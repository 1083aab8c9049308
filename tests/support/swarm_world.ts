/** A swarm engine in a world that does at random what it may do, and what it may not. */
import { Bitfield } from "../../lib/base/bitfield.ts";
import { below, type Random } from "../../lib/base/random.ts";
import type { Address, PeerKey, SwarmInput, SwarmOutput } from "../../lib/swarm/types.ts";
import type { BlockRequest, HashRequest, PeerMessage } from "../../lib/wire/peer_message.ts";
import { SwarmBabble } from "./swarm_babble.ts";
import { type HarnessOptions, idOf, SwarmHarness } from "./swarm_harness.ts";

const BLOCK = 16_384;

/** What the world knows of a peer that the engine has not closed. */
interface Somebody {
  readonly asked: BlockRequest[];
  readonly askedHashes: HashRequest[];
  readonly askedMetadata: number[];
  readonly serving: BlockRequest[];
  readonly servingHashes: HashRequest[];
}

/** See above. */
export class SwarmWorld {
  readonly swarm: SwarmHarness;
  readonly peers = new Map<PeerKey, Somebody>();
  readonly dialling: Address[] = [];
  readonly proving = new Set<number>();
  /** Blocks that the engine handed out to be kept, by piece. */
  readonly blocks = new Map<number, Set<number>>();
  readonly have: Bitfield;
  checkingMetadata = false;
  /** Told of each output before it is carried out. */
  check: (output: SwarmOutput) => void = () => {};
  /** What happened last. */
  last?: SwarmInput;
  isKnown: boolean;
  readonly #random: Random;
  readonly #babble: SwarmBabble;
  #lastKey = 1000;

  constructor(options: HarnessOptions, random: Random) {
    this.swarm = new SwarmHarness(options);
    this.#random = random;
    this.#babble = new SwarmBabble(this.swarm.pieces, random);
    this.isKnown = !options.magnet;
    this.have = new Bitfield(this.swarm.pieces);
    const { have = [] } = options;
    for (const piece of have === "all" ? Array(this.swarm.pieces).keys() : have) {
      this.have.add(piece);
    }
  }

  /** Something happens, and what comes out of it is noted. */
  step(): void {
    this.swarm.now += this.#babble.one([0, 0, 1, 5, 50, 900]);
    this.last = this.#input();
    for (const output of this.swarm.give(this.last)) {
      this.check(output);
      this.#note(output);
    }
    this.swarm.outputs.length = 0;
  }

  #key(): PeerKey {
    return this.peers.size > 0 && below(this.#random, 50) > 0
      ? this.#babble.one([...this.peers.keys()])
      : below(this.#random, 2000);
  }

  #input(): SwarmInput {
    switch (below(this.#random, 24)) {
      case 0:
        return this.#connected();
      case 1:
        return below(this.#random, 4) ? { kind: "tick" } : this.#left();
      case 2:
      case 3:
        return this.#served();
      case 4:
      case 5:
      case 6:
        return this.#proven();
      case 7:
        return this.#candidates();
      case 8:
        return this.#rare();
      case 9:
        return this.#verified();
      default: {
        const peer = this.#key();
        return { kind: "message", peer, message: this.#message(this.peers.get(peer)) };
      }
    }
  }

  #connected(): SwarmInput {
    const dialled = below(this.#random, 2) ? this.dialling.pop() : undefined;
    const key = ++this.#lastKey;
    const [fast, extended, v2] = [1, 2, 3].map(() => below(this.#random, 4) > 0) as [
      boolean,
      boolean,
      boolean,
    ];
    const host = dialled?.host ?? this.#babble.address().host;
    const id = idOf(below(this.#random, 60));
    const peer = { key, host, id, fast, extended, v2, ...dialled && { dialled } };
    this.peers.set(key, {
      asked: [],
      askedHashes: [],
      askedMetadata: [],
      serving: [],
      servingHashes: [],
    });
    return { kind: "connected", peer };
  }

  #left(): SwarmInput {
    const peer = this.#key();
    this.peers.delete(peer);
    return { kind: "left", peer };
  }

  #served(): SwarmInput {
    const peer = this.#key();
    const somebody = this.peers.get(peer);
    const hashes = somebody?.servingHashes.shift();
    if (hashes) {
      const known = below(this.#random, 2) > 0;
      const bytes = new Uint8Array(32 * hashes.length);
      return { kind: "served_hashes", peer, request: hashes, ...known && { hashes: bytes } };
    }
    const request = somebody?.serving.shift() ?? { piece: 0, begin: 0, length: 1 };
    return { kind: "served", peer, request, ok: below(this.#random, 5) > 0 };
  }

  #proven(): SwarmInput {
    const piece = this.proving.size > 0
      ? this.#babble.one([...this.proving])
      : this.#babble.number();
    const wasProving = this.proving.delete(piece);
    const outcome = this.#babble.one(["good", "good", "good", "bad", "failed"] as const);
    if (wasProving && outcome === "good") this.have.add(piece);
    if (wasProving && outcome !== "bad") this.blocks.delete(piece);
    const count = piece < this.swarm.pieces ? this.swarm.torrent.layout.blockCount(piece) : 1;
    const blocks = new Uint8Array(32 * this.#babble.one([count, count, count, 0, 1]));
    for (let at = 0; at < blocks.length; at += 32) blocks[at] = this.#babble.one([0, 0xff]);
    return { kind: "proven", piece, outcome, ...below(this.#random, 4) && { blocks } };
  }

  #candidates(): SwarmInput {
    const addresses = Array.from({ length: below(this.#random, 6) }, () => this.#babble.address());
    if (below(this.#random, 8) === 0) return { kind: "own_addresses", addresses };
    const failed = below(this.#random, 2) ? this.dialling.pop() : undefined;
    if (failed) return { kind: "dial_failed", address: failed };
    if (below(this.#random, 8) === 0) {
      return { kind: "dial_failed", address: this.#babble.address() };
    }
    const source = this.#babble.one(["person", "tracker", "incoming", "pex"] as const);
    return { kind: "candidates", source, addresses, local: below(this.#random, 2) > 0 };
  }

  #rare(): SwarmInput {
    switch (below(this.#random, 5)) {
      case 0: {
        const piece = this.#babble.number();
        this.have.delete(piece);
        return { kind: "lost", piece };
      }
      case 1:
        return { kind: "order", sequential: below(this.#random, 2) > 0 };
      case 2:
        return { kind: "want" };
      case 3:
        return { kind: "want", pieces: this.#babble.set() };
      default:
        return { kind: "tick" };
    }
  }

  #verified(): SwarmInput {
    if (!this.checkingMetadata || this.isKnown) return { kind: "metadata_verified", ok: false };
    this.checkingMetadata = false;
    if (below(this.#random, 3) > 0) return { kind: "metadata_verified", ok: false };
    this.isKnown = true;
    const have = this.have.clone();
    return { kind: "metadata_verified", ok: true, torrent: this.swarm.swarmTorrent, have };
  }

  #message(somebody: Somebody | undefined): PeerMessage {
    const asked = somebody && below(this.#random, 8) > 0 ? somebody.asked.shift() : undefined;
    if (asked && below(this.#random, 3) > 0) {
      if (below(this.#random, 12) === 0) return { ...asked, kind: "reject" };
      const wrong = below(this.#random, 20) === 0;
      const data = this.swarm.torrent.data(asked.length, wrong);
      return { kind: "piece", piece: asked.piece, begin: asked.begin, data };
    }
    const hashes = somebody?.askedHashes.shift();
    if (hashes) {
      if (below(this.#random, 3) === 0) return { ...hashes, kind: "hash_reject" };
      const bytes = new Uint8Array(32 * hashes.length).fill(below(this.#random, 8) > 0 ? 1 : 0);
      return { ...hashes, kind: "hashes", hashes: bytes };
    }
    const metadata = somebody?.askedMetadata.shift();
    if (metadata !== undefined) {
      if (below(this.#random, 4) === 0) return { kind: "metadata_reject", piece: metadata };
      const data = new Uint8Array(Math.min(BLOCK, Math.max(1, 40_000 - metadata * BLOCK)));
      return { kind: "metadata_data", piece: metadata, totalSize: 40_000, data };
    }
    return this.#babble.message();
  }

  #note(output: SwarmOutput): void {
    switch (output.kind) {
      case "send": {
        const somebody = this.peers.get(output.peer);
        const { message } = output;
        if (message.kind === "request") somebody?.asked.push(message);
        else if (message.kind === "hash_request") somebody?.askedHashes.push(message);
        else if (message.kind === "metadata_request") somebody?.askedMetadata.push(message.piece);
        break;
      }
      case "serve":
        this.peers.get(output.peer)?.serving.push(output.request);
        break;
      case "serve_hashes":
        this.peers.get(output.peer)?.servingHashes.push(output.request);
        break;
      case "close":
        this.peers.delete(output.peer);
        break;
      case "block": {
        const blocks = this.blocks.get(output.piece) ?? new Set<number>();
        this.blocks.set(output.piece, blocks.add(output.begin / BLOCK));
        break;
      }
      case "drop":
        if (!output.blocks) this.blocks.delete(output.piece);
        else for (const block of output.blocks) this.blocks.get(output.piece)?.delete(block);
        break;
      case "prove":
        this.proving.add(output.piece);
        break;
      case "dial":
        this.dialling.push(output.address);
        break;
      case "metadata":
        this.checkingMetadata = true;
        break;
      case "ban":
      case "have":
      case "complete":
      case "wake":
        break;
      default:
        output satisfies never;
    }
  }
}
