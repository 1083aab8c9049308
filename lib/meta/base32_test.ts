import { assertEquals } from "jsr:@std/assert@1";
import { hexOfBase32 } from "./base32.ts";

Deno.test("hexOfBase32: 20 bytes of either case, and nothing else", () => {
  const table: [string, string | undefined][] = [
    ["a".repeat(32), "00".repeat(20)],
    ["7".repeat(32), "ff".repeat(20)],
    ["AAAQEAYEAUDAOCAJBIFQYDIOB4IBCEQT", "000102030405060708090a0b0c0d0e0f10111213"],
    ["aaaqeayeaudaocajbifqydiob4ibceqt", "000102030405060708090a0b0c0d0e0f10111213"],
    ["a".repeat(31), undefined],
    ["a".repeat(33), undefined],
    ["a".repeat(31) + "1", undefined],
    ["a".repeat(31) + "=", undefined],
    ["a".repeat(31) + "é", undefined],
    ["", undefined],
  ];
  for (const [text, hex] of table) assertEquals(hexOfBase32(text), hex, text);
});
