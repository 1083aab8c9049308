/** Milliseconds, counted by hundredths so that many cost no memory. */
export class Times {
  readonly #counts = new Uint32Array(1_000_000);
  #count = 0;

  add(ms: number): void {
    this.#counts[Math.min(this.#counts.length - 1, Math.max(0, Math.floor(ms * 100)))]!++;
    this.#count++;
  }

  /** The time within which a part of them are, 0 to 1. */
  at(part: number): number {
    let left = Math.ceil(this.#count * part);
    for (let at = 0; at < this.#counts.length; at++) {
      left -= this.#counts[at]!;
      if (left <= 0) return (at + 1) / 100;
    }
    return Infinity;
  }
}
