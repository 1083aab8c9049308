import { assertEquals } from "jsr:@std/assert@1";
import { freshBytes } from "./slab.ts";

Deno.test("slab: pieces of every size are as long as asked for, empty, and nobody else's", () => {
  const lengths = Array.from({ length: 200 }, (_, n) => n * 37 % 5_000);
  const pieces = lengths.map((length, n) => {
    const piece = freshBytes(length);
    assertEquals([piece.length, piece.some((byte) => byte !== 0)], [length, false]);
    return piece.fill(n + 1);
  });
  for (const [n, piece] of pieces.entries()) {
    assertEquals(piece.every((byte) => byte === (n + 1) % 256), true);
  }
});
