/** A read that takes longer came from a disk that others must not wait for; milliseconds. */
const SLOW_MS = 4;

/** How many reads are left to a thread after a slow one. */
const DISTRUST = 64;

/**
 * Decides whether a read is done at once or in another thread: at once, as long as reads are served
 * from memory or a quick disk; after one that was slow, the next ones are not risked.
 */
export class ReadPatience {
  readonly #now: () => number;
  #distrust = 0;

  /** @param now Monotonic milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Whether the next read may be done at once. */
  isQuick(): boolean {
    if (this.#distrust === 0) return true;
    this.#distrust--;
    return false;
  }

  /** Does a read at once, and learns from it. */
  timed<T>(read: () => T): T {
    const began = this.#now();
    try {
      return read();
    } finally {
      if (this.#now() - began > SLOW_MS) this.#distrust = DISTRUST;
    }
  }
}
