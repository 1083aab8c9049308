import { assertEquals, assertRejects } from "jsr:@std/assert@1";
import type { RankKey, ShareRank } from "../../tracker/share_ranks.ts";
import { RankKeeper } from "./rank_keeper.ts";
import { SliceQueue } from "./slice_queue.ts";

/** Shares whose order is told by a number that grows with each that is made. */
class Ranked {
  changes = 0;
  size: number;
  made: RankKey[] = [];
  now = 0;
  /** What one step takes. */
  stepMs = 1;
  readonly ranks = { rank: (key: RankKey) => this.#rank(key) };

  constructor(size: number) {
    this.size = size;
  }

  *#rank(key: RankKey): Generator<void, ShareRank> {
    for (let n = 0; n < 10; n++) {
      this.now += this.stepMs;
      yield;
    }
    this.made.push(key);
    return { numbers: Uint32Array.of(this.made.length), sorted: 1 };
  }
}

async function get(keeper: RankKeeper, key: RankKey = "name"): Promise<number> {
  return (await keeper.get(key)).numbers[0]!;
}

Deno.test("rank keeper: few shares are in order as they are now, and made anew only after a change", async () => {
  const ranked = new Ranked(10);
  using queue = new SliceQueue(() => ranked.now);
  const keeper = new RankKeeper(ranked, () => ranked.now, queue);
  assertEquals([await get(keeper), await get(keeper)], [1, 1]);
  ranked.changes++;
  assertEquals(await get(keeper), 2);
  assertEquals([await get(keeper, "completed"), await get(keeper, "completed")], [3, 4]);
});

Deno.test("rank keeper: many shares are as they were a while ago", async () => {
  const ranked = new Ranked(1_000_000);
  using queue = new SliceQueue(() => ranked.now);
  const keeper = new RankKeeper(ranked, () => ranked.now, queue);
  assertEquals(await Promise.all([get(keeper), get(keeper), get(keeper, "size")]), [1, 1, 2]);
  ranked.changes++;
  assertEquals(await get(keeper), 1);
  ranked.now += 2_000;
  assertEquals(await get(keeper), 1); // the new one is being made
  while (ranked.made.length < 3) await new Promise((resolve) => setTimeout(resolve, 1));
  assertEquals(await get(keeper), 3);
  ranked.now += 61_000;
  ranked.changes++;
  assertEquals(await get(keeper), 4);
  ranked.stepMs = 1_000;
  ranked.now += 61_000;
  ranked.changes++;
  assertEquals(await get(keeper), 5);
  ranked.now += 59_000;
  ranked.changes++;
  assertEquals(await get(keeper), 5);
  assertEquals(ranked.made.length, 5);
});

Deno.test("rank keeper: whoever waits when it is stopped is told", async () => {
  const ranked = new Ranked(1_000_000);
  const queue = new SliceQueue(() => ranked.now);
  const keeper = new RankKeeper(ranked, () => ranked.now, queue);
  const waiting = [get(keeper), get(keeper, "size")];
  queue[Symbol.dispose]();
  for (const one of waiting) await assertRejects(() => one, DOMException);
});
