import { assert, assertEquals } from "jsr:@std/assert@1";
import type { RegistryStore, SavedBatch } from "../../lib/tracker/store.ts";
import { type Sanitizers, skippable } from "../support/programs.ts";

/** A store of one kind that a test may use, close and open again. */
export interface StoreUnderTest extends AsyncDisposable {
  open(): Promise<RegistryStore>;
}

const batch = (number: number, length = 40): SavedBatch => ({
  count: number,
  savedAt: 1_000_000_000_000 + number,
  data: new Uint8Array(length).fill(number),
});

async function loaded(store: RegistryStore): Promise<SavedBatch[]> {
  const batches: SavedBatch[] = [];
  for await (const { count, savedAt, data } of store.load()) {
    batches.push({ count, savedAt, data: new Uint8Array(data) });
  }
  return batches;
}

/** Registers the tests that every store passes. @param missing Why they are skipped, if so. */
export function testRegistryStore(
  kind: string,
  make: () => Promise<StoreUnderTest>,
  missing?: string,
  options: Sanitizers = {},
): void {
  const test = (name: string, act: (under: StoreUnderTest) => Promise<void>) =>
    skippable(`registry store, ${kind}: ${name}`, missing, async () => {
      await using under = await make();
      await act(under);
    }, options);

  test("an empty one has nothing", async ({ open }) => {
    await using store = await open();
    assertEquals([store.records, store.newest, store.savedAt], [0, 0, undefined]);
    assertEquals(await loaded(store), []);
    assertEquals(await store.forget(10, 10), false);
  });

  test("what was added is there in its order, after opening again, too", async ({ open }) => {
    const batches = Array.from({ length: 40 }, (_, at) => batch(at + 1));
    {
      await using store = await open();
      for (const one of batches) await store.append(one);
      assertEquals(await loaded(store), batches);
    }
    await using store = await open();
    assertEquals(await loaded(store), batches);
    assertEquals([store.records, store.savedAt], [820, 1_000_000_000_040]);
    assert(store.newest > 0);
  });

  test("batches may be empty, and large", async ({ open }) => {
    await using store = await open();
    const batches = [batch(1, 0), batch(2, 300_000)];
    for (const one of batches) await store.append(one);
    assertEquals(await loaded(store), batches);
  });

  test("data that changes after it was added does not change in it", async ({ open }) => {
    await using store = await open();
    const changing = batch(1);
    await store.append(changing);
    changing.data.fill(99);
    assertEquals(await loaded(store), [batch(1)]);
  });

  test("the oldest are forgotten, so many at once, and no others", async ({ open }) => {
    await using store = await open();
    const numbers = [store.newest];
    for (let number = 1; number <= 7; number++) {
      await store.append(batch(number));
      assert(store.newest > numbers.at(-1)!);
      numbers.push(store.newest);
    }
    const until = numbers[5]!;
    assertEquals(await store.forget(until, 3), true);
    assertEquals(await loaded(store), [4, 5, 6, 7].map((number) => batch(number)));
    assertEquals(await store.forget(until, 2), false);
    assertEquals(await loaded(store), [batch(6), batch(7)]);
    assertEquals([store.records, store.newest], [13, numbers[7]]);
    await store.append(batch(8));
    assert(store.newest > numbers[7]!);
    assertEquals(await store.forget(until, 3), false);
    assertEquals((await loaded(store)).length, 3);
  });

  test("what is added while it is read is not missed by the next", async ({ open }) => {
    await using store = await open();
    for (let number = 1; number <= 40; number++) await store.append(batch(number));
    for await (const { count } of store.load()) if (count <= 40) await store.append(batch(41));
    assertEquals((await loaded(store)).length, 80);
  });

  test("closing twice does no harm", async ({ open }) => {
    const store = await open();
    await store[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
  });
}
