import { assert, assertEquals } from "jsr:@std/assert@1";
import type { SavedBatch, SharedStore } from "../../lib/tracker/store.ts";
import { type Sanitizers, skippable } from "../support/programs.ts";

/** A log of one kind, that stores of several trackers share. */
export interface SharedLogUnderTest extends AsyncDisposable {
  open(): SharedStore;
  /** All of it is lost. */
  lose(): Promise<void>;
}

const batch = (number: number): SavedBatch => ({
  count: number,
  savedAt: 1_000_000_000_000 + number,
  data: new Uint8Array(40).fill(number),
});

/** The counts of all batches that others added since the last time. */
async function news(store: SharedStore): Promise<number[]> {
  const counts: number[] = [];
  for (let more = true; more;) {
    const next = await store.next();
    counts.push(...next.batches.map(({ count }) => count));
    assertEquals(next.damaged, []);
    more = next.more;
  }
  return counts;
}

/** Registers the tests that every store passes that trackers share. */
export function testSharedStore(
  kind: string,
  make: () => Promise<SharedLogUnderTest>,
  missing?: string,
  options: Sanitizers = {},
): void {
  const test = (name: string, act: (under: SharedLogUnderTest) => Promise<void>) =>
    skippable(`shared store, ${kind}: ${name}`, missing, async () => {
      await using under = await make();
      await act(under);
    }, options);

  test("each reads what the others add, in its order, and nothing of its own", async (log) => {
    await using one = log.open();
    await using other = log.open();
    assertEquals(await news(one), []);
    for (let number = 1; number <= 40; number++) {
      await (number % 3 === 0 ? other : one).append(batch(number));
    }
    const all = Array.from({ length: 40 }, (_, at) => at + 1);
    assertEquals(await news(one), all.filter((number) => number % 3 === 0));
    assertEquals(await news(other), all.filter((number) => number % 3 !== 0));
    await using third = log.open();
    assertEquals(await news(third), all);
    assertEquals([third.read, one.read], [third.newest, third.newest]);
    assertEquals(await news(one), []);
  });

  test("what is added while one reads comes next", async (log) => {
    await using one = log.open();
    await using other = log.open();
    for (let number = 1; number <= 30; number++) await one.append(batch(number));
    const first = await other.next();
    assertEquals(first.more, true);
    await one.append(batch(31));
    const rest = await news(other);
    assertEquals([...first.batches.map(({ count }) => count), ...rest].at(-1), 31);
  });

  test("who was away when the log was cut goes on with what is left", async (log) => {
    await using one = log.open();
    await using other = log.open();
    for (let number = 1; number <= 5; number++) await one.append(batch(number));
    await news(one);
    await news(other);
    for (let number = 6; number <= 9; number++) await one.append(batch(number));
    await news(one);
    const until = one.read;
    await one.append(batch(10));
    while (await one.forget(until, 3));
    assertEquals(await news(other), [10]);
    assertEquals([one.takeLost(), other.takeLost()], [false, false]);
    await other.append(batch(11));
    assertEquals(await news(one), [11]);
    assertEquals([one.takeLost(), other.takeLost()], [false, false]);
  });

  test("what it lost is told once, and all is read from the beginning", async (log) => {
    await using one = log.open();
    await using other = log.open();
    await one.append(batch(1));
    await other.append(batch(2));
    assertEquals([await news(one), await news(other)], [[2], [1]]);
    await log.lose();
    await using third = log.open();
    await third.append(batch(3));
    assertEquals(await news(one), [3]);
    assertEquals([one.takeLost(), one.takeLost()], [true, false]);
    await other.append(batch(4));
    assertEquals(await news(other), [3]);
    assertEquals([other.takeLost(), other.takeLost()], [true, false]);
    assertEquals(await news(one), [4]);
    assertEquals([one.takeLost(), third.takeLost()], [false, false]);
  });

  test("what it lost is told even where others began it anew since", async (log) => {
    await using one = log.open();
    await using other = log.open();
    await one.append(batch(1));
    assertEquals(await news(other), [1]);
    await log.lose();
    await one.append(batch(2));
    assertEquals([await news(one), one.takeLost()], [[], true]);
    await one.append(batch(3));
    while (await one.forget(one.read, 9));
    await one.append(batch(4));
    assertEquals((await news(other)).at(-1), 4);
    assertEquals([other.takeLost(), other.takeLost()], [true, false]);
    await news(one);
    assertEquals(one.takeLost(), false);
  });

  test("one of them begins it anew", async (log) => {
    await using one = log.open();
    await using other = log.open();
    assertEquals([await one.claim(), await other.claim(), await one.claim()], [true, false, true]);
  });

  test("its clock is one for all", async (log) => {
    await using one = log.open();
    await using other = log.open();
    await news(one);
    await news(other);
    const before = one.now();
    const between = other.now();
    assert(Math.abs(between - before) < 10_000, `${between - before} ms`);
    assert(before > 1_600_000_000_000);
  });
}
