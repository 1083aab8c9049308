import { shuffle } from "../base/random.ts";
import type { Availability } from "./availability.ts";
import type { Content, SwarmContext } from "./context.ts";
import { LEAST_SUGGESTED, MOST_SUGGESTED, SUGGEST_AHEAD, SUGGESTION_LIFE } from "./defaults.ts";
import type { Peer } from "./peer_state.ts";

/**
 * Spreads the first copy of a torrent over the swarm: as long as some piece is nowhere but here, each
 * such piece goes to one peer, a different one each, and peers have the rest of each other.
 *
 * Super-seeding (BEP 16) reaches that by hiding pieces. Here nothing is hidden, so no peer is held
 * up: pieces are suggested (BEP 6), and what was sent once already waits behind what was not.
 *
 * A peer that takes pieces and does not tell of them holds nobody up: it is sent each of them first
 * only once, and only so many are given to it.
 *
 * Invariants: a piece is `#given` to at most one connected peer; a peer has as many suggestions
 * before it that it has not taken up as there are pieces for; `#owned` is how many pieces that
 * nobody told of are given to a peer, by its key.
 */
export class Spread {
  readonly #context: SwarmContext;
  readonly #content: Content;
  readonly #availability: Availability;
  /** The key of the peer that a piece goes to; 0 for none. Keys count from 1 here. */
  readonly #given: Float64Array;
  /** Bytes of a piece that the peer that it was given to may still ask for before others. */
  readonly #due: Float64Array;
  readonly #owned = new Map<number, number>();
  /** What was suggested to a peer and not taken up yet, and when; milliseconds. */
  readonly #offers = new Map<Peer, Map<number, number>>();
  #order: number[] = [];
  #unseen = 0;
  #active = false;
  readonly #ahead: number;
  /** How many of what is left are suggested to a peer ahead. */
  #share = 0;

  constructor(context: SwarmContext, content: Content, availability: Availability) {
    this.#context = context;
    this.#content = content;
    this.#availability = availability;
    const { layout } = content.torrent;
    this.#given = new Float64Array(layout.pieceCount);
    this.#due = new Float64Array(layout.pieceCount);
    const pieceBytes = layout.pieceCount > 0 ? Math.max(1, layout.dataLength(0)) : 1;
    const ahead = Math.ceil(SUGGEST_AHEAD / pieceBytes);
    this.#ahead = Math.max(LEAST_SUGGESTED, Math.min(MOST_SUGGESTED, ahead));
  }

  /** Whether there are pieces that nobody else has, and peers to share them out to. */
  get active(): boolean {
    return this.#active;
  }

  /** Looks at the swarm anew; to be called when a peer told what it has, and about once a second. */
  review(): void {
    const { have } = this.#content;
    let takers = 0;
    for (const peer of this.#context.peers.values()) {
      // One that has not told what it has may be a seed.
      if (!peer.takesNothing && !peer.mayTellPieces) takers++;
    }
    const able = have.isFull && takers >= 2 && this.#availability.seeds === 0;
    if (!able) {
      this.#active = false;
      return;
    }
    this.#takeBack();
    this.#unseen = 0;
    this.#order = [];
    this.#owned.clear();
    for (let piece = 0; piece < have.length; piece++) {
      if (this.#availability.countOfSome(piece) > 0) continue;
      this.#unseen++;
      if (this.#isIdle(this.#given[piece]! - 1)) this.#given[piece] = 0;
      if (this.#given[piece] === 0) this.#order.push(piece);
      else this.#own(this.#given[piece]! - 1, 1);
    }
    this.#active = this.#unseen > 0;
    this.#share = Math.min(this.#ahead, Math.max(1, Math.ceil(this.#unseen / (2 * takers))));
    shuffle(this.#context.random, this.#order);
    if (!this.#active) return;
    for (const peer of this.#context.peers.values()) this.feed(peer);
  }

  /** Suggests pieces to a peer, as many as it should have before it. */
  feed(peer: Peer): void {
    if (!this.#active || !peer.info.fast || !peer.interested || peer.takesNothing) return;
    let offers = this.#offers.get(peer);
    if (!offers) this.#offers.set(peer, offers = new Map());
    while (offers.size < this.#share) {
      const piece = this.#next(peer);
      if (piece < 0) return;
      this.#give(piece, peer);
      offers.set(piece, this.#context.now);
      this.#context.send(peer, { kind: "suggest", piece });
    }
  }

  /**
   * A peer asks for so many bytes of a piece.
   *
   * @returns Whether it is to wait behind others: the piece has been given to somebody else.
   */
  requested(peer: Peer, piece: number, length: number): boolean {
    if (!this.#active) return false;
    if (this.#offers.get(peer)?.delete(piece)) this.feed(peer);
    const owner = this.#given[piece]! - 1;
    if (owner !== peer.key && this.#mayOwn(peer, piece)) {
      // Who asks for a piece goes before one that it was only suggested to.
      const other = this.#context.peers.get(owner);
      const isFree = owner < 0 || (other && this.#offers.get(other)?.delete(piece));
      if (owner >= 0 && isFree) this.#own(owner, -1);
      if (isFree) this.#give(piece, peer);
    }
    if (this.#given[piece] !== peer.key + 1 || this.#due[piece]! <= 0) return true;
    this.#due[piece]! -= length;
    return false;
  }

  /** Whether a peer, though it is choked now, is still to have what it asked for of a piece. */
  finishes(peer: Peer, piece: number): boolean {
    return this.#active && peer.info.fast && this.#given[piece] === peer.key + 1 &&
      piece === peer.upload.piece;
  }

  /** A peer has a piece now. */
  gained(piece: number): void {
    if (!this.#active || this.#availability.countOfSome(piece) !== 1) return;
    if (this.#given[piece] !== 0) this.#own(this.#given[piece]! - 1, -1);
    if (--this.#unseen === 0) this.#active = false;
  }

  /** A peer is gone: its pieces go to others. */
  left(peer: Peer): void {
    this.#offers.delete(peer);
    this.#owned.delete(peer.key);
    if (!this.#active) return;
    for (let piece = 0; piece < this.#given.length; piece++) {
      if (this.#given[piece] !== peer.key + 1) continue;
      this.#given[piece] = 0;
      this.#order.push(piece);
    }
  }

  #mayOwn(peer: Peer, piece: number): boolean {
    const most = 2 * this.#ahead + 2;
    return this.#availability.countOfSome(piece) === 0 && (this.#owned.get(peer.key) ?? 0) < most;
  }

  #give(piece: number, peer: Peer): void {
    this.#given[piece] = peer.key + 1;
    this.#due[piece] = this.#content.torrent.layout.dataLength(piece);
    this.#own(peer.key, 1);
  }

  #own(key: number, change: 1 | -1): void {
    this.#owned.set(key, (this.#owned.get(key) ?? 0) + change);
  }

  #next(peer: Peer): number {
    for (let piece = this.#order.pop(); piece !== undefined; piece = this.#order.pop()) {
      const isOpen = this.#given[piece] === 0 && this.#availability.countOfSome(piece) === 0;
      if (isOpen && !peer.has(piece)) return piece;
    }
    return -1;
  }

  /** Suggestions that were not taken up go to others. */
  #takeBack(): void {
    for (const [peer, offers] of this.#offers) {
      for (const [piece, since] of offers) {
        if (!peer.amChoking && this.#context.now - since < SUGGESTION_LIFE) continue;
        offers.delete(piece);
        this.#given[piece] = 0;
      }
    }
  }

  /** Whether a peer was choked and has got all that it is still to have. */
  #isIdle(key: number): boolean {
    const peer = this.#context.peers.get(key);
    return peer?.amChoking === true && peer.upload.waiting === 0 && peer.upload.serving === 0;
  }
}
