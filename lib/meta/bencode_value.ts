/**
 * A bencoded value (BEP 3, "bencoding").
 *
 * | bencoded | here |
 * | --- | --- |
 * | integer | `number` when it is a safe integer, else `bigint` |
 * | string | `Uint8Array`, its bytes |
 * | list | array |
 * | dictionary | `Map`; a character of a key is a byte, U+0000 to U+00FF |
 *
 * So a key that is ASCII is written as it is, any other with {@linkcode toKey}; and sorting keys by
 * their UTF-16 units is sorting them as raw bytes, as BEP 3 wants it.
 */
export type Bencode = number | bigint | Uint8Array | readonly Bencode[] | BencodeDict;

/** A bencoded dictionary; see {@linkcode Bencode} for its keys. */
export type BencodeDict = ReadonlyMap<string, Bencode>;

// deno-lint-ignore no-control-regex -- ASCII begins with a control
const ASCII = /^[\x00-\x7f]*$/;

/** A byte order mark is a part of a name like any other. */
const UTF8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** Arguments that a call surely takes. */
const CHUNK = 8_192;

/** Bytes as the key of a dictionary. */
export function toKey(bytes: Uint8Array): string {
  if (bytes.length <= CHUNK) return characters(bytes);
  let key = "";
  for (let at = 0; at < bytes.length; at += CHUNK) {
    key += characters(bytes.subarray(at, at + CHUNK));
  }
  return key;
}

/**
 * The bytes of a dictionary's key.
 *
 * @throws {RangeError} When a character of it is no byte.
 */
export function fromKey(key: string): Uint8Array {
  const bytes = new Uint8Array(key.length);
  for (let at = 0; at < key.length; at++) {
    const unit = key.charCodeAt(at);
    if (unit > 0xff) throw new RangeError("a key has characters that are no bytes; use toKey");
    bytes[at] = unit;
  }
  return bytes;
}

/** Text as the key of a dictionary: its UTF-8. */
export function textKey(text: string): string {
  return ASCII.test(text) ? text : toKey(new TextEncoder().encode(text));
}

/** A key's text, when it is UTF-8, else undefined. */
export function utf8Text(key: string): string | undefined {
  const text = keyText(key);
  return text.includes("\ufffd") && textKey(text) !== key ? undefined : text;
}

/** A key's text; what is not UTF-8 in it becomes replacement characters. */
export function keyText(key: string): string {
  return ASCII.test(key) ? key : UTF8.decode(fromKey(key));
}

/** Four times as fast as spreading, which asks an iterator for every byte. */
function characters(bytes: Uint8Array): string {
  return String.fromCharCode.apply(null, bytes as unknown as number[]);
}
