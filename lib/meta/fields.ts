import { printable } from "../base/printable.ts";
import { type Bencode, type BencodeDict, keyText, toKey, utf8Text } from "./bencode.ts";
import { MetaError, type MetaErrorCode } from "./errors.ts";

/**
 * A dictionary of a torrent that knows where it is, so that errors name the place:
 * `info.files[3].length is no whole number from 0 on`.
 */
export class Fields {
  readonly entries: BencodeDict;
  readonly #where: () => string;

  private constructor(entries: BencodeDict, where: () => string) {
    this.entries = entries;
    this.#where = where;
  }

  /**
   * @param where The place of the value, empty for the outermost; asked for by errors only.
   * @throws {MetaError} `bad_metainfo` when it is no dictionary.
   */
  static of(value: Bencode | undefined, where: () => string): Fields {
    if (value instanceof Map) return new Fields(value, where);
    const is = value === undefined ? "is missing" : "is no dictionary";
    throw new MetaError("bad_metainfo", `${where() || "the torrent"} ${is}`);
  }

  /** The place of a value in here, safe to print. */
  place(key: string): string {
    const name = key === "" ? '""' : printable(keyText(key), 100);
    const where = this.#where();
    return where ? `${where}.${name}` : name;
  }

  /** An error about a value in here: its place, then what is wrong with it. */
  wrong(key: string, what: string, code: MetaErrorCode = "bad_metainfo"): MetaError {
    return new MetaError(code, `${this.place(key)} ${what}`);
  }

  has(key: string): boolean {
    return this.entries.has(key);
  }

  /** @throws {MetaError} `bad_metainfo` when it is missing or no dictionary. */
  dict(key: string): Fields {
    return Fields.of(this.entries.get(key), () => this.place(key));
  }

  /** @throws {MetaError} `bad_metainfo` when it is missing or no list. */
  list(key: string): readonly Bencode[] {
    const value = this.#required(key);
    if (Array.isArray(value)) return value;
    throw this.wrong(key, "is no list");
  }

  /** @throws {MetaError} `bad_metainfo` when it is missing or no byte string. */
  bytes(key: string): Uint8Array {
    const value = this.#required(key);
    if (value instanceof Uint8Array) return value;
    throw this.wrong(key, "is no byte string");
  }

  /** @throws {MetaError} `bad_metainfo` when it is missing, no number or out of range. */
  integer(key: string, least: number, most = Number.MAX_SAFE_INTEGER): number {
    const value = this.#required(key);
    if (typeof value === "number" && value >= least && value <= most) return value;
    const range = most === Number.MAX_SAFE_INTEGER ? `${least} on` : `${least} to ${most}`;
    throw this.wrong(key, `is no whole number from ${range}`);
  }

  /**
   * A name as a key: that of `key` when it is UTF-8, else that of `key.utf-8` when that is.
   *
   * @throws {MetaError} `bad_metainfo` when it is missing or no byte string.
   */
  nameKey(key: string): string {
    const name = toKey(this.bytes(key));
    if (utf8Text(name) !== undefined) return name;
    const other = this.entries.get(`${key}.utf-8`);
    const better = other instanceof Uint8Array ? toKey(other) : name;
    return utf8Text(better) === undefined ? name : better;
  }

  /** Text that nothing depends on: what is no byte string counts as absent. */
  text(key: string): string | undefined {
    return textOf(this.entries.get(key));
  }

  #required(key: string): Bencode {
    const value = this.entries.get(key);
    if (value === undefined) throw this.wrong(key, "is missing");
    return value;
  }
}

/** The text of a byte string, with replacement characters; undefined when it is none. */
export function textOf(value: Bencode | undefined): string | undefined {
  return value instanceof Uint8Array ? keyText(toKey(value)) : undefined;
}
