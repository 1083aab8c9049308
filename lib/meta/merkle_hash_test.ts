import { assertEquals, assertThrows } from "jsr:@std/assert@1";
import { concatBytes, toHex } from "../base/bytes.ts";
import { hashBlock, layerRoot, parentHash, parentLayer, zeroHash } from "./merkle_hash.ts";

const leaves = (count: number) =>
  Array.from({ length: count }, (_, index) => hashBlock(Uint8Array.of(index)));

Deno.test("hashBlock: SHA-256 (FIPS 180-4), and honours where a view begins", () => {
  const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  assertEquals(toHex(hashBlock(new TextEncoder().encode("abc"))), abc);
  assertEquals(toHex(hashBlock(new TextEncoder().encode("xabcx").subarray(1, 4))), abc);
});

Deno.test("zeroHash: zero bytes, and the hash of two of the layer below", () => {
  assertEquals(zeroHash(0), new Uint8Array(32));
  assertEquals(zeroHash(1), hashBlock(new Uint8Array(64)));
  assertEquals(zeroHash(64), parentHash(zeroHash(63), zeroHash(63)));
  for (const layer of [-1, 65, 0.5, NaN]) assertThrows(() => zeroHash(layer), RangeError);
});

Deno.test("layerRoot: pads to a power of two with the padding of its layer", () => {
  const [a, b, c] = leaves(3) as [Uint8Array, Uint8Array, Uint8Array];
  assertEquals(layerRoot(a, 5), a);
  assertEquals(layerRoot(concatBytes([a, b]), 5), parentHash(a, b));
  for (const layer of [0, 1, 5]) {
    const expected = parentHash(parentHash(a, b), parentHash(c, zeroHash(layer)));
    assertEquals(layerRoot(concatBytes([a, b, c]), layer), expected);
  }
  const five = leaves(5);
  const padded = [...five, zeroHash(2), zeroHash(2), zeroHash(2)];
  assertEquals(layerRoot(concatBytes(five), 2), layerRoot(concatBytes(padded), 2));
});

Deno.test("layerRoot: hands out no memory of the caller's", () => {
  const [only] = leaves(1) as [Uint8Array];
  const root = layerRoot(only, 0);
  root[0]! ^= 1;
  assertEquals(only, leaves(1)[0]);
});

Deno.test("layerRoot: no hashes or a part of one is the caller's mistake", () => {
  for (const length of [0, 1, 31, 33]) {
    assertThrows(() => layerRoot(new Uint8Array(length), 0), RangeError);
  }
  assertThrows(() => layerRoot(new Uint8Array(32), -1), RangeError);
});

Deno.test("parentLayer: an odd one out gets padding of its own layer", () => {
  const [a, b, c] = leaves(3) as [Uint8Array, Uint8Array, Uint8Array];
  assertEquals(
    parentLayer(concatBytes([a, b, c]), 3),
    concatBytes([parentHash(a, b), parentHash(c, zeroHash(3))]),
  );
});
