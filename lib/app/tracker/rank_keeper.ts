import type { RankKey, ShareRank } from "../../tracker/share_ranks.ts";
import type { ShareView } from "../../tracker/share_view.ts";
import type { SliceQueue } from "./slice_queue.ts";

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
export class RankKeeper {
  readonly #view: RankedShares;
  readonly #now: () => number;
  readonly #kept = new Map<RankKey, Kept>();
  readonly #making = new Map<RankKey, Promise<Kept>>();
  readonly #queue: SliceQueue;

  /**
   * @param now Reads the clock: monotonic milliseconds.
   * @param queue Where orders of many shares are made.
   */
  constructor(view: RankedShares, now: () => number, queue: SliceQueue) {
    this.#view = view;
    this.#now = now;
    this.#queue = queue;
  }

  /** The order of all shares by a key. @throws As the queue does. */
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

  #make(key: RankKey): Promise<Kept> {
    const making = this.#queue.run(this.#steps(key)).finally(() => this.#making.delete(key));
    // Who waits is told of a failure; an order that is made anew may fail unseen.
    making.catch(() => {});
    this.#making.set(key, making);
    return making;
  }

  *#steps(key: RankKey): Generator<void, Kept> {
    const began = this.#now();
    const { changes } = this.#view;
    const rank = yield* this.#view.ranks.rank(key);
    const madeAt = this.#now();
    const kept = { rank, changes, madeAt, tookMs: madeAt - began };
    this.#kept.set(key, kept);
    return kept;
  }
}
