import { assert, assertEquals } from "jsr:@std/assert@1";
import fc from "npm:fast-check@4";
import { printable, printableJson } from "./printable.ts";

const ANY_TEXT = fc.array(fc.nat({ max: 0xffff })).map((units) => String.fromCharCode(...units));

Deno.test("printable: what misleads is shown as its code point", () => {
  const table: [string, string][] = [
    ["plain name.txt", "plain name.txt"],
    ["Größe \u{1f600} 漢字", "Größe \u{1f600} 漢字"],
    ["\x1b[31mred\x1b[0m", "\\u{1b}[31mred\\u{1b}[0m"],
    ["a\nb\rc\td\0", "a\\u{a}b\\u{d}c\\u{9}d\\u{0}"],
    ["\x7f\x9b2J", "\\u{7f}\\u{9b}2J"],
    ["gpj.\u202eexe", "gpj.\\u{202e}exe"],
    ["\u2066a\u2069\u200f\u061c", "\\u{2066}a\\u{2069}\\u{200f}\\u{61c}"],
    ["a\u2028b\u2029c", "a\\u{2028}b\\u{2029}c"],
    ["\ufeffa\u200bb\u00ad", "\\u{feff}a\\u{200b}b\\u{ad}"],
    ["\ud83d alone", "\\u{d83d} alone"],
    ["\ude00\ud83d", "\\u{de00}\\u{d83d}"],
  ];
  for (const [text, shown] of table) assertEquals(printable(text), shown);
});

Deno.test("printable: what is longer than asked for is cut and says so", () => {
  assertEquals(printable("abcdef", 6), "abcdef");
  assertEquals(printable("abcdefg", 6), "abcdef…");
  assertEquals(printable("ab\u{1f600}", 3), "ab\\u{d83d}…");
  assertEquals(printable("x".repeat(5000)).length, 1025);
});

Deno.test("printable: no text gets a control, a bidirectional mark or a lone surrogate through", () => {
  // deno-lint-ignore no-control-regex -- controls are what is looked for
  const unsafe = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\u061c]/;
  fc.assert(fc.property(ANY_TEXT, (text) => {
    const shown = printable(text);
    assert(!unsafe.test(shown));
    assert(shown.isWellFormed());
    assertEquals(printable(shown, Infinity), shown);
  }));
});

Deno.test("printableJson: one harmless line that means the same", () => {
  assertEquals(printableJson({ a: "\u202e\x9b", b: [1] }), '{"a":"\\u202e\\u009b","b":[1]}');
  fc.assert(fc.property(fc.oneof(ANY_TEXT, fc.string({ unit: "binary" })), (text) => {
    const shown = printableJson({ text });
    assertEquals(printable(shown, Infinity), shown);
    assertEquals(JSON.parse(shown), { text });
  }));
});
