/** Memory of one size that is used again, for who needs it often and for a short time. */
export class SpareBuffers {
  readonly #size: number;
  readonly #most: number;
  readonly #spare: Uint8Array<ArrayBuffer>[] = [];

  /**
   * @param size Bytes of each.
   * @param most How many are kept while nobody uses them.
   */
  constructor(size: number, most: number) {
    this.#size = size;
    this.#most = most;
  }

  /** Memory that holds anything. */
  take(): Uint8Array<ArrayBuffer> {
    return this.#spare.pop() ?? new Uint8Array(this.#size);
  }

  /** Takes back what nobody uses any more; memory of another size is left to the garbage. */
  give(buffer: Uint8Array<ArrayBuffer>): void {
    const fits = buffer.length === this.#size && this.#spare.length < this.#most;
    if (fits) this.#spare.push(buffer);
  }
}
