import { assertEquals } from "jsr:@std/assert@1";
import { type HashRange, isRangeOfHeight, payloadLength, uncleCount } from "./hash_range.ts";

const range = (baseLayer: number, index: number, length: number, proofLayers: number) =>
  ({ root: new Uint8Array(32), baseLayer, index, length, proofLayers }) satisfies HashRange;

Deno.test("uncleCount: the first log2(length) - 1 proof layers are omitted", () => {
  const table: [length: number, proofLayers: number, uncles: number][] = [
    [2, 0, 0],
    [2, 1, 1],
    [2, 5, 5],
    [4, 1, 0],
    [4, 2, 1],
    [512, 8, 0],
    [512, 9, 1],
    [512, 12, 4],
  ];
  for (const [length, proofLayers, uncles] of table) {
    const wanted = range(0, 0, length, proofLayers);
    assertEquals(uncleCount(wanted), uncles);
    assertEquals(payloadLength(wanted), (length + uncles) * 32);
  }
});

Deno.test("isRangeOfHeight: what a tree of 1,024 leaves has and has not", () => {
  const good = [
    range(0, 0, 2, 0),
    range(0, 0, 2, 9),
    range(0, 1_022, 2, 9),
    range(0, 512, 512, 9),
    range(9, 0, 2, 0),
    range(3, 64, 64, 6),
  ];
  for (const each of good) assertEquals(isRangeOfHeight(each, 10), true, JSON.stringify(each));
  const bad = [
    range(0, 0, 0, 0),
    range(0, 0, 1, 0),
    range(0, 0, 3, 0),
    range(0, 0, 1_024, 0),
    range(0, 0, 2 ** 33, 0),
    range(0, 1, 2, 0),
    range(0, 2, 4, 0),
    range(0, 1_024, 2, 0),
    range(0, -2, 2, 0),
    range(0, 0.5, 2, 0),
    range(0, 2 ** 53, 2, 0),
    range(10, 0, 2, 0),
    range(9, 2, 2, 0),
    range(9, 0, 4, 0),
    range(-1, 0, 2, 0),
    range(1.5, 0, 2, 0),
    range(NaN, 0, 2, 0),
    range(0, NaN, 2, 0),
    range(0, 0, NaN, 0),
    range(0, 0, -2, 0),
    range(0, 0, 2.5, 0),
    range(0, 0, 2, 10),
    range(3, 0, 2, 7),
    range(0, 0, 2, -1),
    range(0, 0, 2, NaN),
    range(0, 0, 2, Infinity),
  ];
  for (const each of bad) assertEquals(isRangeOfHeight(each, 10), false, JSON.stringify(each));
});

Deno.test("isRangeOfHeight: a tree of one block has no ranges", () => {
  assertEquals(isRangeOfHeight(range(0, 0, 2, 0), 0), false);
});
