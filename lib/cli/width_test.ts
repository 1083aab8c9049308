import { assertEquals } from "jsr:@std/assert@1";
import { fit, width } from "./width.ts";

Deno.test("wide characters take two columns", () => {
  assertEquals(width("abc"), 3);
  assertEquals(width("日本"), 4);
});

Deno.test("text is cut to columns, never through a character", () => {
  assertEquals(fit("abcdef", 6), "abcdef");
  assertEquals(fit("abcdef", 4), "abc…");
  assertEquals(fit("日本語", 4), "日…");
  assertEquals(fit("abc", 0), "");
});
