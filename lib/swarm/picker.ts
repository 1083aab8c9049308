import type { Availability } from "./availability.ts";
import type { Content, SwarmContext } from "./context.ts";
import {
  END_GAME_DEPTH,
  END_GAME_PAUSE,
  MAX_ASKERS,
  PARTIAL_IDLE,
  RANDOM_FIRST,
  SUGGESTION_FRESH,
  SUGGESTION_LIFE,
} from "./defaults.ts";
import { PartialPiece, type PartialPieces } from "./partial_pieces.ts";
import type { Peer } from "./peer_state.ts";
import type { PieceLayout } from "./types.ts";

/** A block to ask a peer for. */
export interface Pick {
  readonly partial: PartialPiece;
  /** Which block of it. */
  readonly index: number;
}

/** A number for each block of a torrent; blocks of one piece are neighbours. */
export class BlockNumbers {
  readonly #perPiece: number;

  constructor(layout: PieceLayout) {
    let most = 1;
    for (let piece = 0; piece < layout.pieceCount; piece++) {
      most = Math.max(most, layout.blockCount(piece));
    }
    this.#perPiece = most;
  }

  of(piece: number, index: number): number {
    return piece * this.#perPiece + index;
  }
}

/**
 * Decides which block a peer is asked for next: of the piece it is at, of any other that is begun and
 * that no quick peer is at, of one that it suggests, of the rarest it has, of any that is begun, and
 * when nothing else is left to ask for, one that somebody else was asked for.
 *
 * Invariant: a piece is listed as one that may be begun exactly when it is wanted, not here, not
 * begun, not postponed, and there will be a proof for it.
 */
export class Picker {
  readonly #context: SwarmContext;
  readonly #content: Content;
  readonly #availability: Availability;
  readonly #partials: PartialPieces;
  readonly #blocks: BlockNumbers;
  /** Who was asked last for a block of a piece. */
  readonly #followers = new WeakMap<PartialPiece, Peer>();
  /** Pieces that are not to be begun before a moment. */
  readonly #postponed = new Map<number, number>();
  /** No listed piece is before this one. */
  #first = 0;
  sequential: boolean;

  constructor(
    context: SwarmContext,
    content: Content,
    parts: { availability: Availability; partials: PartialPieces; blocks: BlockNumbers },
  ) {
    this.#context = context;
    this.#content = content;
    this.#availability = parts.availability;
    this.#partials = parts.partials;
    this.#blocks = parts.blocks;
    this.sequential = context.options.sequential ?? false;
  }

  /** Finds out anew which pieces may be begun. */
  relist(): void {
    const pieces: number[] = [];
    for (const piece of this.#content.wanted) if (this.#mayBegin(piece)) pieces.push(piece);
    this.#availability.relist(pieces);
    this.#first = 0;
  }

  /** A piece may have become one that may be begun. */
  offer(piece: number): void {
    if (!this.#mayBegin(piece)) return;
    this.#availability.list(piece);
    this.#first = Math.min(this.#first, piece);
  }

  /** The piece is not to be begun before a moment; milliseconds. */
  postpone(piece: number, until: number): void {
    this.#availability.unlist(piece);
    this.#postponed.set(piece, until);
  }

  /** Offers the pieces again whose moment has come. @returns Whether there were any. */
  resume(): boolean {
    let any = false;
    for (const [piece, until] of this.#postponed) {
      if (until > this.#context.now) continue;
      this.#postponed.delete(piece);
      this.offer(piece);
      any = true;
    }
    return any;
  }

  /** A block for a peer that has room for one more request, or undefined. */
  next(peer: Peer): Pick | undefined {
    const may = peer.choking
      ? (piece: number) => peer.allowedFast.has(piece) && peer.has(piece)
      : peer.refused.size > 0
      ? (piece: number) => peer.has(piece) && !peer.refused.has(piece)
      : (piece: number) => peer.has(piece);
    const { requests } = peer;
    let partial = peer.choking || this.sequential ? undefined : this.#suggested(peer, may);
    if (!partial) {
      // The only seed shares its pieces out: what it does not suggest others get, and pass on.
      const guided = !this.sequential && peer.isSeed && this.#availability.seeds === 1 &&
        this.#context.now - peer.suggestedAt < SUGGESTION_FRESH;
      if (guided && requests.owed >= Math.max(2, requests.depth / 4)) return undefined;
      partial = this.#begun(peer, may) ?? this.#begin(this.#choose(peer, may), peer) ??
        this.#open(may);
    }
    if (!partial) return this.#endGame(peer, may);
    peer.current = partial;
    this.#followers.set(partial, peer);
    return { partial, index: partial.firstFree() };
  }

  /** What it suggests, one piece after the other. A piece that others have too waits its turn. */
  #suggested(peer: Peer, may: (piece: number) => boolean): PartialPiece | undefined {
    const { suggested, guide } = peer;
    const goesOn = guide && this.#partials.open.has(guide) && may(guide.piece) &&
      this.#availability.count(guide.piece) === 1;
    if (goesOn) return guide;
    peer.guide = undefined;
    for (const [piece, since] of suggested) {
      const isGood = this.#context.now - since < SUGGESTION_LIFE &&
        this.#availability.isListed(piece) && may(piece) && this.#availability.count(piece) === 1;
      if (isGood) return peer.guide = this.#begin(piece, peer);
      suggested.delete(piece);
    }
    return undefined;
  }

  #begun(peer: Peer, may: (piece: number) => boolean): PartialPiece | undefined {
    const { open } = this.#partials;
    if (open.size === 0) return undefined;
    if (peer.current && open.has(peer.current) && may(peer.current.piece)) return peer.current;
    return this.#open(may, (partial) => this.#isFollowed(partial));
  }

  /** The one begun first that has a block nobody was asked for. */
  #open(
    may: (piece: number) => boolean,
    isTaken: (partial: PartialPiece) => boolean = () => false,
  ): PartialPiece | undefined {
    for (const partial of this.#partials.open) {
      if (may(partial.piece) && !isTaken(partial)) return partial;
    }
    return undefined;
  }

  /**
   * Whether a peer that is at a piece is so quick that it will be asked for all of it soon: it is left to
   * that one while there is memory to begin another, for who serves a piece reads more of it at a time
   * than a block.
   */
  #isFollowed(partial: PartialPiece): boolean {
    const follower = this.#followers.get(partial);
    if (follower?.current !== partial || this.sequential) return false;
    return !follower.closed && !follower.choking && follower.requests.depth >= partial.blocks &&
      this.#partials.hasRoom(partial.bytes);
  }

  #begin(piece: number, peer: Peer): PartialPiece | undefined {
    if (piece < 0) return undefined;
    const { layout } = this.#content.torrent;
    const bytes = layout.dataLength(piece);
    if (!this.#partials.hasRoom(bytes) && !this.#makeRoom(peer)) return undefined;
    this.#availability.unlist(piece);
    const partial = new PartialPiece(piece, layout.blockCount(piece), bytes, this.#context.now);
    this.#partials.add(partial);
    return partial;
  }

  #choose(peer: Peer, may: (piece: number) => boolean): number {
    const { size, additions } = this.#availability;
    if (size === 0 || peer.exhausted === additions) return -1;
    const piece = this.#search(may);
    // Not to be looked for again with each block that comes: there may be a million pieces.
    if (piece < 0) peer.exhausted = additions;
    return piece;
  }

  #search(may: (piece: number) => boolean): number {
    if (this.sequential) return this.#lowest(may);
    const few = this.#content.have.count + this.#partials.size < RANDOM_FIRST;
    return few ? this.#availability.any(may) : this.#availability.rarest(may);
  }

  #lowest(may: (piece: number) => boolean): number {
    const { pieceCount } = this.#content.torrent.layout;
    while (this.#first < pieceCount && !this.#availability.isListed(this.#first)) this.#first++;
    for (let piece = this.#first; piece < pieceCount; piece++) {
      if (this.#availability.isListed(piece) && may(piece)) return piece;
    }
    return -1;
  }

  /** Gives up a begun piece that nobody works at and that this peer cannot go on with. */
  #makeRoom(peer: Peer): boolean {
    let victim: PartialPiece | undefined;
    for (const partial of this.#partials.open) {
      if (partial.isAsked || this.#context.now - partial.touched < PARTIAL_IDLE) continue;
      if (!peer.has(partial.piece) && partial.held < (victim?.held ?? Infinity)) victim = partial;
    }
    if (!victim) return false;
    this.abandon(victim);
    return true;
  }

  /** Forgets all blocks of a begun piece. */
  abandon(partial: PartialPiece): void {
    this.#partials.remove(partial);
    this.#context.totals.wasted += Math.min(partial.held * 16_384, partial.bytes);
    this.#context.emit({ kind: "drop", piece: partial.piece });
    this.offer(partial.piece);
  }

  #endGame(peer: Peer, may: (piece: number) => boolean): Pick | undefined {
    if (peer.requests.owed >= END_GAME_DEPTH || this.#context.now < peer.endGameAt) {
      return undefined;
    }
    const found = this.#isEndGame() ? this.#owedByOthers(peer, may) : undefined;
    if (!found) peer.endGameAt = this.#context.now + END_GAME_PAUSE;
    return found;
  }

  /** Whether all is asked for that anybody has, or that there is memory for. */
  #isEndGame(): boolean {
    for (const partial of this.#partials.open) {
      if (this.#availability.count(partial.piece) > 0) return false;
    }
    return this.#availability.reachable === 0 ||
      !this.#partials.hasRoom(this.#content.torrent.layout.dataLength(0));
  }

  #owedByOthers(peer: Peer, may: (piece: number) => boolean): Pick | undefined {
    let best: Pick | undefined;
    let least = MAX_ASKERS;
    for (const partial of this.#partials.all()) {
      if (partial.phase !== "gathering" || !partial.isAsked || !may(partial.piece)) continue;
      for (let index = 0; index < partial.blocks; index++) {
        const askers = partial.askers(index);
        if (partial.holds(index) || askers === 0 || askers >= least) continue;
        if (peer.requests.has(this.#blocks.of(partial.piece, index))) continue;
        best = { partial, index };
        least = askers;
        if (least === 1) return best;
      }
    }
    return best;
  }

  #mayBegin(piece: number): boolean {
    const { torrent, have, wanted } = this.#content;
    return wanted.has(piece) && !have.has(piece) && !this.#partials.get(piece) &&
      !this.#postponed.has(piece) && torrent.layout.blockCount(piece) > 0 &&
      (torrent.v1 || torrent.proofs!.isKnown(piece));
  }
}
