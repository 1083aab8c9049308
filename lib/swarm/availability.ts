import { below, type Random, shuffle } from "../base/random.ts";

/**
 * How many peers have each piece, and the pieces that may be begun, ordered by that.
 *
 * Peers that have everything are one number, not a count on each piece. Every change costs a swap,
 * or one swap for each step of rarity.
 *
 * Invariants: `#order[0 .. size)` holds each listed piece once and `#place` where it stands, -1 for
 * the others; it is sorted by `#counts`; `#starts[c]` is where the pieces of count c or more begin.
 * Among equally rare ones the order is by chance.
 */
export class Availability {
  readonly #random: Random;
  readonly #counts: Uint16Array;
  readonly #order: Int32Array;
  readonly #place: Int32Array;
  #starts: number[] = [0];
  #size = 0;
  #seeds = 0;
  #additions = 0;

  constructor(pieceCount: number, random: Random) {
    this.#random = random;
    this.#counts = new Uint16Array(pieceCount);
    this.#order = new Int32Array(pieceCount);
    this.#place = new Int32Array(pieceCount).fill(-1);
  }

  /** How many pieces are listed. */
  get size(): number {
    return this.#size;
  }

  /** How often pieces were listed: as long as it stays the same, there is none that was not there. */
  get additions(): number {
    return this.#additions;
  }

  /** How many of them some peer has. */
  get reachable(): number {
    return this.#seeds > 0 ? this.#size : this.#size - (this.#starts[1] ?? this.#size);
  }

  /** How many peers have a piece. */
  count(piece: number): number {
    return this.#counts[piece]! + this.#seeds;
  }

  /** How many peers have it, those aside that have everything. */
  countOfSome(piece: number): number {
    return this.#counts[piece]!;
  }

  /** How many peers have everything. */
  get seeds(): number {
    return this.#seeds;
  }

  /** A peer with everything came (1) or went (-1). */
  addSeeds(change: 1 | -1): void {
    this.#seeds += change;
  }

  /** A peer has the piece now. */
  increase(piece: number): void {
    const count = this.#counts[piece]!++;
    if (this.#place[piece]! < 0) return;
    this.#start(count + 1);
    const last = --this.#starts[count + 1]!;
    this.#swap(this.#place[piece]!, last);
    this.#mix(last, count + 1);
  }

  /** A peer has it no more. */
  decrease(piece: number): void {
    const count = this.#counts[piece]!--;
    if (this.#place[piece]! < 0) return;
    const first = this.#starts[count]!++;
    this.#swap(this.#place[piece]!, first);
    this.#mix(first, count - 1);
  }

  /** Whether the piece may be begun. */
  isListed(piece: number): boolean {
    return this.#place[piece]! >= 0;
  }

  /** Lists a piece that may be begun. */
  list(piece: number): void {
    if (this.#place[piece]! >= 0) return;
    this.#additions++;
    const count = this.#counts[piece]!;
    this.#start(count);
    let hole = this.#size++;
    for (let above = this.#starts.length - 1; above > count; above--) {
      const first = this.#starts[above]!++;
      if (first !== hole) this.#put(this.#order[first]!, hole);
      hole = first;
    }
    this.#put(piece, hole);
    this.#mix(hole, count);
  }

  /** Takes a piece off the list. */
  unlist(piece: number): void {
    let hole = this.#place[piece]!;
    if (hole < 0) return;
    this.#place[piece] = -1;
    for (let above = this.#counts[piece]! + 1; above < this.#starts.length; above++) {
      const last = --this.#starts[above]!;
      if (last !== hole) this.#put(this.#order[last]!, hole);
      hole = last;
    }
    const last = --this.#size;
    if (last !== hole) this.#put(this.#order[last]!, hole);
  }

  /** Lists these pieces and no others; costs time for every piece of the torrent. */
  relist(pieces: Iterable<number>): void {
    this.#additions++;
    this.#place.fill(-1);
    const list = shuffle(this.#random, [...pieces]);
    list.sort((a, b) => this.#counts[a]! - this.#counts[b]!);
    this.#size = list.length;
    this.#starts = [0];
    list.forEach((piece, at) => {
      while (this.#starts.length <= this.#counts[piece]!) this.#starts.push(at);
      this.#put(piece, at);
    });
  }

  /** The rarest listed piece that is accepted, or -1. */
  rarest(accept: (piece: number) => boolean): number {
    for (let at = 0; at < this.#size; at++) {
      if (accept(this.#order[at]!)) return this.#order[at]!;
    }
    return -1;
  }

  /** Any listed piece that is accepted, by chance, or -1. */
  any(accept: (piece: number) => boolean): number {
    const from = below(this.#random, this.#size);
    for (let step = 0; step < this.#size; step++) {
      const piece = this.#order[(from + step) % this.#size]!;
      if (accept(piece)) return piece;
    }
    return -1;
  }

  /**
   * Distributed copies: how often the whole torrent is there, and as a fraction how much of it is
   * there once more.
   *
   * @param own Pieces that count once more because they are here.
   */
  copies(own: (piece: number) => boolean): number {
    let least = Infinity;
    let more = 0;
    for (let piece = 0; piece < this.#counts.length; piece++) {
      const count = this.#counts[piece]! + (own(piece) ? 1 : 0);
      if (count < least) [least, more] = [count, piece];
      else if (count > least) more++;
    }
    const some = this.#counts.length === 0 ? 0 : least + more / this.#counts.length;
    return this.#seeds + some;
  }

  /** Swaps a piece with another of the same rarity, so that nobody's order is like another's. */
  #mix(place: number, count: number): void {
    const first = this.#starts[count]!;
    const end = this.#starts[count + 1] ?? this.#size;
    if (end - first > 1) this.#swap(place, first + below(this.#random, end - first));
  }

  #start(count: number): void {
    while (this.#starts.length <= count) this.#starts.push(this.#size);
  }

  #swap(one: number, other: number): void {
    if (one === other) return;
    const piece = this.#order[one]!;
    this.#put(this.#order[other]!, one);
    this.#put(piece, other);
  }

  #put(piece: number, place: number): void {
    this.#order[place] = piece;
    this.#place[piece] = place;
  }
}
