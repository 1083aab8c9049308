import type { InfoHash } from "../base/ids.ts";
import { HashPrefix } from "./hash_prefix.ts";
import type { PeerTable } from "./peer_table.ts";
import { listed, recordOf, type Share } from "./share.ts";
import type { ShareDirectory } from "./share_directory.ts";
import { shareMatch } from "./share_match.ts";
import type { FoundShares, ListedShare, ShareRecord, SwarmCounts } from "./share_types.ts";

/** Digits of a hash as clients tell it. */
const TOLD = 40;

/** Shares with peers that are looked at in one go, so that it takes a few milliseconds. */
export const LOOKED_AT = 20_000;

/** More peers than there are; with the age of the oldest one it is a whole number below 2^53. */
const PLACES = 2 ** 21;

/** Which part of a list: `after` the `order` after which to begin, `most` of them. */
interface Page {
  readonly after: number;
  readonly most: number;
  /** Shares that are looked at; absent: {@linkcode LOOKED_AT}. */
  readonly look?: number;
}

/** A peer that serves the original protocol; `seen` when it was heard of, monotonic milliseconds. */
export interface ClassicSeed {
  readonly host: string;
  readonly port: number;
  readonly seen: number;
}

/** Looks through shares that somebody announces. */
export class ShareFinder {
  readonly #directory: ShareDirectory;
  readonly #table: PeerTable<Share>;

  constructor(directory: ShareDirectory, table: PeerTable<Share>) {
    this.#directory = directory;
    this.#table = table;
  }

  countsOf(share: Share): SwarmCounts {
    const { size, seeds } = this.#table.count(share);
    return { seeders: seeds, leechers: size - seeds, completed: share.completed };
  }

  /** Who serves a name by the original protocol; those heard of last first. */
  classicOf(
    name: string,
    most: number,
    now: number,
    usable: (host: string) => boolean,
  ): ClassicSeed[] {
    const { peers } = this.#table;
    const slots = [...this.#directory.named(name)].flatMap((share) => this.#table.classic(share));
    // Sorted as numbers, age before place: many peers cost no object each.
    const keys = Float64Array.from(slots, (slot, n) => peers.age(slot, now) * PLACES + n).sort();
    const found: ClassicSeed[] = [];
    for (const key of keys) {
      if (found.length === most) break;
      const slot = slots[key % PLACES]!;
      const host = peers.host(slot);
      if (!usable(host)) continue;
      found.push({ host, port: peers.port(slot), seen: now - Math.floor(key / PLACES) });
    }
    return found;
  }

  /** Shares of a name, in the order of their first announce. */
  named(name: string, { after, most }: Page): FoundShares<ShareRecord> {
    return this.#records(this.#directory.named(name, after), () => true, most);
  }

  /** Shares whose name begins so, or whose hash does; as {@linkcode named}. */
  matching(
    begin: { readonly prefix: string } | { readonly hash: string },
    { after, most }: Page,
  ): FoundShares<ShareRecord> {
    if ("prefix" in begin) {
      const matches = ({ name }: Share) => name?.startsWith(begin.prefix) ?? false;
      return this.#records(this.#directory.after(after), matches, most);
    }
    const prefix = HashPrefix.of(begin.hash);
    if (!prefix) return { shares: [] };
    return this.#records(this.#withHash(begin.hash, after), (one) => one.begins(prefix), most);
  }

  /** All shares whose name, in any case, contains a text or whose hash begins so; empty: all. */
  list(text: string, { after, most, look }: Page): FoundShares<ListedShare> {
    return this.#living(this.#directory.after(after), shareMatch(text), most, listed, look);
  }

  /** As {@linkcode list}, the youngest first; `after` 0: from the very last on. */
  listBack(text: string, { after, most, look }: Page): FoundShares<ListedShare> {
    const all = this.#directory.before(after === 0 ? Infinity : after);
    return this.#living(all, shareMatch(text), most, listed, look);
  }

  /** Shares that may have a hash that begins so: with all digits that clients tell, it leads to one. */
  #withHash(begin: string, after: number): Iterable<Share> {
    if (begin.length < TOLD) return this.#directory.after(after);
    const share = this.#directory.byHash(begin.slice(0, TOLD) as InfoHash);
    return share && share.order > after ? [share] : [];
  }

  #records(
    shares: Iterable<Share>,
    matches: (share: Share) => boolean,
    most: number,
  ): FoundShares<ShareRecord> {
    const named = (share: Share) => share.name !== undefined && matches(share);
    return this.#living(shares, named, most, recordOf);
  }

  #living<T>(
    shares: Iterable<Share>,
    matches: (share: Share) => boolean,
    most: number,
    tell: (share: Share, counts: SwarmCounts) => T,
    look = LOOKED_AT,
  ): FoundShares<T> {
    const found: Share[] = [];
    const told = () => found.map((share) => tell(share, this.countsOf(share)));
    let last = 0;
    let looked = 0;
    for (const share of shares) {
      if (share.idle) continue;
      if (looked++ === look) return { shares: told(), next: last };
      if (matches(share)) {
        if (found.length === most) return { shares: told(), next: last };
        found.push(share);
      }
      last = share.order;
    }
    return { shares: told() };
  }
}
