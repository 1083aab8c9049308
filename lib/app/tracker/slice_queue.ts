import { TrackerError } from "../../tracker/errors.ts";
import { inSlices } from "./in_slices.ts";

/** Works that wait for their turn. */
const MOST_WAITING = 64;

/** Does long works in slices, one after the other: all else waits for one slice at most. */
export class SliceQueue implements Disposable {
  readonly #now: () => number;
  readonly #stopping = new AbortController();
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** @param now Reads the clock: monotonic milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** What waits, or is being done, is given up. */
  [Symbol.dispose](): void {
    this.#stopping.abort();
  }

  /**
   * Does a work once those before it are done.
   *
   * @throws {TrackerError} `full` where too many wait already; the signal's reason once it is stopped.
   */
  async run<T>(steps: Generator<void, T>): Promise<T> {
    if (this.#waiting >= MOST_WAITING) {
      throw new TrackerError("full", "Too much is being looked for, try later");
    }
    this.#waiting++;
    const doing = this.#last.then(() => inSlices(steps, this.#now, this.#stopping.signal));
    // Who waits is told of a failure; the next one does not care.
    this.#last = doing.catch(() => {});
    try {
      return await doing;
    } finally {
      this.#waiting--;
    }
  }
}
