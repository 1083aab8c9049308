import { WireError } from "./errors.ts";

const NOTHING = new Uint8Array(0);

/**
 * Cuts a stream of bytes into lines that end in `\n`.
 *
 * Invariant: between calls it holds one pushed chunk at most, and less than `limit` bytes of a
 * line that has begun; so its memory is bounded whatever arrives.
 *
 * @example
 * ```ts
 * const reader = new LineReader(4096);
 * reader.push(new TextEncoder().encode("GETPEERS a\nGETP"));
 * reader.next(); // the bytes of "GETPEERS a"
 * reader.next(); // undefined: needs more
 * ```
 */
export class LineReader {
  readonly #limit: number | ((begin: Uint8Array) => number);
  #begun: Uint8Array = NOTHING;
  #chunk: Uint8Array = NOTHING;

  /**
   * @param limit The most bytes of a line, its `\n` among them; or tells it from how the line
   * begins.
   */
  constructor(limit: number | ((begin: Uint8Array) => number)) {
    this.#limit = limit;
  }

  /** Whether the line that has begun passes a test of its first bytes. */
  begins(test: (begin: Uint8Array) => boolean): boolean {
    return test(this.#begun.length > 0 ? this.#begun : this.#chunk);
  }

  /** Bytes of a line that has begun and not ended. */
  get pending(): number {
    return this.#begun.length + this.#chunk.length;
  }

  /** Hands in what arrived; call {@linkcode next} until it wants more. The bytes are copied if kept. */
  push(chunk: Uint8Array): void {
    this.#chunk = this.#chunk.length === 0 ? chunk : concat(this.#chunk, chunk);
  }

  /**
   * Takes the next whole line.
   *
   * @returns Its bytes without the `\n`, or undefined when more must arrive first. They stay as long as
   * those that were handed in do.
   * @throws {WireError} `line_too_long`; the stream is then of no further use.
   */
  next(): Uint8Array | undefined {
    if (this.#chunk.length === 0) return undefined;
    const end = this.#chunk.indexOf(10);
    const taken = end < 0 ? this.#chunk.length : end + 1;
    const length = this.#begun.length + taken;
    const part = this.#chunk.subarray(0, end < 0 ? taken : end);
    const whole = this.#begun.length === 0;
    const line = whole ? part : concat(this.#begun, part);
    const limit = typeof this.#limit === "number" ? this.#limit : this.#limit(line);
    if (length > limit || (end < 0 && length === limit)) {
      throw new WireError("line_too_long", `a line is longer than ${limit} bytes`);
    }
    this.#chunk = this.#chunk.subarray(taken);
    if (end < 0) {
      this.#begun = whole ? line.slice() : line;
      return undefined;
    }
    this.#begun = NOTHING;
    return line;
  }

  /** At the end of the stream: the bytes after the last `\n`, if there are any. */
  rest(): Uint8Array | undefined {
    const line = concat(this.#begun, this.#chunk);
    this.#begun = this.#chunk = NOTHING;
    return line.length > 0 ? line : undefined;
  }
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
