import { assertEquals, assertFalse } from "jsr:@std/assert@1";
import { RateMeter, TokenBucket } from "./rate.ts";

Deno.test("RateMeter: a steady flow is its rate, and when it ends the rate falls to nothing", () => {
  const meter = new RateMeter(0);
  for (let now = 0; now < 10_000; now += 100) meter.add(1000, now);
  assertEquals(Math.round(meter.rate(10_000) / 500), 20);
  assertEquals(meter.rate(20_000), 0);
  assertEquals(meter.total, 100_000);
});

Deno.test("RateMeter: at the beginning the time since it counts is what counts", () => {
  const meter = new RateMeter(1000);
  assertEquals(meter.rate(1000), 0);
  meter.add(3000, 2000);
  assertEquals(meter.rate(2000), 3000);
  assertEquals(meter.rate(2500), 2000);
});

Deno.test("RateMeter: nothing is left of old bytes, however time is cut", () => {
  for (const step of [1, 499, 500, 501, 3999, 4000, 4001, 100_000]) {
    const meter = new RateMeter(0);
    for (let now = 0; now < 50 * step; now += step) meter.add(7, now);
    assertEquals(meter.rate(50 * step + 4000), 0, `steps of ${step} ms`);
  }
});

Deno.test("TokenBucket: so many at once, then so many a second", () => {
  const bucket = new TokenBucket(30, 30, 0);
  const taken = (now: number) => {
    let count = 0;
    while (bucket.take(now)) count++;
    return count;
  };
  assertEquals(taken(0), 30);
  assertFalse(bucket.take(30));
  assertEquals(taken(500), 15);
  assertEquals(taken(100_000), 30);
});
