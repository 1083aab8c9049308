import { assertEquals } from "jsr:@std/assert@1";
import { HashLayer } from "./hash_layer.ts";

const hashes = (...values: number[]) =>
  Uint8Array.from(values.flatMap((value) => Array<number>(32).fill(value)));

Deno.test("HashLayer: keeps what is written, across the borders of its memory", () => {
  const layer = new HashLayer(300);
  layer.write(126, hashes(1, 2, 3, 4));
  assertEquals(layer.get(125), undefined);
  assertEquals([126, 127, 128, 129].map((index) => layer.get(index)?.[31]), [1, 2, 3, 4]);
  assertEquals(layer.get(130), undefined);
  assertEquals(layer.slice(126, 130), hashes(1, 2, 3, 4));
  assertEquals(layer.slice(126, 131), undefined);
  assertEquals([layer.hasAll(126, 130), layer.hasAll(125, 130)], [true, false]);
});

Deno.test("HashLayer: has nothing before its begin or beyond its end", () => {
  const layer = new HashLayer(2);
  layer.write(1, hashes(7, 8, 9));
  assertEquals([layer.get(-1), layer.get(2), layer.get(3)], [undefined, undefined, undefined]);
  assertEquals(layer.get(1), hashes(7));
});

Deno.test("HashLayer: a hash of zero bytes is known once it is written", () => {
  const layer = new HashLayer(1);
  assertEquals([layer.get(0), layer.isFull], [undefined, false]);
  layer.write(0, hashes(0));
  assertEquals([layer.get(0), layer.isFull], [hashes(0), true]);
});

Deno.test("HashLayer: copies what it is handed, and counts a hash once", () => {
  const layer = new HashLayer(2);
  const given = hashes(5);
  layer.write(0, given);
  layer.write(0, given);
  given[0] = 6;
  assertEquals([layer.get(0), layer.isFull], [hashes(5), false]);
});

Deno.test("HashLayer: memory grows with what is known, and is given back", () => {
  const layer = new HashLayer(2 ** 39);
  assertEquals(layer.byteLength, 0);
  layer.write(2 ** 38 + 1, hashes(1));
  assertEquals(layer.get(2 ** 38 + 1), hashes(1));
  assertEquals(layer.byteLength, 4_096);
  layer.clear();
  assertEquals([layer.byteLength, layer.get(2 ** 38 + 1)], [0, undefined]);
  assertEquals(new HashLayer(0).isFull, true);
});
