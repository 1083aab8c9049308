import type { Bitfield } from "../base/bitfield.ts";
import { addressKind } from "../base/ip.ts";
import type { BlockRequest, HashRequest } from "../wire/peer_message.ts";
import type { Contributor } from "./contributor.ts";
import { MAX_SUGGESTED } from "./defaults.ts";
import type { PartialPiece } from "./partial_pieces.ts";
import { RateMeter } from "./rate.ts";
import { RequestQueue } from "./request_queue.ts";
import type { Address, ConnectedPeer } from "./types.ts";

/** What a peer said that it has, before it was known how many pieces there are. */
export interface EarlyPieces {
  bits?: Uint8Array;
  all?: boolean;
  readonly haves: Set<number>;
}

/** What a peer asked of us. */
export class PeerUpload {
  /** Requests that wait, in their order; see `Uploads` for what is stale. */
  readonly fresh: BlockRequest[] = [];
  readonly stale: BlockRequest[] = [];
  /** `serve` outputs that are not `served` yet. */
  serving = 0;
  /** When one was served last, or the first of several handed out; milliseconds. */
  progress = 0;
  /** It takes nothing: what is handed out for it does not count. */
  stalled = false;
  /** The piece of the block that was handed out last, and the round in which it was begun. */
  piece = -1;
  round = 0;
  /** Requests that could not be accepted since the last choke. */
  excess = 0;
  /** Pieces that it may have while it is choked (BEP 6). */
  readonly allowedFast = new Set<number>();
  readonly meter: RateMeter;

  constructor(now: number) {
    this.meter = new RateMeter(now);
  }

  /** Requests that wait. */
  get waiting(): number {
    return this.fresh.length + this.stale.length;
  }
}

/** A connected peer: both ends' flags, and what the engine's parts note of it. */
export class Peer {
  readonly key: number;
  readonly info: ConnectedPeer;
  readonly contributor: Contributor;
  readonly connectedAt: number;
  closed = false;

  amChoking = true;
  amInterested = false;
  choking = true;
  interested = false;

  /** What it has; absent until the number of pieces is known. */
  pieces?: Bitfield;
  readonly early: EarlyPieces = { haves: new Set() };
  /** Whether it may still send a bitfield. */
  mayTellPieces = true;
  /** How many pieces it has that we want and lack. */
  interesting = 0;
  /** Whether it is counted as having everything, not piece by piece. */
  countedAsSeed = false;

  /** Names and ids of its extensions; empty before its extension handshake. */
  extensions: ReadonlyMap<string, number> = new Map();
  client?: string;
  listenPort?: number;
  metadataSize?: number;
  uploadOnly = false;

  readonly requests: RequestQueue;
  /** Pieces that it lets us have while it chokes us. */
  readonly allowedFast = new Set<number>();
  /** Pieces that it would like us to take, in this order, and since when; milliseconds. */
  readonly suggested = new Map<number, number>();
  /** When it suggested one last; milliseconds. */
  suggestedAt = -Infinity;
  /** As of which `additions` nothing listed can be had of it; -1 if it is not known. */
  exhausted = -1;
  /** The piece that it is asked for because it suggested it. */
  guide?: PartialPiece;
  /** The piece that it was last asked for. */
  current?: PartialPiece;
  /** Pieces that it refused while we were not choked, not to be asked for again at once. */
  readonly refused = new Set<number>();
  refusedSince = 0;
  unsolicited = 0;
  /** Pieces of metadata that it had of us. */
  metadataServed = 0;
  /** Hashes that are being computed for it. */
  readonly hashServes: HashRequest[] = [];
  /** Hashes that it was asked for and that may still come, though it took too long. */
  lateHashes = 0;
  /** When the end game may look again for something to ask it for. */
  endGameAt = 0;
  readonly down: RateMeter;

  readonly upload: PeerUpload;
  /** When it was unchoked or, if it is choked, choked; milliseconds. */
  chokeChanged: number;

  lastSent: number;
  lastReceived: number;

  constructor(info: ConnectedPeer, now: number) {
    this.key = info.key;
    this.info = info;
    this.contributor = { host: info.host, id: info.id, sharedBlame: 0 };
    this.requests = new RequestQueue(now);
    this.down = new RateMeter(now);
    this.upload = new PeerUpload(now);
    this.connectedAt =
      this.chokeChanged =
      this.lastSent =
      this.lastReceived =
        now;
  }

  /** Whether it has every piece. */
  get isSeed(): boolean {
    return this.pieces?.isFull ?? this.early.all ?? false;
  }

  /** Whether it takes nothing of us, as far as it tells; of no pieces, the metadata may be wanted. */
  get takesNothing(): boolean {
    return this.uploadOnly || (this.isSeed && this.pieces?.length !== 0);
  }

  /** Where it can be dialled, when that is known. */
  get address(): Address | undefined {
    if (this.info.dialled) return this.info.dialled;
    return this.listenPort === undefined
      ? undefined
      : { host: this.info.host, port: this.listenPort };
  }

  has(piece: number): boolean {
    return this.pieces?.has(piece) ?? false;
  }

  /** Notes a suggested piece; the oldest is forgotten when there are too many. */
  suggest(piece: number, now: number): void {
    this.suggestedAt = now;
    this.suggested.delete(piece);
    this.suggested.set(piece, now);
    if (this.suggested.size <= MAX_SUGGESTED) return;
    for (const oldest of this.suggested.keys()) {
      this.suggested.delete(oldest);
      return;
    }
  }
}

/** Whether an address is this machine's own: its peers are told apart by id, not by address. */
export function isLoopback(host: string): boolean {
  return addressKind(host) === "loopback";
}
