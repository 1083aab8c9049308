import { assertEquals } from "jsr:@std/assert@1";
import fc from "npm:fast-check@4";
import { WordRanges } from "./word_ranges.ts";

/** Numbers of two words that lie close together, around places where a word ends. */
const numbers = fc.tuple(
  fc.constantFrom(0, 1, 2, 0xffff_fffe, 0xffff_ffff),
  fc.constantFrom(0, 1, 2, 3, 0x8000_0000, 0xffff_fffd, 0xffff_fffe, 0xffff_ffff),
);
const value = ([high, low]: readonly [number, number]) => BigInt(high) << 32n | BigInt(low);

Deno.test("word ranges: they hold what a naive list holds", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(numbers, numbers)), fc.array(numbers), (pairs, asked) => {
      const ranges = new WordRanges(2);
      const model = pairs.map(([a, b]) => value(a) <= value(b) ? [a, b] as const : [b, a] as const);
      for (const [first, last] of model) ranges.add(first, last);
      ranges.settle();
      for (const number of [...asked, ...pairs.flat()]) {
        const wanted = model.some(([first, last]) =>
          value(first) <= value(number) && value(number) <= value(last)
        );
        assertEquals(ranges.has(Uint32Array.of(7, ...number), 1), wanted);
      }
    }),
    { numRuns: 500 },
  );
});

Deno.test("word ranges: those that touch are one, and settling again changes nothing", () => {
  const ranges = new WordRanges(2);
  const end = 0xffff_ffff;
  ranges.add([5, 0], [5, 9]);
  ranges.add([1, 0], [1, end]);
  ranges.add([2, 0], [2, 7]);
  ranges.add([end, 3], [end, end]);
  ranges.add([end, end], [end, end]);
  for (let again = 0; again < 2; again++) {
    ranges.settle();
    assertEquals(ranges.size, 3);
    assertEquals(ranges.has(Uint32Array.of(2, 8)), false);
    assertEquals(ranges.has(Uint32Array.of(1, end)), true);
    assertEquals(ranges.has(Uint32Array.of(end, end)), true);
  }
  ranges.add([2, 8], [4, end]);
  ranges.settle();
  assertEquals(ranges.size, 2);
});

Deno.test("word ranges: none hold nothing", () => {
  const ranges = new WordRanges(1);
  ranges.settle();
  assertEquals([ranges.size, ranges.has(Uint32Array.of(0))], [0, false]);
  for (let n = 0; n < 100; n++) ranges.add([2 * n], [2 * n]);
  ranges.settle();
  assertEquals([ranges.size, ranges.has(Uint32Array.of(198)), ranges.has(Uint32Array.of(199))], [
    100,
    true,
    false,
  ]);
});
