import { assert, assertEquals, assertThrows } from "jsr:@std/assert@1";
import { pieceLengthFor } from "./piece_length.ts";

const [KIB, MIB, GIB] = [2 ** 10, 2 ** 20, 2 ** 30];

Deno.test("pieceLengthFor: the table of its documentation", () => {
  const table: [size: number, length: number][] = [
    [0, 16 * KIB],
    [1, 16 * KIB],
    [32 * MIB, 16 * KIB],
    [32 * MIB + 1, 32 * KIB],
    [64 * MIB, 32 * KIB],
    [64 * MIB + 1, 64 * KIB],
    [GIB, 512 * KIB],
    [16 * GIB, 8 * MIB],
    [16 * GIB + 1, 16 * MIB],
    [Number.MAX_SAFE_INTEGER, 16 * MIB],
  ];
  for (const [size, length] of table) assertEquals(pieceLengthFor(size), length);
});

Deno.test("pieceLengthFor: few pieces, and not too few", () => {
  for (let size = 1; size <= 32 * GIB; size = Math.ceil(size * 1.37)) {
    const length = pieceLengthFor(size);
    const pieces = Math.ceil(size / length);
    assert(Number.isInteger(Math.log2(length)));
    assert(pieces <= 2_048 && (length === 16 * KIB || pieces > 1_024));
  }
});

Deno.test("pieceLengthFor: what is no size", () => {
  for (const size of [-1, 0.5, NaN, Infinity, 2 ** 53]) {
    assertThrows(() => pieceLengthFor(size), RangeError);
  }
});
