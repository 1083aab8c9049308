import { type Random, shuffle } from "../base/random.ts";

/**
 * One tier of trackers (BEP 12, "order of processing"): shuffled when it is read, then tried from the
 * front; the one that answers moves there. What is done when none answers, and with the other tiers,
 * is the caller's business.
 */
export class TrackerTier<T> {
  readonly #order: T[];

  constructor(trackers: readonly T[], random: Random) {
    this.#order = shuffle(random, [...trackers]);
  }

  /** In the order in which to try them, as it is now. */
  get order(): readonly T[] {
    return [...this.#order];
  }

  /** One of them answered. */
  answered(tracker: T): void {
    const at = this.#order.indexOf(tracker);
    if (at > 0) this.#order.unshift(...this.#order.splice(at, 1));
  }
}
