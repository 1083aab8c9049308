import { assert, assertEquals } from "jsr:@std/assert@1";
import { seededRandom } from "../../tests/support/seeded_random.ts";
import { announceInterval, fixedInterval } from "./announce_interval.ts";
import { LoadMeter } from "./load_meter.ts";

const LIMITS = { minMs: 120_000, maxMs: 1_800_000, calmRate: 10, busyRate: 600 };

Deno.test("announce interval: from the shortest to the longest as more announces come", () => {
  const told = [0, 10, 77, 600, 1e9].map((rate) => announceInterval(rate, LIMITS));
  assertEquals(told, [120_000, 120_000, 463_000, 1_800_000, 1_800_000]);
  for (let rate = 0; rate < 700; rate++) {
    const interval = announceInterval(rate, LIMITS);
    assert(interval <= announceInterval(rate + 1, LIMITS));
    assertEquals(interval % 1_000, 0);
  }
});

Deno.test("announce interval: a fixed one is told, whatever comes", () => {
  const limits = fixedInterval(500);
  assertEquals([0, 1, 1e6].map((rate) => announceInterval(rate, limits)), [500, 500, 500]);
});

Deno.test("load meter: tells the rate of even events, and forgets what was long ago", () => {
  const meter = new LoadMeter();
  let rate = 0;
  for (let now = 0; now < 3_000_000; now += 100) rate = meter.count(now);
  assert(Math.abs(rate - 10) < 0.1, `${rate}`);
  assert(meter.count(6_000_000) < 0.1);
});

Deno.test("announce interval: what peers are told settles, however many they are", () => {
  for (const peers of [1_000, 10_000, 40_000]) {
    const random = seededRandom(peers);
    const meter = new LoadMeter();
    const due: number[][] = [];
    for (let n = 0; n < peers; n++) (due[Math.floor(random.next() * 120)] ??= []).push(n);
    const told: number[] = [];
    for (let second = 0; second < 4 * 3_600; second++) {
      for (const peer of due[second] ?? []) {
        const interval = announceInterval(meter.count(second * 1_000), LIMITS) / 1_000;
        // Clients are a little late or early.
        const next = second + Math.max(1, Math.round(interval * (0.95 + 0.1 * random.next())));
        (due[next] ??= []).push(peer);
        if (second > 3 * 3_600) told.push(interval);
      }
      delete due[second];
    }
    const mean = told.reduce((sum, one) => sum + one, 0) / told.length;
    const settled = announceInterval(peers / mean, LIMITS) / 1_000;
    for (const one of told) assert(Math.abs(one - settled) < settled / 10, `${one}, ${settled}`);
  }
});
