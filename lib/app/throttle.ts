import type { Clock } from "../base/clock.ts";

/** Waits for its turn. */
interface Waiting {
  readonly bytes: number;
  readonly resolve: () => void;
}

/**
 * Keeps a flow of bytes to a rate: a bucket that fills at the rate and holds what a tenth of a second
 * brings, so that no second sees much more. Those who wait are served in order.
 */
export class Throttle {
  readonly #rate: number;
  readonly #clock: Clock;
  readonly #waiting: Waiting[] = [];
  #level: number;
  #filled: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param rate Bytes a second; `Infinity` lets everything through at once. */
  constructor(rate: number, clock: Clock) {
    this.#rate = rate;
    this.#clock = clock;
    this.#level = this.#depth;
    this.#filled = clock.now();
  }

  /** Whether nothing ever waits. */
  get unlimited(): boolean {
    return this.#rate === Infinity;
  }

  /**
   * Waits until so many bytes may flow. More than the bucket holds are let through too; they are
   * paid for by those that come after.
   *
   * @param signal Lets go without waiting.
   */
  take(bytes: number, signal?: AbortSignal): Promise<void> | undefined {
    if (this.unlimited || signal?.aborted) return undefined;
    this.#fill();
    if (this.#waiting.length === 0 && this.#level > 0) {
      this.#level -= bytes;
      return undefined;
    }
    return new Promise((resolve) => {
      const waiting = {
        bytes,
        resolve: () => {
          signal?.removeEventListener("abort", leave);
          resolve();
        },
      };
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        resolve();
      };
      signal?.addEventListener("abort", leave, { once: true });
      this.#waiting.push(waiting);
      this.#wake();
    });
  }

  get #depth(): number {
    return this.#rate / 10;
  }

  #fill(): void {
    const now = this.#clock.now();
    const gained = (now - this.#filled) / 1000 * this.#rate;
    this.#level = Math.min(this.#depth, this.#level + gained);
    this.#filled = now;
  }

  #wake(): void {
    if (this.#timer !== undefined || this.#waiting.length === 0) return;
    const missing = Math.max(0, -this.#level);
    const ms = Math.min(1_000, Math.max(1, missing / this.#rate * 1000));
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#fill();
      while (this.#waiting.length > 0 && this.#level > 0) {
        const next = this.#waiting.shift()!;
        this.#level -= next.bytes;
        next.resolve();
      }
      this.#wake();
    }, ms);
  }
}
