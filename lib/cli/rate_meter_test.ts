import { assert, assertEquals } from "jsr:@std/assert@1";
import { RateMeter } from "./rate_meter.ts";

Deno.test("a rate needs two notes that are 200 ms apart", () => {
  const meter = new RateMeter();
  assertEquals(meter.rate(), undefined);
  meter.note(0, 1_000);
  assertEquals(meter.rate(), undefined);
  meter.note(500, 1_199);
  assertEquals(meter.rate(), undefined);
  meter.note(500, 1_200);
  assertEquals(meter.rate(), 2_500);
});

Deno.test("a rate is that of the last few seconds", () => {
  const meter = new RateMeter(3_000);
  let count = 0;
  for (let ms = 0; ms <= 10_000; ms += 100) meter.note(count += 1_000, ms);
  assertEquals(meter.rate(), 10_000);
  for (let ms = 10_100; ms <= 13_000; ms += 100) meter.note(count += 100, ms);
  assertEquals(meter.rate(), 1_000, "what was before is forgotten");
  for (let ms = 13_100; ms <= 16_000; ms += 100) meter.note(count, ms);
  assertEquals(meter.rate(), 0);
});

Deno.test("after a long silence the rate is that since the last sign of life", () => {
  const meter = new RateMeter(3_000);
  meter.note(0, 0);
  meter.note(1_000, 1_000);
  meter.note(1_000, 11_000);
  assertEquals(meter.rate(), 0);
});

Deno.test("a total that falls starts anew", () => {
  const meter = new RateMeter();
  meter.note(0, 0);
  meter.note(9_000_000, 1_000);
  meter.note(0, 1_100);
  assertEquals(meter.rate(), undefined);
  meter.note(300, 1_400);
  assertEquals(meter.rate(), 1_000);
});

Deno.test("the rate is never negative, whatever is noted", () => {
  const meter = new RateMeter(1_000);
  for (let n = 0; n < 100_000; n++) {
    meter.note((n * 7919) % 1_000, n);
    const rate = meter.rate();
    assert(rate === undefined || rate >= 0);
  }
});
