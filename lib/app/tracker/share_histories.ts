import type { Tally } from "../../tracker/share_view.ts";
import { SHARE_RANGES, SHARE_SERIES, type ShareHistory, type ShareRange } from "./api_types.ts";
import { Series, type SeriesSize } from "./series.ts";

/** What is kept of a share: 3 numbers of each time, 10 KB in all. */
const SIZES: Readonly<Record<ShareRange, SeriesSize>> = {
  "1h": { stepMs: 10_000, count: 360 },
  "1d": { stepMs: 300_000, count: 288 },
  "7d": { stepMs: 3_600_000, count: 168 },
};

/** How often shares are to be sampled, milliseconds. */
export const SHARE_SAMPLE_MS = SIZES["1h"].stepMs;

/** Shares with the most peers whose history is kept, and others that somebody asked for. */
export const BUSY_KEPT = 900;
const ASKED_KEPT = 100;

/** How shares did, over time; of so many that it takes 10 MB at most. */
export class ShareHistories {
  /** By `order`; those that were among the busiest last, or asked for last, are the last. */
  readonly #busy = new Map<number, ShareSeries>();
  readonly #asked = new Map<number, ShareSeries>();

  /** How many shares have one. */
  get size(): number {
    return this.#busy.size + this.#asked.size;
  }

  /** Keeps the history of shares from now on, whoever else has to go. @param orders At most {@linkcode BUSY_KEPT}. */
  choose(orders: readonly number[]): void {
    for (const order of orders) {
      const kept = this.#busy.get(order) ?? this.#asked.get(order) ?? new ShareSeries();
      this.#asked.delete(order);
      this.#busy.delete(order);
      this.#busy.set(order, kept);
    }
    prune(this.#busy, BUSY_KEPT);
  }

  /** How a share did; if it has no history yet, it begins now. */
  read(order: number, range: ShareRange, now: number, wall: number): ShareHistory {
    const busy = this.#busy.get(order);
    const kept = busy ?? this.#asked.get(order) ?? new ShareSeries();
    if (!busy) {
      this.#asked.delete(order);
      this.#asked.set(order, kept);
      prune(this.#asked, ASKED_KEPT);
    }
    return kept.read(range, now, wall);
  }

  /**
   * Notes how all of them do, once every {@linkcode SHARE_SAMPLE_MS}.
   *
   * @param now Monotonic milliseconds.
   * @param tally Of a share by its `order`; undefined: it is gone.
   */
  sample(now: number, tally: (order: number) => Tally | undefined): void {
    for (const kept of [this.#busy, this.#asked]) {
      for (const [order, series] of kept) {
        const told = tally(order);
        if (told) series.sample(now, told);
        else kept.delete(order);
      }
    }
  }
}

/** Forgets the first ones. */
function prune(kept: Map<number, ShareSeries>, most: number): void {
  for (const order of kept.keys()) {
    if (kept.size <= most) return;
    kept.delete(order);
  }
}

/** How one share did. */
class ShareSeries {
  readonly #tiers = SHARE_RANGES.map((range) => new Tier(SIZES[range]));

  sample(now: number, tally: Tally): void {
    for (const tier of this.#tiers) tier.sample(now, tally);
  }

  read(range: ShareRange, now: number, wall: number): ShareHistory {
    const { end, values } = this.#tiers[SHARE_RANGES.indexOf(range)]!.series.read(now);
    // Means are kept with fewer digits than a number has room for.
    const short = (list: readonly (number | null)[]) =>
      list.map((value) => value === null ? null : Math.round(value * 10) / 10);
    return {
      step: SIZES[range].stepMs / 1000,
      end: Math.round((end + wall) / 1000),
      values: {
        seeders: short(values.seeders),
        leechers: short(values.leechers),
        announces: short(values.announces),
      },
    };
  }
}

/** One fineness of a share's history: means of seeders and leechers, and how often it was announced. */
class Tier {
  readonly series: Series<(typeof SHARE_SERIES)[number]>;
  #step: number | undefined;
  #seeders = 0;
  #leechers = 0;
  #samples = 0;
  #announces = 0;

  constructor(size: SeriesSize) {
    this.series = new Series(SHARE_SERIES, size, (length) => new Float32Array(length));
  }

  sample(now: number, { seeders, leechers, announces }: Tally): void {
    const step = this.series.stepOf(now);
    if (this.#step !== undefined && step > this.#step) {
      const made = announces - this.#announces;
      const means = [this.#seeders / this.#samples, this.#leechers / this.#samples];
      this.series.write(step - 1, [...means, made]);
    }
    if (step !== this.#step) {
      this.#step = step;
      this.#seeders = 0;
      this.#leechers = 0;
      this.#samples = 0;
      this.#announces = announces;
    }
    this.#seeders += seeders;
    this.#leechers += leechers;
    this.#samples++;
  }
}
