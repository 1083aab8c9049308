import { assert, assertEquals, assertRejects } from "jsr:@std/assert@1";
import { type InfoHash, infoHash, infoHashV2, peerId, truncated } from "../../base/ids.ts";
import type { ShareAnnounce } from "../../tracker/share_types.ts";
import { type SavedRecord, StoreError } from "../../tracker/store.ts";
import { MemoryStore } from "../../../tests/support/memory_store.ts";
import { StandingClock, Watched } from "../../../tests/support/in_process.ts";
import { TrackerState, type TrackerStateOptions } from "./tracker_state.ts";
import type { KeptRegistry } from "./whole_registry.ts";

const V1 = infoHash("11".repeat(20))!;
const V2 = infoHashV2("22".repeat(32))!;
const ID = peerId("33".repeat(20))!;
const NOON = 1_700_000_000_000;
const COUNTS = { seeders: 1, leechers: 0, completed: 4 };

/** A registry that holds the records themselves. */
class Records implements KeptRegistry {
  readonly all = new Map<string, SavedRecord>();

  get size(): number {
    return this.all.size;
  }

  *export(): Generator<SavedRecord, void> {
    yield* [...this.all.values()];
  }

  imported(): void {}

  readonly others = {
    merge: (record: SavedRecord) => this.import(record),
    merged: () => {},
    left: () => {},
    *departed() {},
  };

  import(record: SavedRecord): void {
    if (record.kind === "left") this.all.delete(keyOf({ ...record, kind: "peer" }));
    else this.all.set(keyOf(record), record);
  }

  known(hash: InfoHash) {
    return hash === truncated(V2)
      ? { v1: V1, v2: V2, name: "file", size: 5, firstSeen: -500 }
      : undefined;
  }
}

function keyOf(record: { kind: string; host?: string; port?: number; name?: string }): string {
  const { kind, host, port, name } = record;
  return `${kind} ${host} ${port} ${kind === "name" ? name : ""}`;
}

const announce = (port: number, stopped = false): ShareAnnounce => ({
  v1: V1,
  v2: V2,
  name: "lie",
  size: 9,
  host: "192.0.2.1",
  port,
  peerId: ID,
  left: 0,
  stopped,
  classic: true,
  numwant: 0,
});

/** A machine whose clocks a test sets: monotonic, and the time of day less that. */
class Machine {
  readonly clock = new StandingClock();
  readonly context = new Watched({ clock: this.clock });
  readonly registry = new Records();
  offset = NOON;

  async start(store: MemoryStore, options: Partial<TrackerStateOptions> = {}) {
    const { registry, context } = this;
    const wall = () => this.clock.now() + this.offset;
    const given = { store, registry, wall, saveEveryMs: 1, retryMs: 1, ...options };
    const state = new TrackerState(given, context);
    await state.start();
    return state;
  }
}

async function until(met: () => boolean): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (!met()) {
    assert(performance.now() < deadline, "it never came so far");
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

const peer = (seen: number, port = 1): SavedRecord => ({
  kind: "peer",
  hashes: [truncated(V2)],
  host: "192.0.2.1",
  port,
  peerId: ID,
  seed: true,
  classic: true,
  seen,
  ttl: 60_000,
});

Deno.test("tracker state: what was heard is there on another machine's clock", async () => {
  const store = new MemoryStore();
  const first = new Machine();
  {
    await using state = await first.start(store);
    const { watch } = state;
    watch.announced(announce(1), COUNTS, 1_000, 60_000);
    watch.announced(announce(2), COUNTS, 1_000, 60_000);
    watch.registered("file", "2001:db8::1", 9, 1_200);
    watch.announced(announce(2, true), COUNTS, 1_300, 60_000);
    watch.announced({ ...announce(1), host: "fe80::1%eth0" }, COUNTS, 1_300, 60_000);
  }
  const second = new Machine();
  second.clock.advance(9_000); // it shows 10 s at 3 s after the first machine's start
  second.offset = NOON - 7_000;
  await using _state = await second.start(store);
  assertEquals([...second.registry.all.values()], [
    {
      kind: "share",
      v1: V1,
      v2: V2,
      name: "file",
      size: 5,
      firstSeen: 6_500,
      seen: 8_000,
      completed: 4,
    },
    peer(8_000),
    { kind: "name", name: "file", host: "2001:db8::1", port: 9, seen: 8_200 },
  ]);
});

Deno.test("tracker state: a clock that went back ages nobody, and keeps nobody for longer", async () => {
  const store = new MemoryStore();
  const first = new Machine();
  {
    await using state = await first.start(store);
    state.watch.announced(announce(1), COUNTS, 1_000, 60_000);
    first.clock.advance(5_000);
  }
  const second = new Machine();
  second.offset = NOON - 86_400_000;
  {
    await using _state = await second.start(store);
    assertEquals(second.registry.all.get("peer 192.0.2.1 1 "), peer(-4_000));
  }
  // It is saved anew by the clock as it is now.
  const third = new Machine();
  third.offset = second.offset;
  await using _state = await third.start(store);
  assertEquals(third.registry.all.get("peer 192.0.2.1 1 "), peer(-4_000));
});

Deno.test("tracker state: a clock that is set while it runs changes no age", async () => {
  const store = new MemoryStore();
  const first = new Machine();
  {
    await using state = await first.start(store);
    state.watch.announced(announce(1), COUNTS, 1_000, 60_000);
    first.registry.import(peer(1_000));
    await until(() => store.newest > 0);
    const before = store.newest;
    first.offset += 86_400_000;
    await until(() => store.newest > before && ![...store.batches.keys()].includes(before));
  }
  const second = new Machine();
  second.offset = first.offset;
  await using _state = await second.start(store);
  assertEquals(second.registry.all.get("peer 192.0.2.1 1 "), peer(1_000));
});

Deno.test("tracker state: a full disk is said once; what was heard meanwhile is saved later", async () => {
  const store = new MemoryStore();
  const machine = new Machine();
  {
    await using state = await machine.start(store);
    store.failing = new StoreError("full", "the disk is full");
    for (let port = 1; port <= 3; port++) {
      state.watch.announced(announce(port), COUNTS, 1_000, 60_000);
      await until(() => state.problem !== undefined);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
    store.failing = undefined;
    await machine.context.logged(/can be written again/);
    assertEquals(state.problem, undefined);
  }
  const said = machine.context.lines.filter((line) => /disk is full.*from memory/.test(line));
  assertEquals(said.length, 1);
  const second = new Machine();
  await using _state = await second.start(store);
  assertEquals(second.registry.all.size, 4);
});

Deno.test("tracker state: when too much waits, all is saved anew once that can be done", async () => {
  const store = new MemoryStore();
  const machine = new Machine();
  {
    await using state = await machine.start(store, { mostWaiting: 1_000 });
    store.failing = new StoreError("failed", "read-only");
    for (let port = 1; port <= 100; port++) {
      state.watch.announced(announce(port), COUNTS, 1_000, 60_000);
      machine.registry.import(peer(1_000, port));
    }
    await until(() => state.problem !== undefined);
    store.failing = undefined;
    await machine.context.logged(/can be written again/);
  }
  const second = new Machine();
  await using _state = await second.start(store);
  assertEquals(second.registry.all.size, 100);
});

Deno.test("tracker state: a log that has become long begins anew, and nothing is lost", async () => {
  const store = new MemoryStore();
  const machine = new Machine();
  {
    await using state = await machine.start(store);
    machine.registry.import(peer(1_000, 7));
    for (let count = 0; count < 110_000; count++) {
      state.watch.announced(announce(1 + count % 2), COUNTS, 1_000, 60_000);
    }
    await until(() => store.records > 0 && store.records < 100);
  }
  const second = new Machine();
  await using _state = await second.start(store);
  assert(second.registry.all.has("peer 192.0.2.1 7 "));
});

Deno.test("tracker state: a batch that is damaged ends the start", async () => {
  const store = new MemoryStore();
  await store.append({ count: 1, savedAt: NOON, data: new Uint8Array(3) });
  await assertRejects(() => new Machine().start(store), StoreError);
});
