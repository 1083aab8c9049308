/** Milliseconds of a bucket, and how many there are: a rate is over the last four seconds. */
const BUCKET = 500;
const BUCKETS = 8;

/**
 * Bytes a second over the last few seconds.
 *
 * Invariant: `#sum` is the sum of the buckets, which hold what came in the last `BUCKETS` of them.
 */
export class RateMeter {
  readonly #buckets = new Float64Array(BUCKETS);
  readonly #since: number;
  #slot: number;
  #sum = 0;
  #total = 0;

  /** @param now Since when it counts, milliseconds. */
  constructor(now: number) {
    this.#since = now;
    this.#slot = Math.floor(now / BUCKET);
  }

  /** All bytes that were ever added. */
  get total(): number {
    return this.#total;
  }

  /** Counts bytes at a moment that is not before the last one. */
  add(bytes: number, now: number): void {
    this.#advance(now);
    this.#buckets[this.#slot % BUCKETS]! += bytes;
    this.#sum += bytes;
    this.#total += bytes;
  }

  /** Bytes a second. */
  rate(now: number): number {
    this.#advance(now);
    const span = Math.min((BUCKETS - 1) * BUCKET + now % BUCKET, now - this.#since);
    return this.#sum * 1000 / Math.max(BUCKET, span);
  }

  #advance(now: number): void {
    const slot = Math.floor(now / BUCKET);
    if (slot <= this.#slot) return;
    if (slot - this.#slot >= BUCKETS) {
      this.#buckets.fill(0);
      this.#sum = 0;
    } else {
      for (let at = this.#slot + 1; at <= slot; at++) {
        this.#sum -= this.#buckets[at % BUCKETS]!;
        this.#buckets[at % BUCKETS] = 0;
      }
    }
    this.#slot = slot;
  }
}

/** Lets something happen so often a second, and so often at once. */
export class TokenBucket {
  readonly #rate: number;
  readonly #burst: number;
  #tokens: number;
  #at: number;

  /** @param rate A second; `burst` at once. */
  constructor(rate: number, burst: number, now: number) {
    this.#rate = rate;
    this.#burst = burst;
    this.#tokens = burst;
    this.#at = now;
  }

  /** Whether it may happen now; if so, it counts. */
  take(now: number): boolean {
    this.#tokens = Math.min(this.#burst, this.#tokens + (now - this.#at) * this.#rate / 1000);
    this.#at = now;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}
