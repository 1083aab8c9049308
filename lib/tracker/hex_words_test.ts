import { assertEquals } from "jsr:@std/assert@1";
import fc from "npm:fast-check@4";
import { readHex, writeHex } from "./hex_words.ts";

Deno.test("hex words: what was written is read, and nothing beside it is touched", () => {
  const digits = fc.array(fc.constantFrom(..."0123456789abcdef"), { minLength: 40, maxLength: 40 });
  fc.assert(fc.property(digits, (digits) => {
    const words = new Uint32Array(7).fill(9);
    writeHex(digits.join(""), words, 1, 5);
    assertEquals(readHex(words, 1, 5), digits.join(""));
    assertEquals([words[0], words[6]], [9, 9]);
  }));
});
