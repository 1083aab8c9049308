import { assertEquals } from "jsr:@std/assert@1";
import { Fragment, h } from "../preact.ts";
import { renderToString } from "../render.ts";
import { nameParts, nameText, nameView } from "./name_view.ts";

Deno.test("name: what misleads or shows nothing is told by its code point", () => {
  const table: [string, string][] = [
    ["plain name.txt", "plain name.txt"],
    ["gnp\u202Eexe.", "gnp[U+202E]exe."],
    ["a\u0000\u001b[31m", "a[U+0000][U+001B][31m"],
    ["a\u2028b\u00adc\ufeff", "a[U+2028]b[U+00AD]c[U+FEFF]"],
    ["\ud800x", "[U+D800]x"],
    ["tag\u{e0041}", "tag[U+E0041]"],
    ["\u3164\u2800", "[U+3164][U+2800]"],
    ["日本語 عربي 👍🏽", "日本語 عربي 👍🏽"],
  ];
  for (const [name, text] of table) assertEquals(nameText(name), text);
});

Deno.test("name: joiners stay where writing needs them, and nowhere else", () => {
  const family = "👩\u200d👧";
  const persian = "می\u200cخواهم";
  assertEquals(nameParts(`${family} ${persian}`), [{ text: `${family} ${persian}` }]);
  assertEquals(nameText("a\u200d\u200db \u200d"), "a[U+200D][U+200D]b [U+200D]");
});

Deno.test("name: markup is text", () => {
  const drawn = renderToString(
    h(Fragment, null, nameView('<img src=x onerror="alert(1)">&\u202E')),
  );
  assertEquals(drawn.includes("<img"), false);
  assertEquals(drawn.startsWith('<bdi dir="auto">&lt;img'), true);
  assertEquals(drawn.includes("\u202E"), false);
  assertEquals(nameText(undefined), "A share without a name");
});
