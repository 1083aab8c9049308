import type { InfoHash } from "../base/ids.ts";
import type { Random } from "../base/random.ts";
import { IdleShares } from "./idle_shares.ts";
import { InOrder } from "./in_order.ts";
import { Share } from "./share.ts";
import { ShareHashes } from "./share_hashes.ts";
import { ShardedMap } from "./sharded_map.ts";
import type { ShareAnnounce } from "./share_types.ts";

/** What is told of a share. */
type ToldOfShare = Pick<ShareAnnounce, "v1" | "v2" | "hash" | "name" | "size">;

/**
 * Which shares there are, with peers or without, and how they are found.
 *
 * Invariants: every share is found by each of its hashes that no older share holds, by one at least,
 * and by its name, if it has one.
 */
export class ShareDirectory {
  /** Those without peers. */
  readonly idle = new IdleShares();
  readonly #all = new InOrder<Share>();
  readonly #byNumber: (Share | undefined)[] = [];
  readonly #hashes: ShareHashes;
  /** Names that only one share has, as nearly all, cost no list. */
  readonly #byName = new ShardedMap<Share | InOrder<Share>>();
  #order = 1;
  #changes = 0;

  constructor(random: Random) {
    this.#hashes = new ShareHashes(random);
  }

  /** How many there are. */
  get size(): number {
    return this.#all.size;
  }

  byHash(hash: InfoHash): Share | undefined {
    return this.#byNumber[this.#hashes.find(hash)];
  }

  /** By the 20 bytes that begin at a place. */
  byHashAt(bytes: Uint8Array, at: number): Share | undefined {
    return this.#byNumber[this.#hashes.findAt(bytes, at)];
  }

  /** All shares whose order is greater. */
  after(order: number): Iterable<Share> {
    return this.#all.after(order);
  }

  /** All shares whose order is less, the last first. */
  before(order: number): Iterable<Share> {
    return this.#all.before(order);
  }

  /** The share that its peers know by a number, if there is one now. */
  numbered(number: number): Share | undefined {
    return this.#byNumber[number];
  }

  /** Grows with every share that comes, goes, or becomes known by a name. */
  get changes(): number {
    return this.#changes;
  }

  /** All shares of a name, in their order. */
  named(name: string, after = 0): Iterable<Share> {
    const named = this.#byName.get(name);
    if (named === undefined) return [];
    if (named instanceof InOrder) return named.after(after);
    return named.order > after ? [named] : [];
  }

  /**
   * Adds a share.
   *
   * @param number The number by which its peers know it, from 1; no other share has it.
   */
  add(number: number, told: ToldOfShare, now: number): Share {
    const share = new Share(number, this.#order++, now, this.#hashes);
    this.#byNumber[number] = share;
    this.#all.add(share);
    this.#changes++;
    this.#hashes.keep(number, told);
    this.learn(share, told);
    return share;
  }

  /** Notes what one tells of a share and nobody told before; the first who does is believed. */
  learn(share: Share, told: ToldOfShare): void {
    this.#hashes.keep(share.number, { v1: told.v1, v2: told.v2 });
    if (share.name !== undefined || told.name === undefined) return;
    this.#changes++;
    share.name = told.name;
    share.size = told.size ?? 0;
    this.#addName(share, told.name);
  }

  /** Gives a share that has a name another one. */
  rename(share: Share, name: string, size: number): void {
    this.#dropName(share);
    this.#changes++;
    share.name = name;
    share.size = size;
    this.#addName(share, name);
  }

  remove(share: Share): void {
    this.#all.remove(share);
    this.#changes++;
    this.idle.remove(share);
    this.#hashes.drop(share.number);
    this.#byNumber[share.number] = undefined;
    this.#dropName(share);
  }

  #dropName(share: Share): void {
    if (share.name === undefined) return;
    const named = this.#byName.get(share.name);
    if (named instanceof InOrder) {
      named.remove(share);
      if (named.size > 0) return;
    }
    this.#byName.delete(share.name);
  }

  #addName(share: Share, name: string): void {
    const named = this.#byName.get(name);
    if (named instanceof InOrder) named.add(share);
    else if (named === undefined) this.#byName.set(name, share);
    else {
      const both = new InOrder<Share>();
      both.add(named);
      both.add(share);
      this.#byName.set(name, both);
    }
  }
}
