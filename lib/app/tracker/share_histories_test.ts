import { assertEquals } from "jsr:@std/assert@1";
import { BUSY_KEPT, SHARE_SAMPLE_MS, ShareHistories } from "./share_histories.ts";

const tally = (seeders: number, leechers: number, announces: number) => ({
  seeders,
  leechers,
  completed: 0,
  announces,
});

Deno.test("share histories: peers and announces over time, in steps of each fineness", () => {
  const histories = new ShareHistories();
  histories.choose([7]);
  const last = 60; // 600 s: two steps of five minutes are over
  for (let n = 0; n <= last; n++) {
    histories.sample(n * SHARE_SAMPLE_MS, () => tally(n < 30 ? 2 : 5, 1, 10 * n));
  }
  const now = last * SHARE_SAMPLE_MS;
  const fine = histories.read(7, "1h", now, 1_000_000_000);
  assertEquals([fine.step, fine.end], [10, 1_000_600]);
  assertEquals(fine.values.seeders.length, last);
  assertEquals(fine.values.seeders.slice(28, 32), [2, 2, 5, 5]);
  assertEquals(new Set(fine.values.announces), new Set([10]));
  const coarse = histories.read(7, "1d", now, 0);
  assertEquals([coarse.step, coarse.end], [300, 600]);
  assertEquals(coarse.values, { seeders: [2, 5], leechers: [1, 1], announces: [300, 300] });
  assertEquals(histories.read(7, "7d", now, 0).values.seeders, []);
});

Deno.test("share histories: so many are kept, those that were asked for apart from the busiest", () => {
  const histories = new ShareHistories();
  const orders = Array.from({ length: BUSY_KEPT }, (_, n) => n);
  histories.choose(orders);
  histories.sample(0, () => tally(1, 0, 0));
  histories.sample(SHARE_SAMPLE_MS, () => tally(1, 0, 0));
  const length = (order: number) =>
    histories.read(order, "1h", SHARE_SAMPLE_MS, 0).values.seeders.length;
  for (let n = 0; n < 10_000; n++) length(10_000 + n);
  assertEquals(histories.size, BUSY_KEPT + 100);
  assertEquals(length(0), 1);
  histories.choose([5_000, ...orders.slice(2)]);
  assertEquals([length(1), length(2), histories.size], [1, 1, BUSY_KEPT + 100]);
  assertEquals(length(0), 0);
});

Deno.test("share histories: one that was asked for keeps its history when it becomes busy", () => {
  const histories = new ShareHistories();
  histories.read(1, "1h", 0, 0);
  for (const now of [0, SHARE_SAMPLE_MS]) histories.sample(now, () => tally(3, 0, 0));
  histories.choose([1]);
  assertEquals(histories.read(1, "1h", SHARE_SAMPLE_MS, 0).values.seeders, [3]);
  assertEquals(histories.size, 1);
  histories.sample(2 * SHARE_SAMPLE_MS, () => undefined);
  assertEquals(histories.size, 0);
});
