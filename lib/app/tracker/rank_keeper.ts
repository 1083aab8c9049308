import type { RankKey, ShareRank } from "../../tracker/share_ranks.ts";
import type { ShareView } from "../../tracker/share_view.ts";
import { inSlices } from "./in_slices.ts";

/** So many shares are put into order at once: it takes a millisecond or two. */
const AT_ONCE = 2_000;

/** An order is made anew so many times more seldom than it takes to make it: 5% of the time. */
const REST = 20;

/** No order is made anew sooner. */
const LEAST_REST_MS = 1_000;

/** An order that is older is of no use: whoever asks waits for a new one. */
const USELESS_MS = 60_000;

interface Kept {
  readonly rank: ShareRank;
  /** The changes of the shares when it was made. */
  readonly changes: number;
  readonly madeAt: number;
  readonly tookMs: number;
}

/** What a keeper needs of a view. */
type RankedShares = Pick<ShareView, "changes" | "size"> & {
  readonly ranks: Pick<ShareView["ranks"], "rank">;
};

/**
 * Keeps orders of all shares for those who ask. Few shares are in order as they are now. Many are put
 * into order in slices, one order at a time, and may be as they were a while ago: {@linkcode REST}
 * times as long as that takes, about half a minute for a million shares.
 */
export class RankKeeper implements Disposable {
  readonly #view: RankedShares;
  readonly #now: () => number;
  readonly #kept = new Map<RankKey, Kept>();
  readonly #making = new Map<RankKey, Promise<Kept>>();
  readonly #stopping = new AbortController();
  #last: Promise<unknown> = Promise.resolve();

  /** @param now Reads the clock: monotonic milliseconds. */
  constructor(view: RankedShares, now: () => number) {
    this.#view = view;
    this.#now = now;
  }

  /** Whoever waits for an order is told that it does not come. */
  [Symbol.dispose](): void {
    this.#stopping.abort();
    this.#kept.clear();
  }

  /** The order of all shares by a key. @throws Once it is stopped. */
  async get(key: RankKey): Promise<ShareRank> {
    const kept = this.#kept.get(key);
    if (kept?.changes === this.#view.changes && key !== "completed") return kept.rank;
    if (this.#view.size <= AT_ONCE) return this.#atOnce(key);
    const age = kept ? this.#now() - kept.madeAt : Infinity;
    if (kept && age < Math.max(LEAST_REST_MS, REST * kept.tookMs)) return kept.rank;
    const making = this.#making.get(key) ?? this.#make(key);
    if (kept && age < USELESS_MS) return kept.rank;
    return (await making).rank;
  }

  #atOnce(key: RankKey): ShareRank {
    const changes = this.#view.changes;
    const madeAt = this.#now();
    const steps = this.#view.ranks.rank(key);
    for (;;) {
      const { done, value } = steps.next();
      if (!done) continue;
      this.#kept.set(key, { rank: value, changes, madeAt, tookMs: this.#now() - madeAt });
      return value;
    }
  }

  /** Makes an order once those that are being made are there. */
  #make(key: RankKey): Promise<Kept> {
    const making = this.#last.then(() => this.#inSlices(key)).finally(() => {
      this.#making.delete(key);
    });
    this.#making.set(key, making);
    // Who waits is told of a failure; the next one does not care.
    this.#last = making.catch(() => {});
    return making;
  }

  async #inSlices(key: RankKey): Promise<Kept> {
    const began = this.#now();
    const { changes } = this.#view;
    const rank = await inSlices(this.#view.ranks.rank(key), this.#now, this.#stopping.signal);
    const madeAt = this.#now();
    const kept = { rank, changes, madeAt, tookMs: madeAt - began };
    this.#kept.set(key, kept);
    return kept;
  }
}
