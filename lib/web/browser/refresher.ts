/// <reference lib="dom" />
import { pause } from "./ask.ts";

/**
 * Does something again whenever it is asked to: never twice at once, never more often than every
 * `ms` milliseconds, and not while nobody looks at the page, but as soon as somebody does.
 */
export class Refresher {
  readonly #act: () => Promise<void>;
  readonly #ms: number;
  #wanted = false;
  #busy = false;

  constructor(ms: number, act: () => Promise<void>) {
    this.#ms = ms;
    this.#act = act;
    document.addEventListener("visibilitychange", () => this.#run());
  }

  want(): void {
    this.#wanted = true;
    this.#run();
  }

  async #run(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    while (this.#wanted && !document.hidden) {
      this.#wanted = false;
      await this.#act();
      await pause(this.#ms);
    }
    this.#busy = false;
  }
}
