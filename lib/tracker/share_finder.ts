import type { InfoHash } from "../base/ids.ts";
import type { PeerTable } from "./peer_table.ts";
import { listed, recordOf, type Share } from "./share.ts";
import type { ShareDirectory } from "./share_directory.ts";
import type { ListedShare, ShareRecord, SwarmCounts } from "./share_types.ts";

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
    const all = [...this.#directory.named(name)]
      .flatMap((share) => this.#table.classic(share))
      .map((slot) => ({ slot, seen: now - peers.age(slot, now) }))
      .sort((a, b) => b.seen - a.seen);
    const found: ClassicSeed[] = [];
    for (const { slot, seen } of all) {
      if (found.length === most) break;
      const host = peers.host(slot);
      if (usable(host)) found.push({ host, port: peers.port(slot), seen });
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
    const matches = "prefix" in begin
      ? (share: Share) => share.name?.startsWith(begin.prefix) ?? false
      : (share: Share) =>
        (share.v1?.startsWith(begin.hash) || share.v2?.startsWith(begin.hash)) ?? false;
    const whole = "hash" in begin && begin.hash.length >= 40
      ? this.#directory.byHash(begin.hash.slice(0, 40) as InfoHash)
      : undefined;
    const shares = whole && [whole].filter(({ order }) => order > after);
    return this.#records(shares ?? this.#directory.after(after), matches, most);
  }

  /** All shares, those without a name among them, whose name, in any case, or hash contains a text. */
  list(text: string, { after, most }: Page): ListedShare[] {
    const wanted = text.toLowerCase();
    const matches = ({ name, v1, v2, hash }: Share) =>
      [name?.toLowerCase(), v1, v2, hash].some((one) => one?.includes(wanted));
    return this.#living(this.#directory.after(after), text === "" ? () => true : matches, most)
      .map((share) => listed(share, this.countsOf(share)));
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
