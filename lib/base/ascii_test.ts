import { assertEquals } from "jsr:@std/assert@1";
import { digitsOf, latin1, putAscii, putDecimal } from "./ascii.ts";

Deno.test("ascii: every byte is a character, whatever stands beside it", () => {
  const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  assertEquals(latin1(all), Array.from(all, (byte) => String.fromCharCode(byte)).join(""));
  assertEquals(latin1(all.subarray(0, 128)), latin1(all).slice(0, 128));
  assertEquals(latin1(Uint8Array.of(0xef, 0xbb, 0xbf, 0x41)), "\u00ef\u00bb\u00bfA");
  assertEquals(latin1(new Uint8Array()), "");
});

Deno.test("ascii: numbers and text are written where they are to stand", () => {
  for (const value of [0, 9, 10, 99, 100, 12_345, 2 ** 32, Number.MAX_SAFE_INTEGER]) {
    const bytes = new Uint8Array(30);
    const end = putAscii("e", bytes, putDecimal(value, bytes, putAscii("i", bytes, 1)));
    assertEquals(latin1(bytes.subarray(1, end)), `i${value}e`);
    assertEquals(digitsOf(value), `${value}`.length);
  }
});
