import type { Registry } from "../../tracker/registry.ts";

/** How often those are looked for that were not renewed. */
const EVERY_MS = 10_000;

/**
 * Lets those leave a registry who were not renewed in time, every ten seconds; when they are many, in
 * short goes, between which requests are served.
 */
export class Expiry implements Disposable {
  readonly #registry: Pick<Registry, "expire">;
  readonly #now: () => number;
  readonly #everyMs: number;
  #timer: ReturnType<typeof setTimeout>;

  /** @param now Reads the clock: monotonic milliseconds. */
  constructor(registry: Pick<Registry, "expire">, now: () => number, everyMs = EVERY_MS) {
    this.#registry = registry;
    this.#now = now;
    this.#everyMs = everyMs;
    this.#timer = this.#again(everyMs);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }

  #again(ms: number): ReturnType<typeof setTimeout> {
    return setTimeout(() => {
      const done = this.#registry.expire(this.#now());
      this.#timer = this.#again(done ? this.#everyMs : 0);
    }, ms);
  }
}
