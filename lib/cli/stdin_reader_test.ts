import { assertEquals } from "jsr:@std/assert@1";
import { wholeKeys } from "./stdin_reader.ts";

function keys(text: string, most = 8): number {
  return wholeKeys(new TextEncoder().encode(text), most);
}

Deno.test("keys are handed out whole", () => {
  assertEquals(keys("abc"), 3);
  assertEquals(keys("abcdefghij"), 8);
  assertEquals(keys("abcdefgé"), 7);
  assertEquals(keys("日本語"), 6);
  assertEquals(keys("\x1b[A"), 3);
  assertEquals(keys("\x1b[A\x1b[B"), 3);
});

Deno.test("nothing goes past Enter, or to Ctrl-C, Ctrl-D or an escape sequence", () => {
  assertEquals(keys("ab\rcd"), 3);
  assertEquals(keys("ab\x03"), 2);
  assertEquals(keys("ab\x04"), 2);
  assertEquals(keys("ab\x1b[A"), 2);
  assertEquals(keys("\x03ab"), 3);
});
