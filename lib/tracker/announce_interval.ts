/** How often peers announce; times are milliseconds, rates announces a second. */
export interface IntervalLimits {
  readonly minMs: number;
  readonly maxMs: number;
  /** Up to this rate the shortest interval is told. */
  readonly calmRate: number;
  /** From this rate on the longest one is told: more times the calm rate than max is of min. */
  readonly busyRate: number;
}

/** One interval, whatever comes. */
export function fixedInterval(ms: number): IntervalLimits {
  return { minMs: ms, maxMs: ms, calmRate: 0, busyRate: 0 };
}

/**
 * The interval that peers are told when so many announces come: the shortest up to the calm rate, the
 * longest from the busy rate on, and between them `minMs * (rate / calmRate) ** power`, with the
 * power that joins the two ends.
 *
 * A longer interval lowers the rate from which it follows, an interval later: peers in number N
 * announce N / interval times a second. Since the power is less than 1, what one correction is too
 * much is less than what it corrects, so that interval and rate settle, and do not swing.
 *
 * @param announcesPerSecond As measured over some time ({@linkcode LoadMeter}).
 * @returns Milliseconds, whole seconds where the limits are.
 */
export function announceInterval(announcesPerSecond: number, limits: IntervalLimits): number {
  const { minMs, maxMs, calmRate, busyRate } = limits;
  if (announcesPerSecond <= calmRate || minMs === maxMs) return minMs;
  if (announcesPerSecond >= busyRate) return maxMs;
  const power = Math.log(maxMs / minMs) / Math.log(busyRate / calmRate);
  const interval = minMs * (announcesPerSecond / calmRate) ** power;
  return Math.min(maxMs, Math.max(minMs, Math.round(interval / 1_000) * 1_000));
}
