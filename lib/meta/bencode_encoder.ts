import { type Bencode, type BencodeDict, fromKey } from "./bencode_value.ts";

/** Bytes of a value that is encoded already, to be put in as they are. */
export class Encoded {
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}

/** What can be encoded: a {@linkcode Bencode} in which anything may be {@linkcode Encoded} already. */
export type Encodable =
  | Bencode
  | Encoded
  | readonly Encodable[]
  | ReadonlyMap<string, Encodable>;

/**
 * Encodes a value in the one way that BEP 3 allows: keys sorted as raw bytes, no leading zeros.
 *
 * @throws {RangeError} When a number is no safe integer, or a character of a key is no byte.
 */
export function encodeBencode(value: Encodable): Uint8Array {
  const sink = new ByteSink();
  write(sink, value);
  return sink.bytes();
}

function write(sink: ByteSink, value: Encodable): void {
  if (value instanceof Uint8Array) {
    sink.string(value);
  } else if (value instanceof Encoded) {
    sink.put(value.bytes);
  } else if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is no safe integer`);
    sink.ascii(`i${value === 0 ? 0 : value}e`);
  } else if (typeof value === "bigint") {
    sink.ascii(`i${value}e`);
  } else if (isDict(value)) {
    sink.ascii("d");
    for (const key of [...value.keys()].sort()) {
      sink.string(fromKey(key));
      write(sink, value.get(key)!);
    }
    sink.ascii("e");
  } else {
    sink.ascii("l");
    for (const item of value) write(sink, item);
    sink.ascii("e");
  }
}

function isDict(
  value: BencodeDict | ReadonlyMap<string, Encodable> | readonly Encodable[],
): value is ReadonlyMap<string, Encodable> {
  return value instanceof Map;
}

/** Bytes that are written one after the other, in memory that grows. */
class ByteSink {
  #memory = new Uint8Array(1_024);
  #length = 0;

  put(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#memory.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  ascii(text: string): void {
    this.#reserve(text.length);
    for (let at = 0; at < text.length; at++) this.#memory[this.#length++] = text.charCodeAt(at);
  }

  string(bytes: Uint8Array): void {
    this.ascii(`${bytes.length}:`);
    this.put(bytes);
  }

  /** All that was written, in memory of its own. */
  bytes(): Uint8Array {
    return this.#memory.slice(0, this.#length);
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#memory.length) return;
    const larger = new Uint8Array(Math.max(needed, 2 * this.#memory.length));
    larger.set(this.#memory.subarray(0, this.#length));
    this.#memory = larger;
  }
}
