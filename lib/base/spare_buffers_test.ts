import { assert, assertEquals, assertStrictEquals } from "jsr:@std/assert@1";
import { SpareBuffers } from "./spare_buffers.ts";

Deno.test("spare buffers: what was given back is used again, some of it, and of its size only", () => {
  const buffers = new SpareBuffers(8, 1);
  const [one, other] = [buffers.take(), buffers.take()];
  assertEquals([one.length, other.length, one === other], [8, 8, false]);
  buffers.give(new Uint8Array(16));
  buffers.give(one);
  buffers.give(other);
  assertStrictEquals(buffers.take(), one);
  assert(buffers.take() !== other);
});

Deno.test("spare buffers: each has bytes of its own, however many are taken", () => {
  const buffers = new SpareBuffers(8, 1);
  const taken = Array.from({ length: 40 }, () => buffers.take());
  for (const [n, buffer] of taken.entries()) buffer.fill(n);
  assertEquals(taken.map(([...bytes]) => bytes), taken.map((_, n) => Array(8).fill(n)));
});
