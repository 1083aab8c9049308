import { type Bencode, toKey } from "./bencode_value.ts";
import { MetaError } from "./errors.ts";

/** Containers within containers: BEP 52's file trees are the deepest there are. */
export const MAX_DEPTH = 32;

/** Bytes: the largest info dictionary that is taken from peers. */
export const MAX_METADATA = 30 * 1024 * 1024;

/**
 * Values, keys not counted: one for every 10 bytes of a `.torrent` file of 10 MiB, which no honest
 * one comes near. A value takes up to 200 bytes of memory.
 */
export const MAX_VALUES = 1_000_000;

/** Digits of an integer; no field of any BEP has more than 20. */
const MAX_DIGITS = 100;

const [ZERO, NINE, COLON, MINUS] = [0x30, 0x39, 0x3a, 0x2d];
const [INTEGER, LIST, DICT, END] = [0x69, 0x6c, 0x64, 0x65];

/** What is taken. */
export interface DecodeOptions {
  /**
   * Whether the keys of a dictionary must be sorted. Default true: what is hashed, or may be encoded
   * again, has one form only. False is for messages of clients that do not sort; keys that are there
   * twice are refused all the same.
   */
  readonly strict?: boolean;
  /** Default {@linkcode MAX_DEPTH}. */
  readonly maxDepth?: number;
  /** The most bytes to look at. Default {@linkcode MAX_METADATA}. */
  readonly maxBytes?: number;
  /** Default {@linkcode MAX_VALUES}. */
  readonly maxValues?: number;
}

/** A value and where it stood. */
export interface Decoded {
  /** Byte strings in it are views. */
  readonly value: Bencode;
  /** Bytes that it takes; what follows begins there. */
  readonly end: number;
  /** When it is a dictionary: by key, each value as it was encoded, views. */
  readonly encoded: ReadonlyMap<string, Uint8Array>;
}

/**
 * Reads the one value that the bytes are.
 *
 * @throws {MetaError} `bad_bencode` when they are anything else; `too_large` when over a limit.
 */
export function decodeBencode(bytes: Uint8Array, options: DecodeOptions = {}): Decoded {
  const decoded = decodePrefix(bytes, options);
  if (decoded.end === bytes.length) return decoded;
  throw malformed(decoded.end, `it ends, but ${bytes.length - decoded.end} more follow`);
}

/**
 * Reads the value that the bytes begin with, whatever follows it (BEP 9, "data": a piece of metadata
 * follows the dictionary).
 *
 * @throws {MetaError} `bad_bencode` when they begin with none; `too_large` when over a limit.
 */
export function decodePrefix(bytes: Uint8Array, options: DecodeOptions = {}): Decoded {
  const maxBytes = options.maxBytes ?? MAX_METADATA;
  if (bytes.length > maxBytes) {
    throw new MetaError("too_large", `it has ${bytes.length} bytes; ${maxBytes} are the most`);
  }
  return new Decoder(bytes, options).decode();
}

/** A list or dictionary that has begun. */
type Open =
  | { readonly kind: "list"; readonly items: Bencode[] }
  | {
    readonly kind: "dict";
    readonly entries: Map<string, Bencode>;
    /** The key whose value comes next; undefined: a key comes next. */
    key: string | undefined;
    last: string | undefined;
    /** Where the value of the key begins. */
    begin: number;
  };

/** Keeps its place in `open`, not on the call stack, so that no input is too deep for it. */
class Decoder {
  readonly #bytes: Uint8Array;
  readonly #strict: boolean;
  readonly #maxDepth: number;
  readonly #maxValues: number;
  readonly #open: Open[] = [];
  readonly #encoded = new Map<string, Uint8Array>();
  #at = 0;
  #values = 0;

  constructor(bytes: Uint8Array, options: DecodeOptions) {
    this.#bytes = bytes;
    this.#strict = options.strict ?? true;
    this.#maxDepth = options.maxDepth ?? MAX_DEPTH;
    this.#maxValues = options.maxValues ?? MAX_VALUES;
  }

  decode(): Decoded {
    for (;;) {
      const within = this.#open.at(-1);
      let value: Bencode | undefined;
      if (within && this.#bytes[this.#at] === END) value = this.#close(within);
      else if (within?.kind === "dict" && within.key === undefined) this.#key(within);
      else value = this.#begin();
      if (value === undefined) continue;
      const outer = this.#open.at(-1);
      if (!outer) return { value, end: this.#at, encoded: this.#encoded };
      this.#place(outer, value);
    }
  }

  /** Reads an integer or a string, or opens a container. */
  #begin(): Bencode | undefined {
    if (++this.#values > this.#maxValues) {
      throw new MetaError("too_large", `it has more than ${this.#maxValues} values`);
    }
    const byte = this.#bytes[this.#at];
    switch (byte) {
      case INTEGER:
        return this.#integer();
      case LIST:
        this.#push({ kind: "list", items: [] });
        return undefined;
      case DICT:
        this.#push({
          kind: "dict",
          entries: new Map(),
          key: undefined,
          last: undefined,
          begin: 0,
        });
        return undefined;
      default:
        return this.#string();
    }
  }

  #push(open: Open): void {
    if (this.#open.length === this.#maxDepth) {
      throw new MetaError("too_large", `at byte ${this.#at}: deeper than ${this.#maxDepth} levels`);
    }
    this.#open.push(open);
    this.#at++;
  }

  #close(within: Open): Bencode {
    if (within.kind === "dict" && within.key !== undefined) {
      throw malformed(this.#at, "a key has no value");
    }
    this.#open.pop();
    this.#at++;
    return within.kind === "dict" ? within.entries : within.items;
  }

  #place(outer: Open, value: Bencode): void {
    if (outer.kind === "list") {
      outer.items.push(value);
      return;
    }
    const key = outer.key!;
    outer.entries.set(key, value);
    outer.key = undefined;
    if (this.#open.length === 1) {
      this.#encoded.set(key, this.#bytes.subarray(outer.begin, this.#at));
    }
  }

  #key(dict: Extract<Open, { kind: "dict" }>): void {
    const at = this.#at;
    const key = toKey(this.#string());
    const last = dict.last;
    if (last !== undefined && key <= last && (this.#strict || dict.entries.has(key))) {
      throw malformed(at, dict.entries.has(key) ? "a key is there twice" : "keys are not sorted");
    }
    dict.key = key;
    dict.last = last !== undefined && last > key ? last : key;
    dict.begin = this.#at;
  }

  #integer(): number | bigint {
    const begin = this.#at + 1;
    const digits = begin + (this.#bytes[begin] === MINUS ? 1 : 0);
    const end = this.#digits(digits, MAX_DIGITS, "an integer");
    const zero = this.#bytes[digits] === ZERO;
    if (zero && end - digits > 1) throw malformed(begin, "an integer has leading zeros");
    if (zero && digits > begin) throw malformed(begin, "an integer is -0");
    if (this.#bytes[end] !== END) throw this.#unexpected(end, "in an integer");
    this.#at = end + 1;
    const text = toKey(this.#bytes.subarray(begin, end));
    const value = Number(text);
    return Number.isSafeInteger(value) ? value : BigInt(text);
  }

  #string(): Uint8Array {
    const begin = this.#at;
    const end = this.#digits(begin, 10, "the length of a string");
    if (this.#bytes[begin] === ZERO && end - begin > 1) {
      throw malformed(begin, "the length of a string has leading zeros");
    }
    if (this.#bytes[end] !== COLON) throw this.#unexpected(end, "in the length of a string");
    let length = 0;
    for (let at = begin; at < end; at++) length = 10 * length + this.#bytes[at]! - ZERO;
    const left = this.#bytes.length - end - 1;
    if (length > left) throw malformed(begin, `a string of ${length} bytes has only ${left}`);
    this.#at = end + 1 + length;
    return this.#bytes.subarray(end + 1, this.#at);
  }

  /** @returns Where the digits end that begin at a place, at least one. */
  #digits(begin: number, most: number, what: string): number {
    let at = begin;
    while (this.#bytes[at]! >= ZERO && this.#bytes[at]! <= NINE) {
      if (++at - begin > most) throw malformed(begin, `${what} has more than ${most} digits`);
    }
    if (at === begin) throw this.#unexpected(at, `where ${what} should be`);
    return at;
  }

  #unexpected(at: number, where: string): MetaError {
    const byte = this.#bytes[at];
    if (byte === undefined) return malformed(at, "it ends in the middle");
    return malformed(at, `byte 0x${byte.toString(16).padStart(2, "0")} ${where}`);
  }
}

function malformed(at: number, why: string): MetaError {
  return new MetaError("bad_bencode", `not bencoded as BEP 3 tells, at byte ${at}: ${why}`);
}
