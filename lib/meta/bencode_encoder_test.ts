import { assertEquals, assertThrows } from "jsr:@std/assert@1";
import fc from "npm:fast-check@4";
import {
  type Bencode,
  decodeBencode,
  type Encodable,
  encodeBencode,
  Encoded,
  fromKey,
  keyText,
  textKey,
  toKey,
  utf8Text,
} from "./bencode.ts";

const bytes = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));
const encode = (value: Encodable) => toKey(encodeBencode(value));

Deno.test("encode: the values of BEP 3", () => {
  const table: [Encodable, string][] = [
    [0, "i0e"],
    [-0, "i0e"],
    [-3, "i-3e"],
    [Number.MAX_SAFE_INTEGER, "i9007199254740991e"],
    [1n << 64n, "i18446744073709551616e"],
    [bytes("spam"), "4:spam"],
    [bytes(""), "0:"],
    [[], "le"],
    [[bytes("a"), [1]], "l1:ali1eee"],
    [new Map(), "de"],
    [new Encoded(bytes("d1:ai1ee")), "d1:ai1ee"],
    [new Map([["k", new Encoded(bytes("li1ee"))]]), "d1:kli1eee"],
  ];
  for (const [value, text] of table) assertEquals(encode(value), text);
});

Deno.test("encode: keys are sorted as raw bytes, however they were put in", () => {
  const keys = ["b", "a", "", "aa", "\xff", "Z", "\x00", textKey("é"), textKey("\u{1f600}")];
  const dict = new Map(keys.map((key, index) => [key, index]));
  const sorted = [...decodeBencode(encodeBencode(dict)).encoded.keys()];
  const byBytes = (one: string, other: string) => one < other ? -1 : 1;
  assertEquals(sorted, keys.toSorted(byBytes));
  assertEquals(sorted.slice(0, 3), ["", "\x00", "Z"]);
});

Deno.test("encode: what has no encoding is refused", () => {
  for (const value of [1.5, NaN, Infinity, 2 ** 53]) {
    assertThrows(() => encodeBencode(value), RangeError);
  }
  assertThrows(() => encodeBencode(new Map([["\u0100", 1]])), RangeError, "no bytes");
});

Deno.test("keys: bytes, text and back", () => {
  const long = Uint8Array.from({ length: 100_000 }, (_, index) => index);
  assertEquals(fromKey(toKey(long)), long);
  assertEquals(textKey("é"), "\xc3\xa9");
  assertEquals(keyText("\xc3\xa9"), "é");
  assertEquals(utf8Text("\xc3\xa9"), "é");
  assertEquals(utf8Text("\xe9"), undefined);
  assertEquals(keyText("a\xe9b"), "a\ufffdb");
  assertEquals(utf8Text("\xef\xbb\xbfx"), "\ufeffx", "a byte order mark is a part of the name");
  assertEquals(keyText(textKey("\ufeffx")), "\ufeffx");
});

Deno.test("encode and decode are each other's inverse", () => {
  const { value } = fc.letrec<{ value: Bencode }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      fc.maxSafeInteger(),
      fc.bigInt().filter((one) => !Number.isSafeInteger(Number(one))),
      fc.uint8Array({ maxLength: 20 }),
      fc.array(tie("value"), { maxLength: 5 }),
      fc.array(fc.tuple(fc.uint8Array({ maxLength: 5 }).map(toKey), tie("value")), { maxLength: 5 })
        .map((entries) => new Map(entries)),
    ),
  }));
  fc.assert(
    fc.property(value, (one) => {
      const encoded = encodeBencode(one);
      const decoded = decodeBencode(encoded);
      assertEquals(decoded.end, encoded.length);
      assertEquals(encodeBencode(decoded.value), encoded);
    }),
    { numRuns: 1_000 },
  );
});
