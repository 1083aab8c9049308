import { BOUNDS, type Totals } from "./tracker_metrics.ts";

/** What happened between two moments. */
export interface Rates {
  /** Announces a second, by door, and refusals. */
  readonly line: number;
  readonly http: number;
  readonly udp: number;
  readonly errors: number;
  /** Seconds that an announce took; undefined: there was none. */
  readonly mean: number | undefined;
  /** 99 of 100 announces took less, as nearly as the histogram tells. */
  readonly p99: number | undefined;
}

/** What happened between two moments. @param seconds The time between them, above 0. */
export function ratesBetween(before: Totals, after: Totals, seconds: number): Rates {
  const rate = (name: "line" | "http" | "udp" | "errors") => (after[name] - before[name]) / seconds;
  const times = after.times.map((count, at) => count - before.times[at]!);
  const count = times.reduce((sum, one) => sum + one, 0);
  return {
    line: rate("line"),
    http: rate("http"),
    udp: rate("udp"),
    errors: rate("errors"),
    mean: count === 0 ? undefined : (after.seconds - before.seconds) / count,
    p99: count === 0 ? undefined : quantile(times, 0.99 * count),
  };
}

/** Within which time so many of them were: evenly spread within the bounds of the histogram. */
function quantile(times: readonly number[], wanted: number): number {
  let below = 0;
  for (const [at, count] of times.entries()) {
    if (count > 0 && below + count >= wanted) {
      const from = BOUNDS[at - 1] ?? 0;
      const to = BOUNDS[at] ?? from;
      return from + (to - from) * (wanted - below) / count;
    }
    below += count;
  }
  return BOUNDS.at(-1)!;
}
