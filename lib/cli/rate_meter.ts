/** Measures a rate over the last few seconds. */
export class RateMeter {
  readonly #windowMs: number;
  #samples: { readonly at: number; readonly count: number }[] = [];

  /** @param windowMs How far back it looks. */
  constructor(windowMs = 3000) {
    this.#windowMs = windowMs;
  }

  /** Notes a running total; one that is lower than before starts anew. */
  note(count: number, now: number): void {
    const last = this.#samples.at(-1);
    if (last && count < last.count) this.#samples = [];
    this.#samples.push({ at: now, count });
    while (this.#samples.length > 2 && this.#samples[1]!.at <= now - this.#windowMs) {
      this.#samples.shift();
    }
  }

  /** Counts a second; undefined until there is enough to tell. */
  rate(): number | undefined {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (!first || !last || last.at - first.at < 200) return undefined;
    return (last.count - first.count) * 1000 / (last.at - first.at);
  }
}
