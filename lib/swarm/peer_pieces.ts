import { Bitfield } from "../base/bitfield.ts";
import type { Availability } from "./availability.ts";
import type { Content, SwarmContext } from "./context.ts";
import { MAX_EARLY_HAVES } from "./defaults.ts";
import type { Peer } from "./peer_state.ts";

/**
 * What the peers have, and whether that interests us.
 *
 * Invariants: `availability` counts exactly what the connected peers have; `peer.interesting` is the
 * number of pieces that it has, that are wanted and that are not here; we are interested exactly in
 * the peers where that is not 0.
 */
export class PeerPieces {
  readonly #context: SwarmContext;
  readonly #content: Content;
  readonly #availability: Availability;

  constructor(context: SwarmContext, content: Content, availability: Availability) {
    this.#context = context;
    this.#content = content;
    this.#availability = availability;
  }

  /** A peer told all that it has. */
  told(peer: Peer, pieces: Bitfield): void {
    peer.pieces = pieces;
    peer.exhausted = -1;
    peer.countedAsSeed = pieces.isFull;
    if (pieces.isFull) this.#availability.addSeeds(1);
    else for (const piece of pieces) this.#availability.increase(piece);
    this.recount(peer);
  }

  /** A peer has one more piece. @returns Whether that was new. */
  gained(peer: Peer, piece: number): boolean {
    if (!peer.pieces?.add(piece)) return false;
    peer.exhausted = -1;
    this.#availability.increase(piece);
    if (this.#lacks(piece)) {
      peer.interesting++;
      this.#review(peer);
    }
    return true;
  }

  /** A peer has a piece no more. */
  lost(peer: Peer, piece: number): void {
    if (!peer.pieces?.has(piece)) return;
    if (peer.countedAsSeed) {
      peer.countedAsSeed = false;
      this.#availability.addSeeds(-1);
      for (const other of peer.pieces) this.#availability.increase(other);
    }
    peer.pieces.delete(piece);
    this.#availability.decrease(piece);
    if (this.#lacks(piece)) {
      peer.interesting--;
      this.#review(peer);
    }
  }

  /** A peer is gone. */
  left(peer: Peer): void {
    if (!peer.pieces) return;
    if (peer.countedAsSeed) this.#availability.addSeeds(-1);
    else for (const piece of peer.pieces) this.#availability.decrease(piece);
  }

  /** A wanted piece is here now (-1) or no more (1). */
  changed(piece: number, change: 1 | -1): void {
    for (const peer of this.#context.peers.values()) {
      if (!peer.pieces?.has(piece)) continue;
      peer.interesting += change;
      this.#review(peer);
    }
  }

  /** Finds out anew what interests us of a peer. */
  recount(peer: Peer): void {
    const { have, wanted, missing } = this.#content;
    peer.interesting = 0;
    if (peer.pieces?.isFull) {
      peer.interesting = missing;
    } else if (peer.pieces && missing > 0) {
      for (const piece of peer.pieces) {
        if (wanted.has(piece) && !have.has(piece)) peer.interesting++;
      }
    }
    this.#review(peer);
  }

  #lacks(piece: number): boolean {
    return this.#content.wanted.has(piece) && !this.#content.have.has(piece);
  }

  #review(peer: Peer): void {
    const interested = peer.interesting > 0;
    if (interested === peer.amInterested) return;
    peer.amInterested = interested;
    this.#context.send(peer, { kind: interested ? "interested" : "not_interested" });
  }
}

/**
 * Notes what a peer says that it has before it is known how many pieces there are.
 *
 * @returns What is wrong with it, or undefined.
 */
export function noteEarly(
  peer: Peer,
  told: { readonly bits: Uint8Array } | { readonly all: boolean } | { readonly piece: number },
): string | undefined {
  if ("bits" in told) {
    peer.early.bits = told.bits.slice();
  } else if ("all" in told) {
    peer.early.all = told.all;
  } else {
    peer.early.haves.add(told.piece);
    if (peer.early.haves.size > MAX_EARLY_HAVES) return `over ${MAX_EARLY_HAVES} pieces one by one`;
  }
  return undefined;
}

/** What a peer had said early, now that it is known how many pieces there are; undefined if wrong. */
export function earlyPieces(peer: Peer, pieceCount: number): Bitfield | undefined {
  const { bits, all, haves } = peer.early;
  const pieces = all
    ? Bitfield.full(pieceCount)
    : bits
    ? Bitfield.fromBytes(bits, pieceCount)
    : new Bitfield(pieceCount);
  for (const piece of haves) {
    if (piece >= pieceCount) return undefined;
    pieces?.add(piece);
  }
  peer.early.bits = undefined;
  haves.clear();
  return pieces;
}
