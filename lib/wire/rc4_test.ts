import { assertEquals } from "jsr:@std/assert@1";
import fc from "npm:fast-check@4";
import { fromHex, toHex } from "../base/bytes.ts";
import { Rc4 } from "./rc4.ts";

/** Keystreams of RFC 6229: key, then offset and sixteen bytes from there on. */
const TABLE: [key: string, ...[offset: number, bytes: string][]][] = [
  [
    "0102030405",
    [0, "b2396305f03dc027ccc3524a0a1118a8"],
    [240, "28cb1132c96ce286421dcaadb8b69eae"],
    [1024, "30abbcc7c20b01609f23ee2d5f6bb7df"],
    [4096, "ff25b58995996707e51fbdf08b34d875"],
  ],
  [
    "0102030405060708090a0b0c0d0e0f10",
    [0, "9ac7cc9a609d1ef7b2932899cde41b97"],
    [1024, "bdf0324e6083dcc6d3cedd3ca8c53c16"],
  ],
];

/** The algorithm as it is described, a byte at a time. */
function naive(key: Uint8Array, bytes: Uint8Array): Uint8Array {
  const table = Array.from({ length: 256 }, (_, at) => at);
  const swap = (a: number, b: number) => [table[a], table[b]] = [table[b]!, table[a]!];
  for (let i = 0, j = 0; i < 256; i++) {
    j = (j + table[i]! + key[i % key.length]!) % 256;
    swap(i, j);
  }
  let [i, j] = [0, 0];
  return bytes.map((byte) => {
    i = (i + 1) % 256;
    j = (j + table[i]!) % 256;
    swap(i, j);
    return byte ^ table[(table[i]! + table[j]!) % 256]!;
  });
}

Deno.test("RC4: keystreams of RFC 6229", () => {
  for (const [key, ...places] of TABLE) {
    const stream = new Uint8Array(8192);
    new Rc4(fromHex(key)!).apply(stream);
    for (const [offset, bytes] of places) {
      assertEquals(toHex(stream.subarray(offset, offset + 16)), bytes, `${key} at ${offset}`);
    }
  }
});

Deno.test("RC4: any parts of a stream, of several ciphers in turn, are as the whole", () => {
  const key = fc.uint8Array({ minLength: 1, maxLength: 40 });
  const cuts = fc.array(fc.nat({ max: 5_000 }), { maxLength: 5 });
  fc.assert(fc.property(key, key, cuts, (one, two, lengths) => {
    const total = lengths.reduce((sum, length) => sum + length, 0);
    const data = Uint8Array.from({ length: total }, (_, at) => at * 7);
    const outcomes = [one, two].map((key) => ({ key, cipher: new Rc4(key), out: data.slice() }));
    let at = 0;
    for (const length of lengths) {
      for (const { cipher, out } of outcomes) cipher.apply(out.subarray(at, at + length));
      at += length;
    }
    for (const { key, out } of outcomes) assertEquals(out, naive(key, data));
  }));
});

Deno.test("RC4: a view of a larger buffer changes nothing else of it", () => {
  const key = Uint8Array.of(1, 2, 3);
  const large = new Uint8Array(1000).fill(7);
  new Rc4(key).apply(large.subarray(100, 900));
  assertEquals(large.subarray(100, 900), naive(key, new Uint8Array(800).fill(7)));
  for (const at of [99, 900]) assertEquals(large[at], 7);
  new Rc4(key).apply(large.subarray(100, 900));
  assertEquals(large, new Uint8Array(1000).fill(7));
});
