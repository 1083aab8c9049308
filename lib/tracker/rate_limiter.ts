import { OldestKeys } from "./oldest_keys.ts";

/** Settings of a {@linkcode RateLimiter}. */
export interface RateLimiterOptions {
  /** Events a second in the long run. */
  readonly rate: number;
  /** Events at once before the rate holds. */
  readonly burst: number;
  /** The most keys remembered; the one not heard of for longest is forgotten first. */
  readonly maxKeys: number;
}

/**
 * A token bucket for each key, in bounded memory.
 *
 * Invariant: a key that is not remembered has a full bucket, so forgetting is never unjust to it.
 */
export class RateLimiter {
  readonly #options: RateLimiterOptions;
  readonly #buckets = new Map<string, { tokens: number; at: number }>();
  readonly #oldest = new OldestKeys(this.#buckets);

  constructor(options: RateLimiterOptions) {
    this.#options = options;
  }

  /** How many keys are remembered. */
  get size(): number {
    return this.#buckets.size;
  }

  /**
   * Takes one token.
   *
   * @param key Who asks.
   * @param now Monotonic milliseconds.
   * @returns False when there is none left.
   */
  take(key: string, now: number): boolean {
    const { maxKeys } = this.#options;
    const tokens = this.#tokens(key, now);
    this.#buckets.delete(key);
    this.#buckets.set(key, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: now });
    if (this.#buckets.size > maxKeys) {
      this.#buckets.delete(this.#oldest.next());
    }
    return tokens >= 1;
  }

  /** Whether {@linkcode take} would find one. */
  has(key: string, now: number): boolean {
    return this.#tokens(key, now) >= 1;
  }

  #tokens(key: string, now: number): number {
    const { rate, burst } = this.#options;
    const bucket = this.#buckets.get(key);
    return bucket ? Math.min(burst, bucket.tokens + (now - bucket.at) / 1000 * rate) : burst;
  }
}
