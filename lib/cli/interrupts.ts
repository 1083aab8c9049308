import { type Clock, systemClock } from "../base/clock.ts";

/** Signals that ask a program to end, where the system has them. */
const SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT", "SIGBREAK"]
  : ["SIGINT", "SIGTERM"];

/** A signal that comes again so soon is the same one: some prompts raise theirs once more. */
const ECHO_MS = 50;

/** What is done with a signal that asks to end: true when it was taken care of. */
export type InterruptHandler = (signal: Deno.Signal) => boolean;

/**
 * Hands signals to whoever added a handler last and takes them, otherwise to those before. The
 * same handler that took one signal and is still there at the next one has had its chance: then
 * the program ends at once.
 */
export class Interrupts implements Disposable {
  readonly #exit: () => void;
  readonly #clock: Clock;
  readonly #handlers: InterruptHandler[] = [];
  readonly #listeners = new Map<Deno.Signal, () => void>();
  #took: InterruptHandler | undefined;
  #lastAt = -Infinity;

  /**
   * @param exit Ends the program at once.
   * @param clock Tells an echo of a signal from a second one.
   */
  constructor(exit: () => void, clock: Clock = systemClock) {
    this.#exit = exit;
    this.#clock = clock;
  }

  /** Starts listening to the system's signals. */
  listen(): void {
    for (const signal of SIGNALS) {
      const listener = () => this.deliver(signal);
      Deno.addSignalListener(signal, listener);
      this.#listeners.set(signal, listener);
    }
  }

  /** Adds a handler; disposing of what is returned removes it. */
  add(handler: InterruptHandler): Disposable {
    this.#handlers.push(handler);
    return {
      [Symbol.dispose]: () => {
        const index = this.#handlers.indexOf(handler);
        if (index >= 0) this.#handlers.splice(index, 1);
        if (this.#took === handler) this.#took = undefined;
      },
    };
  }

  /** Hands out a signal. */
  deliver(signal: Deno.Signal): void {
    const now = this.#clock.now();
    const echo = now - this.#lastAt < ECHO_MS;
    this.#lastAt = now;
    if (echo) return;
    if (this.#took) return this.#exit();
    const taker = [...this.#handlers].reverse().find((handler) => handler(signal));
    if (!taker) return this.#exit();
    if (this.#handlers.includes(taker)) this.#took = taker;
  }

  [Symbol.dispose](): void {
    for (const [signal, listener] of this.#listeners) Deno.removeSignalListener(signal, listener);
    this.#listeners.clear();
  }
}
