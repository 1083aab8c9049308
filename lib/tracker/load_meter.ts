/**
 * Milliseconds over which is measured: what was longer ago counts less and less. It is as long as peers
 * are silent between two announces, so that those who come together do not look like many.
 */
const WINDOW_MS = 300_000;

/** How many events a second there are, in the mean of the last minutes. */
export class LoadMeter {
  #rate = 0;
  #at = 0;

  /**
   * Counts one event.
   *
   * @param now Monotonic milliseconds.
   * @returns Events a second.
   */
  count(now: number): number {
    const passed = Math.max(0, now - this.#at);
    this.#rate = this.#rate * Math.exp(-passed / WINDOW_MS) + 1_000 / WINDOW_MS;
    this.#at = now;
    return this.#rate;
  }
}
