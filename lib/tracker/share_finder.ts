import type { InfoHash } from "../base/ids.ts";
import { HashPrefix } from "./hash_prefix.ts";
import type { PeerTable } from "./peer_table.ts";
import { listed, recordOf, type Share } from "./share.ts";
import type { ShareDirectory } from "./share_directory.ts";
import type { ListedShare, ShareRecord, SwarmCounts } from "./share_types.ts";

/** Digits of a hash as clients tell it. */
const TOLD = 40;

/** More peers than there are; with the age of the oldest one it is a whole number below 2^53. */
const PLACES = 2 ** 21;

/** Which part of a list: `after` the `order` after which to begin, `most` of them. */
interface Page {
  readonly after: number;
  readonly most: number;
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
  named(name: string, { after, most }: Page): ShareRecord[] {
    return this.#records(this.#directory.named(name, after), () => true, most);
  }

  /** Shares whose name begins so, or whose hash does; as {@linkcode named}. */
  matching(
    begin: { readonly prefix: string } | { readonly hash: string },
    { after, most }: Page,
  ): ShareRecord[] {
    if ("prefix" in begin) {
      const matches = ({ name }: Share) => name?.startsWith(begin.prefix) ?? false;
      return this.#records(this.#directory.after(after), matches, most);
    }
    const prefix = HashPrefix.of(begin.hash);
    if (!prefix) return [];
    return this.#records(this.#withHash(begin.hash, after), (one) => one.begins(prefix), most);
  }

  /** All shares whose name, in any case, contains a text or whose hash begins so; empty: all. */
  list(text: string, { after, most }: Page): ListedShare[] {
    const wanted = text.toLowerCase();
    const prefix = HashPrefix.of(wanted);
    const matches = (share: Share) =>
      share.name?.toLowerCase().includes(wanted) || (prefix !== undefined && share.begins(prefix));
    return this.#living(this.#directory.after(after), text === "" ? () => true : matches, most)
      .map((share) => listed(share, this.countsOf(share)));
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
  ): ShareRecord[] {
    const named = (share: Share) => share.name !== undefined && matches(share);
    return this.#living(shares, named, most)
      .map((share) => recordOf(share, this.countsOf(share)));
  }

  #living(shares: Iterable<Share>, matches: (share: Share) => boolean, most: number): Share[] {
    const found: Share[] = [];
    for (const share of shares) {
      if (found.length === most) break;
      if (!share.idle && matches(share)) found.push(share);
    }
    return found;
  }
}
