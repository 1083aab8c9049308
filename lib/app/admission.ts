/**
 * Lets so many at a time in, and the others wait for their turn in the order in which they came.
 *
 * Invariant: nobody waits while there is room.
 */
export class Admission {
  readonly #room: number;
  readonly #mostWaiting: number;
  readonly #waiting: (() => void)[] = [];
  #inside = 0;

  /**
   * @param room How many may be inside.
   * @param mostWaiting How many may wait; further ones are not admitted at all.
   */
  constructor(room: number, mostWaiting: number) {
    this.#room = room;
    this.#mostWaiting = mostWaiting;
  }

  /** How many wait. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * Waits for a place.
   *
   * @returns The place, to be disposed of when done; undefined when too many wait already.
   * @throws The signal's reason.
   */
  async enter(signal: AbortSignal): Promise<Disposable | undefined> {
    signal.throwIfAborted();
    if (this.#inside >= this.#room) {
      if (this.#waiting.length >= this.#mostWaiting) return undefined;
      await this.#turn(signal);
    } else {
      this.#inside++;
    }
    return { [Symbol.dispose]: () => this.#leave() };
  }

  #turn(signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const admit = () => {
      signal.removeEventListener("abort", giveUp);
      resolve();
    };
    const giveUp = () => {
      this.#waiting.splice(this.#waiting.indexOf(admit), 1);
      reject(signal.reason);
    };
    signal.addEventListener("abort", giveUp, { once: true });
    this.#waiting.push(admit);
    return promise;
  }

  /** Hands the place to who waits first, if anybody does. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#inside--;
  }
}
