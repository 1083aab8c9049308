import { WireError } from "./errors.ts";

/**
 * What arrived during a handshake and was not yet taken. Its methods are steps of an
 * {@linkcode MseSteps}: they yield undefined when more must arrive first.
 */
export class MseInput {
  #bytes = new Uint8Array(0);

  /** Bytes that were not yet taken. */
  get pending(): number {
    return this.#bytes.length;
  }

  /** Copies bytes in that arrived. */
  push(bytes: Uint8Array): void {
    const all = new Uint8Array(this.#bytes.length + bytes.length);
    all.set(this.#bytes);
    all.set(bytes, this.#bytes.length);
    this.#bytes = all;
  }

  /** Takes so many bytes, as soon as they are there; the caller may change them. */
  *take(count: number): Generator<undefined, Uint8Array, void> {
    while (this.#bytes.length < count) yield undefined;
    return this.#cut(count);
  }

  /** Takes all that is there. */
  rest(): Uint8Array {
    return this.#cut(this.#bytes.length);
  }

  /**
   * Takes everything up to a mark and the mark.
   *
   * @param before The most bytes that may stand before it.
   * @throws {WireError} `bad_encryption` when it does not come in time.
   */
  *takeThrough(mark: Uint8Array, before: number): Generator<undefined, void, void> {
    for (let at = 0; at <= before; at++) {
      while (this.#bytes.length < at + mark.length) yield undefined;
      if (mark.every((byte, index) => byte === this.#bytes[at + index])) {
        this.#cut(at + mark.length);
        return;
      }
    }
    throw new WireError(
      "bad_encryption",
      "its handshake is neither plain BitTorrent nor an encrypted one of a torrent that is known here",
    );
  }

  #cut(count: number): Uint8Array {
    const taken = this.#bytes.subarray(0, count);
    this.#bytes = this.#bytes.subarray(count);
    return taken;
  }
}
