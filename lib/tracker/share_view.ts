import { type InfoHash, infoHash, infoHashV2, truncated } from "../base/ids.ts";
import { clientCode } from "./client_code.ts";
import { type ReachCounts, reachOf } from "./reach.ts";
import { listed, type Share } from "./share.ts";
import { ShareFinder } from "./share_finder.ts";
import type { SharesInside } from "./share_records.ts";
import { ShareRanks } from "./share_ranks.ts";
import type { FoundShares, ListedShare, SwarmCounts, SwarmPeer } from "./share_types.ts";

/** A peer as somebody sees it who may see all. */
export interface SeenPeer extends SwarmPeer {
  /** What its id calls its client; empty: nothing that is understood. */
  readonly client: string;
  /** Milliseconds since it was heard of last. */
  readonly age: number;
}

/** What kinds of peers a share has. */
export interface Crowd {
  /** How many by what their ids call their clients; empty: nothing that is understood. */
  readonly clients: ReadonlyMap<string, number>;
  readonly ipv4: number;
  readonly ipv6: number;
  /** From where they can be reached, as their addresses tell. */
  readonly reach: ReachCounts;
  /** Seeds that serve the original protocol. */
  readonly classic: number;
}

/** How a share does. */
export interface Tally extends SwarmCounts {
  /** Announces since it became known. */
  readonly announces: number;
}

/** Shares that are looked at in one step. */
const STEP = 1_024;

/** Looks at shares without changing or limiting anything: for people and charts. */
export class ShareView {
  /** Orders of shares. */
  readonly ranks: ShareRanks;
  readonly #inside: Pick<SharesInside, "directory" | "table">;
  readonly #finder: ShareFinder;

  constructor(inside: Pick<SharesInside, "directory" | "table">) {
    this.#inside = inside;
    this.#finder = new ShareFinder(inside.directory, inside.table);
    this.ranks = new ShareRanks(inside);
  }

  /** Grows with whatever changes a share or its counts, completions aside. */
  get changes(): number {
    return this.#inside.directory.changes + this.#inside.table.changes;
  }

  /** How many shares have peers. */
  get size(): number {
    return this.#inside.directory.size - this.#inside.directory.idle.size;
  }

  /** Shares with peers in the order of their first announce, or backwards; `after` as `next` was. */
  list(
    text: string,
    page: { readonly after: number; readonly most: number; readonly look?: number },
    backwards: boolean,
  ): FoundShares<ListedShare> {
    return backwards ? this.#finder.listBack(text, page) : this.#finder.list(text, page);
  }

  /** The share of a v1 or v2 hash, or a v2 one cut short, in any case; also one without peers. */
  find(hash: string): ListedShare | undefined {
    const share = this.#shareOf(hash);
    return share && listed(share, this.#finder.countsOf(share));
  }

  crowd(hash: string): Crowd | undefined {
    const share = this.#shareOf(hash);
    if (!share) return undefined;
    const { table } = this.#inside;
    const words = new Map<number, Map<number, number>>();
    const slots = table.slots(share);
    for (const slot of slots) {
      const [first, second] = table.peers.clientWords(slot);
      const seconds = words.get(first) ?? new Map<number, number>();
      seconds.set(second, (seconds.get(second) ?? 0) + 1);
      words.set(first, seconds);
    }
    const clients = new Map<string, number>();
    for (const [first, seconds] of words) {
      for (const [second, count] of seconds) {
        const code = clientCode([first, second]);
        clients.set(code, (clients.get(code) ?? 0) + count);
      }
    }
    const { ipv4, classic } = table.families(share);
    const reach = reachOf(table.peers.compact(slots), slots.length);
    return { clients, ipv4, ipv6: slots.length - ipv4, reach, classic };
  }

  /**
   * Some peers of a share, in no order.
   *
   * @param after How many to pass over.
   * @returns `next`: how many to pass over next, where there are more; undefined: no such share.
   */
  peers(
    hash: string,
    { after, most }: { readonly after: number; readonly most: number },
    now: number,
  ): { readonly peers: readonly SeenPeer[]; readonly next?: number } | undefined {
    const share = this.#shareOf(hash);
    if (!share) return undefined;
    const { table } = this.#inside;
    const peers = table.range(share, after, after + most).map((slot) => ({
      ...table.peers.read(slot),
      client: clientCode(table.peers.clientWords(slot)),
      age: table.peers.age(slot, now),
    }));
    const more = after + most < table.count(share).size;
    return { peers, ...more ? { next: after + most } : {} };
  }

  /** How a share does now, by its `order`; undefined once it is gone. */
  tally(order: number): Tally | undefined {
    const [share] = this.#inside.directory.after(order - 1);
    if (share?.order !== order) return undefined;
    return { ...this.#finder.countsOf(share), announces: share.announces };
  }

  /** Looks for the shares with the most peers, a little with each step. @returns Their `order`s. */
  *busiest(most: number): Generator<void, number[]> {
    const { directory, table } = this.#inside;
    let found: { order: number; peers: number }[] = [];
    let least = 0;
    const prune = () => {
      found = found.sort((a, b) => b.peers - a.peers || a.order - b.order).slice(0, most);
      if (found.length === most) least = found.at(-1)?.peers ?? 0;
    };
    for (let last = 0, more = true; more;) {
      let looked = 0;
      more = false;
      for (const share of directory.after(last)) {
        last = share.order;
        const peers = share.idle ? 0 : table.count(share).size;
        if (peers > least) found.push({ order: share.order, peers });
        more = ++looked === STEP;
        if (more) break;
      }
      if (found.length >= 2 * most) prune();
      yield;
    }
    prune();
    return found.map(({ order }) => order);
  }

  #shareOf(hash: string): Share | undefined {
    const whole = infoHashV2(hash);
    const short: InfoHash | undefined = whole ? truncated(whole) : infoHash(hash);
    const share = short && this.#inside.directory.byHash(short);
    if (!share || whole === undefined) return share;
    return share.v2 === undefined || share.v2 === whole ? share : undefined;
  }
}
