import { type InfoHash, truncated } from "../base/ids.ts";
import { IdleShares } from "./idle_shares.ts";
import { InOrder } from "./in_order.ts";
import { hashesOf, type Share } from "./share.ts";
import type { ShareAnnounce } from "./share_types.ts";

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
  readonly #byHash = new Map<InfoHash, Share>();
  /** Names that only one share has, as nearly all, cost no list. */
  readonly #byName = new Map<string, Share | InOrder<Share>>();

  /** How many there are. */
  get size(): number {
    return this.#all.size;
  }

  byHash(hash: InfoHash): Share | undefined {
    return this.#byHash.get(hash);
  }

  /** All shares whose order is greater. */
  after(order: number): Iterable<Share> {
    return this.#all.after(order);
  }

  /** All shares of a name, in their order. */
  named(name: string, after = 0): Iterable<Share> {
    const named = this.#byName.get(name);
    if (named === undefined) return [];
    if (named instanceof InOrder) return named.after(after);
    return named.order > after ? [named] : [];
  }

  /** Adds a share that has no name yet. */
  add(share: Share): void {
    this.#all.add(share);
    this.#index(share);
  }

  /** Notes what one tells of a share and nobody told before; the first who does is believed. */
  learn(share: Share, told: Pick<ShareAnnounce, "v1" | "v2" | "name" | "size">): void {
    share.v1 ??= told.v1;
    share.v2 ??= told.v2;
    const { v1, v2, hash } = share;
    if (hash === v1 || (v2 !== undefined && hash === truncated(v2))) share.hash = undefined;
    this.#index(share);
    if (share.name !== undefined || told.name === undefined) return;
    share.name = told.name;
    share.size = told.size ?? 0;
    this.#addName(share, told.name);
  }

  remove(share: Share): void {
    this.#all.remove(share);
    this.idle.remove(share);
    for (const hash of hashesOf(share)) {
      if (this.#byHash.get(hash) === share) this.#byHash.delete(hash);
    }
    if (share.name === undefined) return;
    const named = this.#byName.get(share.name);
    if (named instanceof InOrder) {
      named.remove(share);
      if (named.size > 0) return;
    }
    this.#byName.delete(share.name);
  }

  #index(share: Share): void {
    for (const hash of hashesOf(share)) {
      if (!this.#byHash.has(hash)) this.#byHash.set(hash, share);
    }
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
