/** A clock that never goes back. */
export interface Clock {
  /** Milliseconds since an arbitrary moment; monotonic, not the time of day. */
  now(): number;
}

/** The machine's own monotonic clock. */
export const systemClock: Clock = { now: () => performance.now() };
