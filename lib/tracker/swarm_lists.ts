import { below, type Random } from "../base/random.ts";
import { PEER, type PeerSlab } from "./peer_slab.ts";
import { SMALLEST, WordBlocks } from "./word_blocks.ts";

/**
 * The parts of a swarm's list, in an order in which whatever an asker may be told stands side by
 * side: of each family seeds that serve the original protocol, other seeds, and leechers.
 */
export const PART = {
  classic4: 0,
  seed4: 1,
  leecher4: 2,
  leecher6: 3,
  seed6: 4,
  classic6: 5,
} as const;

/** A number of a part: {@linkcode PART}. */
export type Part = (typeof PART)[keyof typeof PART];

const PARTS = 6;

/** Where the list of one swarm stands. */
export interface SwarmList {
  /** The number that its peers bear. */
  readonly number: number;
  block: number;
  /** 0 while it has no block, as nobody is in it. */
  level: number;
}

/**
 * Who is in which swarm: for each swarm a dense list of slots, sorted into parts, so that drawing one
 * of any run of parts by chance takes the same time in a swarm of any size.
 *
 * Invariants: a block begins with where each part ends, and the slots follow; every peer knows its
 * place among them.
 */
export class SwarmLists {
  readonly #slab: PeerSlab;
  readonly #blocks = new WordBlocks();
  #swaps = new Uint32Array(256);

  constructor(slab: PeerSlab) {
    this.#slab = slab;
  }

  /** How many are in it. */
  size(list: SwarmList): number {
    return this.end(list, PART.classic6);
  }

  /** How many are in the parts up to this one. */
  end({ block, level }: SwarmList, part: Part): number {
    return level === 0 ? 0 : this.#blocks.chunk(block)[this.#blocks.offset(block) + part]!;
  }

  /** How many are in the parts before this one. */
  start(list: SwarmList, part: Part): number {
    return part === 0 ? 0 : this.end(list, (part - 1) as Part);
  }

  /** Who stands at a place. */
  at({ block }: SwarmList, place: number): number {
    return this.#blocks.chunk(block)[this.#blocks.offset(block) + PARTS + place]!;
  }

  /** How many miss something. */
  leechers(list: SwarmList): number {
    return this.end(list, PART.leecher6) - this.start(list, PART.leecher4);
  }

  /** How many use IPv4, and how many serve the original protocol. */
  families(list: SwarmList): { ipv4: number; classic: number } {
    const six = this.size(list) - this.start(list, PART.classic6);
    return { ipv4: this.end(list, PART.leecher4), classic: this.end(list, PART.classic4) + six };
  }

  /** Those who stand from one place on, before another. */
  range(list: SwarmList, from: number, to: number): number[] {
    const found: number[] = [];
    const end = Math.min(to, this.size(list));
    for (let place = from; place < end; place++) found.push(this.at(list, place));
    return found;
  }

  /** Seeds that serve the original protocol. */
  classic(list: SwarmList): number[] {
    const four = this.range(list, 0, this.end(list, PART.classic4));
    return [...four, ...this.range(list, this.start(list, PART.classic6), this.size(list))];
  }

  /** Adds a peer that is in no list. */
  insert(list: SwarmList, part: Part, slot: number): void {
    const size = this.size(list);
    if (list.level === 0) this.#resize(list, SMALLEST, 0);
    else if (size + PARTS === 1 << list.level) this.#resize(list, list.level + 1, size);
    const chunk = this.#blocks.chunk(list.block);
    const ends = this.#blocks.offset(list.block);
    let hole = size;
    for (let other = PARTS - 1; other > part; other--) {
      const first = chunk[ends + other - 1]!;
      chunk[ends + other] = chunk[ends + other]! + 1;
      if (first !== hole) this.#put(chunk, ends, hole, chunk[ends + PARTS + first]!);
      hole = first;
    }
    chunk[ends + part] = chunk[ends + part]! + 1;
    this.#put(chunk, ends, hole, slot);
  }

  /** Takes a peer out of its list. */
  remove(list: SwarmList, slot: number): void {
    const chunk = this.#blocks.chunk(list.block);
    const ends = this.#blocks.offset(list.block);
    let hole = this.#slab.get(slot, PEER.place);
    for (let part = 0; part < PARTS; part++) {
      const end = chunk[ends + part]!;
      if (end <= hole) continue;
      chunk[ends + part] = end - 1;
      if (end - 1 !== hole) this.#put(chunk, ends, hole, chunk[ends + PARTS + end - 1]!);
      hole = end - 1;
    }
    if (hole === 0) {
      this.#blocks.give(list.block, list.level);
      list.level = 0;
    } else if (list.level > SMALLEST && hole + PARTS <= 1 << list.level - 2) {
      this.#resize(list, list.level - 1, hole);
    }
  }

  /**
   * Draws peers by chance, every one as likely and none twice.
   *
   * @param first The first of the parts to draw from, `last` the last one.
   * @param most The most to draw.
   * @param except A slot that is not to be drawn.
   * @param into Where the slots are added.
   */
  draw(
    list: SwarmList,
    { first, last, except }: { readonly first: Part; readonly last: Part; readonly except: number },
    most: number,
    random: Random,
    into: number[],
  ): void {
    if (list.level === 0 || most <= 0) return;
    const chunk = this.#blocks.chunk(list.block);
    const base = this.#blocks.offset(list.block) + PARTS;
    const start = base + this.start(list, first);
    let end = base + this.end(list, last);
    const place = base + this.#slab.get(except, PEER.place);
    const hidden = place >= start && place < end && chunk[place] === except;
    if (hidden) swap(chunk, place, --end);
    const count = Math.min(most, end - start);
    if (count > this.#swaps.length) this.#swaps = new Uint32Array(2 * count);
    const swaps = this.#swaps;
    for (let n = 0; n < count; n++) {
      const at = start + n;
      const other = at + below(random, end - at);
      swaps[n] = other;
      swap(chunk, at, other);
      into.push(chunk[at]!);
    }
    // The parts are whole again, and every peer is in its place.
    for (let n = count - 1; n >= 0; n--) swap(chunk, start + n, swaps[n]!);
    if (hidden) swap(chunk, place, end);
  }

  #put(chunk: Uint32Array, ends: number, place: number, slot: number): void {
    chunk[ends + PARTS + place] = slot;
    this.#slab.set(slot, PEER.place, place);
  }

  #resize(list: SwarmList, level: number, size: number): void {
    const block = this.#blocks.take(level);
    const chunk = this.#blocks.chunk(block);
    const at = this.#blocks.offset(block);
    if (list.level === 0) chunk.fill(0, at, at + PARTS);
    else {
      const from = this.#blocks.offset(list.block);
      const old = this.#blocks.chunk(list.block).subarray(from, from + PARTS + size);
      chunk.set(old, at);
      this.#blocks.give(list.block, list.level);
    }
    list.block = block;
    list.level = level;
  }
}

function swap(chunk: Uint32Array, one: number, other: number): void {
  const kept = chunk[one]!;
  chunk[one] = chunk[other]!;
  chunk[other] = kept;
}
