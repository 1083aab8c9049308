/** So many are taken from the system at once. */
const AT_ONCE = 16;

/**
 * Memory of one size that is used again, for who needs it often and for a short time. Some lie in one
 * piece, for each piece costs more to look after than its bytes: as long as one of them is in use, its
 * neighbours are not given back to the system.
 */
export class SpareBuffers {
  readonly #size: number;
  readonly #most: number;
  readonly #spare: Uint8Array<ArrayBuffer>[] = [];
  #piece = new ArrayBuffer(0);
  #used = 0;

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
    return this.#spare.pop() ?? this.#cut();
  }

  /** Takes back what nobody uses any more; memory of another size is left to the garbage. */
  give(buffer: Uint8Array<ArrayBuffer>): void {
    const fits = buffer.length === this.#size && this.#spare.length < this.#most;
    if (fits) this.#spare.push(buffer);
  }

  #cut(): Uint8Array<ArrayBuffer> {
    if (this.#used === this.#piece.byteLength) {
      this.#piece = new ArrayBuffer(AT_ONCE * this.#size);
      this.#used = 0;
    }
    const buffer = new Uint8Array(this.#piece, this.#used, this.#size);
    this.#used += this.#size;
    return buffer;
  }
}
