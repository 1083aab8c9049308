import { assert, assertEquals, assertThrows } from "jsr:@std/assert@1";
import { type Bencode, decodeBencode, type DecodeOptions, decodePrefix } from "./bencode.ts";
import { MetaError, type MetaErrorCode } from "./errors.ts";

/** Bytes of text in which every character is a byte. */
const bytes = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));
const decode = (text: string, options?: DecodeOptions) => decodeBencode(bytes(text), options).value;

function refused(text: string, code: MetaErrorCode, why: string, options?: DecodeOptions) {
  const error = assertThrows(() => decode(text, options), MetaError, why);
  assertEquals([error.code, error.fault], [code, "remote"], text);
}

Deno.test("decode: the values of BEP 3", () => {
  const table: [string, Bencode][] = [
    ["i0e", 0],
    ["i3e", 3],
    ["i-3e", -3],
    ["i9007199254740991e", Number.MAX_SAFE_INTEGER],
    ["i-9007199254740991e", Number.MIN_SAFE_INTEGER],
    ["i9007199254740992e", 9007199254740992n],
    ["i-18446744073709551616e", -18446744073709551616n],
    ["4:spam", bytes("spam")],
    ["0:", bytes("")],
    ["2:\xff\x00", bytes("\xff\x00")],
    ["10:0123456789", bytes("0123456789")],
    ["le", []],
    ["de", new Map()],
    ["d3:cow3:moo4:spam4:eggse", new Map([["cow", bytes("moo")], ["spam", bytes("eggs")]])],
    ["d0:i1e1:\x00i2e1:\xffi3ee", new Map([["", 1], ["\x00", 2], ["\xff", 3]])],
    ["d1:ad1:bl1:ceee", new Map([["a", new Map([["b", [bytes("c")]]])]])],
  ];
  for (const [text, value] of table) assertEquals(decode(text), value, text);
});

Deno.test("decode: what BEP 3 does not allow is refused, with its place", () => {
  const table: [string, string][] = [
    ["", "at byte 0: it ends"],
    ["i", "at byte 1: it ends"],
    ["i1", "at byte 2: it ends"],
    ["ie", "byte 0x65 where an integer should be"],
    ["i-e", "byte 0x65 where an integer should be"],
    ["i-0e", "is -0"],
    ["i-01e", "leading zeros"],
    ["i03e", "leading zeros"],
    ["i00e", "leading zeros"],
    ["i+3e", "byte 0x2b"],
    ["i 3e", "byte 0x20"],
    ["i3.5e", "byte 0x2e"],
    ["i--3e", "byte 0x2d"],
    ["i3-e", "byte 0x2d"],
    [`i${"9".repeat(101)}e`, "more than 100 digits"],
    ["4:spa", "a string of 4 bytes has only 3"],
    ["4", "it ends"],
    ["4-spam", "byte 0x2d"],
    ["04:spam", "leading zeros"],
    ["00:", "leading zeros"],
    ["-1:a", "byte 0x2d"],
    ["9999999999:a", "a string of 9999999999 bytes has only 1"],
    ["99999999999:a", "more than 10 digits"],
    ["x", "byte 0x78"],
    ["e", "byte 0x65"],
    ["l", "it ends"],
    ["l4:spam", "it ends"],
    ["d", "it ends"],
    ["d1:a", "it ends"],
    ["d1:ae", "a key has no value"],
    ["d1:ai1e1:be", "a key has no value"],
    ["di1e1:ae", "byte 0x69"],
    ["dlei1ee", "byte 0x6c"],
    ["d1:bi1e1:ai2ee", "keys are not sorted"],
    ["d2:aai1e1:ai2ee", "keys are not sorted"],
    ["d1:ai1e1:ai2ee", "a key is there twice"],
    ["i1ei2e", "it ends, but 3 more follow"],
    ["de\n", "it ends, but 1 more follow"],
  ];
  for (const [text, why] of table) refused(text, "bad_bencode", why);
});

Deno.test("decode: every beginning of a value that is no value is refused", () => {
  const whole = "d1:ad1:bl1:ci-12ee2:xyi7ee3:end0:e";
  assert(decode(whole) instanceof Map);
  for (let end = 0; end < whole.length; end++) refused(whole.slice(0, end), "bad_bencode", "");
});

Deno.test("decode: without strict, keys may come in any order, but never twice", () => {
  const lenient = { strict: false };
  const value = decode("d1:bi1e1:ai2e1:ci3ee", lenient) as Map<string, number>;
  assertEquals([...value], [["b", 1], ["a", 2], ["c", 3]]);
  for (const text of ["d1:bi1e1:ai2e1:bi3ee", "d1:ai1e1:ai2ee", "d1:bi1e1:ai2e1:ai3ee"]) {
    refused(text, "bad_bencode", "a key is there twice", lenient);
  }
  refused("i-0e", "bad_bencode", "-0", lenient);
});

Deno.test("decode: the limits hold, and what is at them is taken", () => {
  const nested = (depth: number) => "l".repeat(depth) + "e".repeat(depth);
  assert(Array.isArray(decode(nested(32))));
  refused(nested(33), "too_large", "deeper than 32 levels");
  refused("l".repeat(1_000_000), "too_large", "deeper than 32 levels");
  refused("d1:a".repeat(1_000_000), "too_large", "deeper than 32 levels");
  assert(Array.isArray(decode("llee", { maxDepth: 2 })));
  refused("lleleld", "too_large", "deeper than 1", { maxDepth: 1 });

  assertEquals(decode("li1ei2ee", { maxValues: 3 }), [1, 2]);
  refused("li1ei2ei3ee", "too_large", "more than 3 values", { maxValues: 3 });
  assertEquals(decode("2:ab", { maxBytes: 4 }), bytes("ab"));
  refused("3:abc", "too_large", "it has 5 bytes; 4 are the most", { maxBytes: 4 });
});

Deno.test("decode: deep input takes no call stack", () => {
  const depth = 1_000_000;
  const options = { maxDepth: depth };
  let value = decode("l".repeat(depth) + "e".repeat(depth), options);
  let levels = 0;
  for (; Array.isArray(value); value = value[0] as Bencode) levels++;
  assertEquals(levels, depth);
});

Deno.test("decodePrefix: tells where the value ends, whatever follows", () => {
  const message = bytes("d8:msg_typei1e5:piecei0e10:total_sizei3eexyz");
  const { value, end } = decodePrefix(message);
  assertEquals((value as Map<string, number>).get("total_size"), 3);
  assertEquals(message.subarray(end), bytes("xyz"));
  assertEquals(decodePrefix(bytes("i1e")).end, 3);
  assertEquals(decodePrefix(bytes("3:abcde")).end, 5);
});

Deno.test("decode: the entries of the outermost dictionary, as they were encoded", () => {
  const { encoded } = decodeBencode(bytes("d1:ad1:xi1ee1:bl2:hie1:c0:1:di-5ee"));
  assertEquals(
    [...encoded].map(([key, one]) => [key, String.fromCharCode(...one)]),
    [["a", "d1:xi1ee"], ["b", "l2:hie"], ["c", "0:"], ["d", "i-5e"]],
  );
  assertEquals(decodeBencode(bytes("ld1:ai1eee")).encoded.size, 0);
});

Deno.test("decode: byte strings are views, also of a part of memory", () => {
  const memory = bytes("xxl3:abcexx");
  const [text] = decodeBencode(memory.subarray(2, 9)).value as Uint8Array[];
  assertEquals(text, bytes("abc"));
  assert(text!.buffer === memory.buffer);
});
