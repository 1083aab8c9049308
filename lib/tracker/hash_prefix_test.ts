import { assertEquals } from "jsr:@std/assert@1";
import { HashPrefix } from "./hash_prefix.ts";
import { writeHex } from "./hex_words.ts";

Deno.test("hash prefix: compares as many digits as it has", () => {
  const hash = "0123456789abcdef0123456789abcdef01234567";
  const words = new Uint32Array(6);
  writeHex(hash, words, 1, 5);
  for (let length = 1; length <= hash.length; length++) {
    const begin = hash.slice(0, length);
    assertEquals(HashPrefix.of(begin)!.isOf(words, 1, 5), true);
    const other = begin.slice(0, -1) + (begin.endsWith("f") ? "e" : "f");
    assertEquals(HashPrefix.of(other)!.isOf(words, 1, 5), false);
  }
  assertEquals(HashPrefix.of(`${hash}0`)!.isOf(words, 1, 5), false);
  const none = ["", "g", "AB", "0".repeat(65)].map((text) => HashPrefix.of(text));
  assertEquals(none, [undefined, undefined, undefined, undefined]);
});
