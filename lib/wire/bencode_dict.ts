import {
  type Bencode,
  type BencodeDict,
  decodePrefix,
  type Encodable,
  encodeBencode,
} from "../meta/bencode.ts";
import { MetaError } from "../meta/errors.ts";
import { WireError } from "./errors.ts";

/**
 * What a dictionary between peers may be: more than any client sends. Not all of them sort their
 * keys.
 */
const OPTIONS = { strict: false, maxDepth: 8, maxValues: 4096 };

/**
 * A bencoded dictionary out of a message. What is asked for and is of another type or out of range
 * counts as absent: only a dictionary that is none is malformed.
 */
export class DictReader {
  /** What stood behind the dictionary, a view. */
  readonly rest: Uint8Array;
  readonly #entries: BencodeDict;
  readonly #what: string;

  private constructor(entries: BencodeDict, what: string, rest: Uint8Array) {
    this.#entries = entries;
    this.#what = what;
    this.rest = rest;
  }

  /**
   * The dictionary at the beginning of a message.
   *
   * @param what The message, for people, with its article.
   * @throws {WireError} `bad_message` when there is none.
   */
  static before(bytes: Uint8Array, what: string): DictReader {
    try {
      const { value, end } = decodePrefix(bytes, OPTIONS);
      if (value instanceof Map) return new DictReader(value, what, bytes.subarray(end));
    } catch (error) {
      if (!(error instanceof MetaError)) throw error;
      throw new WireError("bad_message", `it sent ${what} that cannot be read: ${error.message}`);
    }
    throw new WireError("bad_message", `it sent ${what} that is no dictionary`);
  }

  /**
   * The dictionary that is the whole message.
   *
   * @throws {WireError} `bad_message` when there is none, or something behind it.
   */
  static of(bytes: Uint8Array, what: string): DictReader {
    const dict = DictReader.before(bytes, what);
    if (dict.rest.length === 0) return dict;
    throw new WireError("bad_message", `it sent ${what} with ${dict.rest.length} bytes behind it`);
  }

  /** The names of the entries, a character a byte. */
  keys(): Iterable<string> {
    return this.#entries.keys();
  }

  /** Whether there is such an entry, whatever it is. */
  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /** A byte string, a view. */
  bytes(name: string): Uint8Array | undefined {
    const value = this.#entries.get(name);
    return value instanceof Uint8Array ? value : undefined;
  }

  /** A whole number within bounds. */
  integer(name: string, least: number, most = Number.MAX_SAFE_INTEGER): number | undefined {
    const value = this.#entries.get(name);
    return typeof value === "number" && value >= least && value <= most ? value : undefined;
  }

  /**
   * A whole number without which the message means nothing.
   *
   * @throws {WireError} `bad_message` when it is absent.
   */
  required(name: string, least: number): number {
    const value = this.integer(name, least);
    if (value !== undefined) return value;
    throw new WireError("bad_message", `it sent ${this.#what} without a ${name} from ${least} on`);
  }

  /** A dictionary inside. */
  dict(name: string): DictReader | undefined {
    const value = this.#entries.get(name);
    return value instanceof Map ? this.#inner(value) : undefined;
  }

  /** The dictionaries of a list, none where there is no list. */
  dicts(name: string): DictReader[] {
    const value = this.#entries.get(name);
    if (!Array.isArray(value)) return [];
    return value.flatMap((item: Bencode) => item instanceof Map ? [this.#inner(item)] : []);
  }

  #inner(entries: BencodeDict): DictReader {
    return new DictReader(entries, this.#what, new Uint8Array(0));
  }
}

/** A bencoded dictionary of the entries that are not undefined. */
export function encodeDict(entries: Readonly<Record<string, Encodable | undefined>>): Uint8Array {
  const dict = new Map<string, Encodable>();
  for (const [name, value] of Object.entries(entries)) {
    if (value !== undefined) dict.set(name, value);
  }
  return encodeBencode(dict);
}
