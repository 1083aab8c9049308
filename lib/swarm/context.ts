import type { Bitfield } from "../base/bitfield.ts";
import type { Random } from "../base/random.ts";
import type { PeerMessage } from "../wire/peer_message.ts";
import type { CloseCode } from "./errors.ts";
import type { Peer } from "./peer_state.ts";
import { RateMeter } from "./rate.ts";
import type { PeerKey, SwarmOptions, SwarmOutput, SwarmTorrent } from "./types.ts";

/** Bytes and pieces since the swarm began. */
export interface Totals {
  /** Bytes of blocks that came and that were asked for. */
  downloaded: number;
  /** Bytes of blocks that left. */
  uploaded: number;
  /** Bytes that came and were of no use: twice, unasked, or wrong. */
  wasted: number;
  /** Bytes of pieces that were proven. */
  verified: number;
}

/** A torrent, and which of its pieces are here. */
export interface Content {
  readonly torrent: SwarmTorrent;
  readonly have: Bitfield;
  /** Pieces that are to be had. */
  wanted: Bitfield;
  /** How many of these are not here. */
  missing: number;
}

/**
 * What the parts of one swarm share: the moment, the peers, the outputs of the input at hand.
 *
 * Invariant: a peer is in `peers` exactly until it is closed or has left, and `gone` is called once.
 */
export class SwarmContext {
  now = 0;
  out: SwarmOutput[] = [];
  readonly peers = new Map<PeerKey, Peer>();
  readonly options: SwarmOptions;
  readonly random: Random;
  readonly totals: Totals = { downloaded: 0, uploaded: 0, wasted: 0, verified: 0 };
  readonly down: RateMeter;
  readonly up: RateMeter;
  /** Absent as long as only the info-hash is known. */
  content?: Content;
  /** Told of every peer that is no more. */
  gone: (peer: Peer) => void = () => {};

  constructor(options: SwarmOptions, now: number) {
    this.options = options;
    this.random = options.random;
    this.now = now;
    this.down = new RateMeter(now);
    this.up = new RateMeter(now);
  }

  /** Whether there is nothing left to download. */
  get isComplete(): boolean {
    return this.content !== undefined && this.content.missing === 0;
  }

  emit(output: SwarmOutput): void {
    this.out.push(output);
  }

  send(peer: Peer, message: PeerMessage): void {
    if (peer.closed) return;
    peer.lastSent = this.now;
    this.out.push({ kind: "send", peer: peer.key, message });
  }

  /** Ends a connection and forgets the peer at once. */
  close(peer: Peer, code: CloseCode, reason: string): void {
    if (peer.closed) return;
    this.emit({ kind: "close", peer: peer.key, code, reason });
    this.forget(peer);
  }

  /** The connection is gone. */
  forget(peer: Peer): void {
    if (peer.closed) return;
    peer.closed = true;
    this.peers.delete(peer.key);
    this.gone(peer);
  }
}
