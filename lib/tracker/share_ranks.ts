import { listed, type Share } from "./share.ts";
import type { ShareDirectory } from "./share_directory.ts";
import { LOOKED_AT, ShareFinder } from "./share_finder.ts";
import { shareMatch } from "./share_match.ts";
import type { SharesInside } from "./share_records.ts";
import type { FoundShares, ListedShare } from "./share_types.ts";
import { sortInSteps } from "./sort_in_steps.ts";

/** By what shares can be put into order. */
export type RankKey = "name" | "size" | "seeders" | "leechers" | "completed";

/** Shares in one order, as it was at one time. */
export interface ShareRank {
  /** Numbers of shares, ascending; then those that have no name and so neither name nor size. */
  readonly numbers: Uint32Array;
  /** How many stand in order. */
  readonly sorted: number;
}

/** Which part of an order is wanted: `after` how many places to begin, `most` of them. */
export interface RankPage {
  /** As for `shareMatch`. */
  readonly text: string;
  readonly descending: boolean;
  readonly after: number;
  readonly most: number;
  /** Places that are looked at; absent: `LOOKED_AT`. */
  readonly look?: number;
}

/** Shares that are looked at in one step. */
const STEP = 1_024;

/** Puts all shares that have peers into order, a little with each step. */
export class ShareRanks {
  readonly #directory: ShareDirectory;
  readonly #finder: ShareFinder;

  constructor({ directory, table }: Pick<SharesInside, "directory" | "table">) {
    this.#directory = directory;
    this.#finder = new ShareFinder(directory, table);
  }

  /**
   * Makes an order. Shares may come and go between the steps: some of those that come are not in it,
   * and those that have gone are passed over when it is read.
   */
  *rank(key: RankKey): Generator<void, ShareRank> {
    // Memory for all of them at once: to grow it would take longer than a step may.
    const most = this.#directory.size;
    const numbers = new Uint32Array(most);
    const values = key === "name" ? new Array<string>(most) : new Float64Array(most);
    const unnamed = new Uint32Array(most);
    let [known, unknown, last] = [0, 0, 0];
    for (let more = true; more;) {
      more = false;
      let looked = 0;
      for (const share of this.#directory.after(last)) {
        if (known + unknown === most) break;
        last = share.order;
        const value = share.idle ? undefined : this.#valueOf(share, key);
        if (value !== undefined) {
          numbers[known] = share.number;
          values[known++] = value;
        } else if (!share.idle) unnamed[unknown++] = share.number;
        more = ++looked === STEP;
        if (more) break;
      }
      yield;
    }
    const places = new Uint32Array(known);
    for (let place = 0; place < known; place++) places[place] = place;
    yield;
    const sorted = yield* sortInSteps(places, comparing(values));
    const inOrder = new Uint32Array(known + unknown);
    inOrder.set(unnamed.subarray(0, unknown), known);
    for (let at = 0; at < known; at++) {
      inOrder[at] = numbers[sorted[at]!]!;
      if (at % (16 * STEP) === 0) yield;
    }
    return { numbers: inOrder, sorted: known };
  }

  /** @returns `next`: after how many places to go on; undefined when there are no more. */
  page(rank: ShareRank, page: RankPage): FoundShares<ListedShare> {
    const { text, descending, after, most, look = LOOKED_AT } = page;
    const matches = shareMatch(text);
    const found: Share[] = [];
    const end = Math.min(rank.numbers.length, after + look);
    let place = after;
    for (; place < end; place++) {
      const at = descending && place < rank.sorted ? rank.sorted - 1 - place : place;
      const share = this.#directory.numbered(rank.numbers[at]!);
      if (!share || share.idle || !matches(share)) continue;
      if (found.length === most) break;
      found.push(share);
    }
    const next = place < rank.numbers.length ? place : undefined;
    return {
      shares: found.map((share) => listed(share, this.#finder.countsOf(share))),
      ...next === undefined ? {} : { next },
    };
  }

  #valueOf(share: Share, key: RankKey): number | string | undefined {
    switch (key) {
      case "name":
        return share.name?.toLowerCase();
      case "size":
        return share.name === undefined ? undefined : share.size;
      case "seeders":
      case "leechers":
      case "completed":
        return this.#finder.countsOf(share)[key];
      default:
        return key satisfies never;
    }
  }
}

/** Compares the values at two places; all are of one kind. */
function comparing(values: ArrayLike<number | string>): (a: number, b: number) => number {
  return (a, b) => {
    const [one, other] = [values[a]!, values[b]!];
    return one < other ? -1 : one > other ? 1 : 0;
  };
}
