/**
 * The time of day by a server's clock, as its answers tell: each says that the clock showed a time
 * between the question and the answer. What is known of it changes only where that says otherwise.
 */
export class ServerClock {
  readonly #monotonic: () => number;
  /** The server's time less ours, milliseconds. */
  #offset: number;
  #isKnown = false;
  #askedAt = 0;

  /** Until the server has told, the machine's clock counts. */
  constructor(wall: () => number = Date.now, monotonic = () => performance.now()) {
    this.#monotonic = monotonic;
    this.#offset = wall() - monotonic();
  }

  /** Milliseconds since 1970. */
  now(): number {
    return this.#monotonic() + this.#offset;
  }

  /** A question is sent. */
  asked(): void {
    this.#askedAt = this.#monotonic();
  }

  /** The answer to it says what the clock showed: whole milliseconds since 1970. */
  told(time: number): void {
    const [least, most] = [time - this.#monotonic(), time + 1 - this.#askedAt];
    if (!this.#isKnown) this.#offset = (least + most) / 2;
    this.#isKnown = true;
    this.#offset = Math.min(Math.max(this.#offset, least), most);
  }
}
