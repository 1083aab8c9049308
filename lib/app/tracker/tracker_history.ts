import { type Rates, ratesBetween } from "./announce_rates.ts";
import {
  TRACKER_RANGES,
  TRACKER_SERIES,
  type TrackerHistory as Told,
  type TrackerRange,
} from "./api_types.ts";
import { Series, type SeriesSize } from "./series.ts";
import type { Totals } from "./tracker_metrics.ts";

/** What is kept: 11 numbers of each time, 440 KB in all. */
const SIZES: Readonly<Record<TrackerRange, SeriesSize>> = {
  "5m": { stepMs: 1_000, count: 300 },
  "1h": { stepMs: 10_000, count: 360 },
  "1d": { stepMs: 60_000, count: 1_440 },
  "30d": { stepMs: 900_000, count: 2_880 },
};

/** Over so long the rates are told that a person sees. */
const RATE_MS = 10_000;
const LATENCY_MS = 60_000;

/** What goes up and down. */
export interface Gauges {
  /** Bytes. */
  readonly memory: number;
  readonly connections: number;
  readonly shares: number;
  readonly seeders: number;
  readonly leechers: number;
}

/** What was so at a moment. */
interface Moment {
  readonly at: number;
  readonly totals: Totals;
}

const NOTHING: Gauges = { memory: 0, connections: 0, shares: 0, seeders: 0, leechers: 0 };

/** What the tracker did, over time. Driven by calls with the time handed in, about one a second. */
export class TrackerHistory {
  readonly #tiers: Readonly<Record<TrackerRange, Tier>>;
  /** Of the last minute, the oldest first. */
  #recent: Moment[] = [];

  constructor() {
    const tiers = TRACKER_RANGES.map((range) => [range, new Tier(SIZES[range])]);
    this.#tiers = Object.fromEntries(tiers);
  }

  /** @param now Monotonic milliseconds. */
  sample(now: number, totals: Totals, gauges: Gauges): void {
    const moment = { at: now, totals };
    for (const range of TRACKER_RANGES) this.#tiers[range].sample(moment, gauges);
    this.#recent = this.#recent.filter(({ at }) => at >= now - LATENCY_MS - 1_000);
    this.#recent.push(moment);
  }

  /** Rates over the last 10 seconds, latency over the last minute. @param totals Those of now. */
  recent(now: number, totals: Totals): Rates {
    const { line, http, udp, errors } = this.#since(now - RATE_MS, now, totals);
    const { mean, p99 } = this.#since(now - LATENCY_MS, now, totals);
    return { line, http, udp, errors, mean, p99 };
  }

  /** @param wall The time of day less the monotonic time, milliseconds. */
  read(range: TrackerRange, now: number, wall: number): Told {
    const { end, values } = this.#tiers[range].series.read(now);
    const step = SIZES[range].stepMs / 1000;
    return { step, end: Math.round((end + wall) / 1000), values };
  }

  #since(from: number, now: number, totals: Totals): Rates {
    // The first after that moment, or the last before it, whichever there is.
    const begin = this.#recent.find(({ at }) => at >= from) ?? this.#recent.at(-1);
    const seconds = (now - (begin?.at ?? now)) / 1000;
    return ratesBetween(begin?.totals ?? totals, totals, Math.max(1, seconds));
  }
}

/** One fineness of the history. */
class Tier {
  readonly series: Series<(typeof TRACKER_SERIES)[number]>;
  #begin: Moment | undefined;
  #step = 0;
  #sums = NOTHING;
  #samples = 0;

  constructor(size: SeriesSize) {
    this.series = new Series(TRACKER_SERIES, size, (length) => new Float64Array(length));
  }

  sample(moment: Moment, gauges: Gauges): void {
    const step = this.series.stepOf(moment.at);
    if (this.#begin && step > this.#step) {
      const seconds = (moment.at - this.#begin.at) / 1000;
      const values = this.#values(ratesBetween(this.#begin.totals, moment.totals, seconds));
      // A step that was missed by a late sample is as the one before; a longer silence is not known.
      const first = step - this.#step <= 3 ? this.#step : step - 1;
      for (let at = first; at < step; at++) this.series.write(at, values);
    }
    if (!this.#begin || step > this.#step) {
      this.#begin = moment;
      this.#step = step;
      this.#sums = NOTHING;
      this.#samples = 0;
    }
    this.#sums = sumOf(this.#sums, gauges);
    this.#samples++;
  }

  #values({ line, http, udp, errors, mean = NaN, p99 = NaN }: Rates): number[] {
    const { memory, connections, shares, seeders, leechers } = this.#sums;
    const gauge = (sum: number) => Math.round(sum / this.#samples);
    return [
      ...[line, http, udp, errors].map((rate) => rounded(rate, 100)),
      ...[mean, p99].map((seconds) => rounded(seconds, 1e7)),
      ...[memory, connections, shares, seeders, leechers].map(gauge),
    ];
  }
}

function sumOf(one: Gauges, other: Gauges): Gauges {
  return {
    memory: one.memory + other.memory,
    connections: one.connections + other.connections,
    shares: one.shares + other.shares,
    seeders: one.seeders + other.seeders,
    leechers: one.leechers + other.leechers,
  };
}

function rounded(value: number, parts: number): number {
  return Math.round(value * parts) / parts;
}
