import { assertEquals } from "jsr:@std/assert@1";
import { paddingAfter } from "./padding.ts";

Deno.test("paddingAfter: up to the end of the piece, but none for the only file", () => {
  const table: [length: number, files: number, padding: number][] = [
    [0, 1, 0],
    [0, 2, 0],
    [1, 1, 0],
    [1, 2, 16_383],
    [16_383, 2, 1],
    [16_384, 2, 0],
    [16_385, 3, 16_383],
    [2 ** 40 + 1, 2, 16_383],
  ];
  for (const [length, files, padding] of table) {
    assertEquals(paddingAfter(length, 16_384, files), padding);
  }
});
