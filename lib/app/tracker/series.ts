/** How long a series is and how fine; times are milliseconds. */
export interface SeriesSize {
  readonly stepMs: number;
  /** Times that are kept. */
  readonly count: number;
}

/** Numbers over time as they are read. */
export interface SeriesRead<Name extends string> {
  /** When the last step ends, on the clock that is used for all times. */
  readonly end: number;
  /** The oldest first; null: not known. */
  readonly values: Readonly<Record<Name, readonly (number | null)[]>>;
}

/**
 * Numbers over time, several at a time, in a ring of fixed size: the newest take the place of the
 * oldest. Driven by calls with the time handed in.
 */
export class Series<Name extends string> {
  readonly size: SeriesSize;
  readonly #names: readonly Name[];
  readonly #ring: Float32Array | Float64Array;
  /** The step that was written last, counted from time 0; undefined: none. */
  #last: number | undefined;
  #filled = 0;

  /**
   * @param names Of the numbers of each time.
   * @param make Makes the memory for so many numbers.
   */
  constructor(
    names: readonly Name[],
    size: SeriesSize,
    make: (length: number) => Float32Array | Float64Array,
  ) {
    this.size = size;
    this.#names = names;
    this.#ring = make(names.length * size.count);
  }

  /** The step that a time is in. */
  stepOf(now: number): number {
    return Math.floor(now / this.size.stepMs);
  }

  /**
   * Writes the numbers of a step that is over, in the order of their names, NaN: not known. Steps
   * that were left out are not known, and no step is written twice.
   */
  write(step: number, numbers: readonly number[]): void {
    const { count } = this.size;
    const last = this.#last ?? step - 1;
    if (step <= last) return;
    for (let at = Math.max(last + 1, step - count + 1); at < step; at++) this.#put(at, undefined);
    this.#put(step, numbers);
    this.#filled = Math.min(count, this.#filled + step - last);
    this.#last = step;
  }

  /** All that is known until now. */
  read(now: number): SeriesRead<Name> {
    const { count, stepMs } = this.size;
    const current = this.stepOf(now);
    const last = this.#last ?? current - 1;
    // This step is not over, and the one before may be about to be written.
    const end = Math.max(last, current - 2) + 1;
    const begin = Math.max(end - count, last - this.#filled + 1);
    const list = (place: number) => {
      const numbers: (number | null)[] = [];
      for (let step = begin; step < end; step++) {
        const value = step > last ? NaN : this.#ring[this.#at(step) + place]!;
        numbers.push(Number.isNaN(value) ? null : value);
      }
      return numbers;
    };
    const values = Object.fromEntries(this.#names.map((name, place) => [name, list(place)]));
    return { end: end * stepMs, values: values as Record<Name, (number | null)[]> };
  }

  #put(step: number, numbers: readonly number[] | undefined): void {
    const at = this.#at(step);
    for (let place = 0; place < this.#names.length; place++) {
      this.#ring[at + place] = numbers?.[place] ?? NaN;
    }
  }

  #at(step: number): number {
    const { count } = this.size;
    return (step % count + count) % count * this.#names.length;
  }
}
