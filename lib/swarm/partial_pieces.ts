import type { Contributor } from "./contributor.ts";

/** A piece that is begun. `gathering` its blocks, being proven, or waiting for leaf hashes. */
export type PartialPhase = "gathering" | "proving" | "judging";

/**
 * The blocks of one begun piece.
 *
 * Invariants: each block is held, or asked for (`askers` > 0), or free; `free` and `held` count
 * these. A block below `#first` is not free.
 */
export class PartialPiece {
  readonly piece: number;
  /** How many blocks it has. */
  readonly blocks: number;
  /** Bytes that it takes in memory. */
  readonly bytes: number;
  phase: PartialPhase = "gathering";
  /** When a block of it was last asked for or came; milliseconds. */
  touched: number;
  #free: number;
  #held = 0;
  #first = 0;
  readonly #askers: Uint8Array;
  readonly #has: Uint8Array;
  readonly #from: (Contributor | undefined)[];

  constructor(piece: number, blocks: number, bytes: number, now: number) {
    this.piece = piece;
    this.blocks = blocks;
    this.bytes = bytes;
    this.touched = now;
    this.#free = blocks;
    this.#askers = new Uint8Array(blocks);
    this.#has = new Uint8Array(blocks);
    this.#from = new Array<Contributor | undefined>(blocks).fill(undefined);
  }

  /** Blocks that nobody was asked for. */
  get free(): number {
    return this.#free;
  }

  get held(): number {
    return this.#held;
  }

  get isWhole(): boolean {
    return this.#held === this.blocks;
  }

  /** Whether somebody owes a block of it. */
  get isAsked(): boolean {
    return this.#free + this.#held < this.blocks;
  }

  holds(block: number): boolean {
    return this.#has[block] === 1;
  }

  askers(block: number): number {
    return this.#askers[block]!;
  }

  /** Who sent a block that is held. */
  sender(block: number): Contributor | undefined {
    return this.#from[block];
  }

  /** All who sent blocks that are held, each once. */
  contributors(): Contributor[] {
    const all = new Set<Contributor>();
    for (const from of this.#from) if (from) all.add(from);
    return [...all];
  }

  /** The first free block, or -1. */
  firstFree(): number {
    if (this.#free === 0) return -1;
    while (this.#has[this.#first] === 1 || this.#askers[this.#first]! > 0) this.#first++;
    return this.#first;
  }

  /** Somebody is asked for a block. */
  ask(block: number, now: number): void {
    if (this.#has[block] === 0 && this.#askers[block] === 0) this.#free--;
    this.#askers[block]!++;
    this.touched = now;
  }

  /** Somebody does not owe a block any more. @returns Whether it is free now. */
  release(block: number): boolean {
    if (this.#askers[block] === 0) return false;
    this.#askers[block]!--;
    if (this.#askers[block]! > 0 || this.#has[block] === 1) return false;
    this.#free++;
    this.#first = Math.min(this.#first, block);
    return true;
  }

  /** A block came; whoever was asked for it has been released. */
  hold(block: number, from: Contributor, now: number): void {
    if (this.#has[block] === 1) return;
    if (this.#askers[block] === 0) this.#free--;
    this.#has[block] = 1;
    this.#held++;
    this.#from[block] = from;
    this.touched = now;
  }

  /** A held block turned out to be wrong. */
  discard(block: number): void {
    if (this.#has[block] === 0) return;
    this.#has[block] = 0;
    this.#held--;
    this.#from[block] = undefined;
    if (this.#askers[block]! > 0) return;
    this.#free++;
    this.#first = Math.min(this.#first, block);
  }
}

/** Every piece that is begun, in the order in which they were, and the memory that they take. */
export class PartialPieces {
  readonly #pieces = new Map<number, PartialPiece>();
  /** Those with a block that nobody was asked for. */
  readonly #open = new Set<PartialPiece>();
  readonly #maxBytes: number;
  #bytes = 0;

  /** @param maxBytes Memory that begun pieces may take, bytes; one piece is always allowed. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get size(): number {
    return this.#pieces.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Those with free blocks, the one begun first in front. */
  get open(): ReadonlySet<PartialPiece> {
    return this.#open;
  }

  /** All of them, the one begun first in front. */
  all(): IterableIterator<PartialPiece> {
    return this.#pieces.values();
  }

  get(piece: number): PartialPiece | undefined {
    return this.#pieces.get(piece);
  }

  /** Whether there is memory for another. */
  hasRoom(bytes: number): boolean {
    return this.#pieces.size === 0 || this.#bytes + bytes <= this.#maxBytes;
  }

  add(partial: PartialPiece): void {
    this.#pieces.set(partial.piece, partial);
    this.#bytes += partial.bytes;
    this.refresh(partial);
  }

  remove(partial: PartialPiece): void {
    if (!this.#pieces.delete(partial.piece)) return;
    this.#bytes -= partial.bytes;
    this.#open.delete(partial);
  }

  /** To be called when a piece's free blocks or phase changed. */
  refresh(partial: PartialPiece): void {
    const known = this.#pieces.get(partial.piece) === partial;
    if (known && partial.free > 0 && partial.phase === "gathering") this.#open.add(partial);
    else this.#open.delete(partial);
  }
}
