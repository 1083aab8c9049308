/** Trackers that share a store, each with a registry of its own, on one clock. */
import { assert, assertEquals, assertRejects } from "jsr:@std/assert@1";
import { infoHash, peerId } from "../../base/ids.ts";
import { Registry } from "../../tracker/registry.ts";
import type { ShareAnnounce } from "../../tracker/share_types.ts";
import { StoreError, type StoreErrorCode } from "../../tracker/store.ts";
import { seededRandom } from "../../../tests/support/seeded_random.ts";
import { SharedMemory } from "../../../tests/support/shared_memory.ts";
import { StandingClock, Watched } from "../../../tests/support/in_process.ts";
import { TrackerState, type TrackerStateOptions } from "./tracker_state.ts";

const V1 = infoHash("11".repeat(20))!;
const ID = peerId("33".repeat(20))!;
const TTL = 240_000;

const hashOf = (number: number) => infoHash(number.toString(16).padStart(40, "0"))!;

/** All trackers of a test, and what they share. */
class Trackers {
  readonly memory = new SharedMemory();
  readonly clock = new StandingClock();

  async start(options: Partial<TrackerStateOptions> = {}, failing?: StoreError): Promise<Tracker> {
    const registry = new Registry({
      announceRate: 1_000_000,
      announceBurst: 1_000_000,
      classic: { ttlMs: 10 * TTL, maxPeersPerName: 100, maxPortsPerAddress: 5 },
      shares: {
        ttlMs: TTL,
        nameTtlMs: 10 * TTL,
        maxPeersPerSwarm: 1_000_000,
        maxPortsPerAddress: 100_000,
        random: seededRandom(1),
      },
    });
    const store = this.memory.open();
    store.failing = failing;
    const context = new Watched({ clock: this.clock });
    const given = { store, registry: registry.records, saveEveryMs: 1, retryMs: 1, ...options };
    const state = new TrackerState(given, context);
    await state.start();
    registry.watch = state.watch;
    return new Tracker(registry, store, state, context, this.clock);
  }

  /** Time goes on, for all. */
  advance(ms: number): void {
    this.clock.advance(ms);
    this.memory.time += ms;
  }
}

class Tracker implements AsyncDisposable {
  constructor(
    readonly registry: Registry,
    readonly store: ReturnType<SharedMemory["open"]>,
    readonly state: TrackerState,
    readonly context: Watched,
    readonly clock: StandingClock,
  ) {}

  announce(port: number, told: Partial<ShareAnnounce> = {}): void {
    const usual = { host: "192.0.2.1", peerId: ID, left: 0, stopped: false, numwant: 0, port };
    const share = { v1: V1, name: "file", size: 5 };
    this.registry.announce({ ...usual, ...share, ...told }, this.clock.now());
  }

  get peers(): number {
    this.registry.expire(this.clock.now());
    return this.registry.peers;
  }

  get completed(): number {
    return this.registry.scrape([V1], { host: "127.0.0.1", now: this.clock.now() })[0]!.completed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.state[Symbol.asyncDispose]();
  }
}

async function until(met: () => boolean): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (!met()) {
    assert(performance.now() < deadline, "it never came so far");
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

const AWAY = new StoreError("failed", "the server is away");

Deno.test("shared state: each tracker knows what the others heard, and nothing is written twice", async () => {
  const all = new Trackers();
  await using one = await all.start();
  await using other = await all.start();
  one.announce(1);
  other.announce(2, { left: 7 });
  other.registry.register("old", "192.0.2.9", 9, 0);
  await until(() => one.peers === 3 && other.peers === 3);
  one.announce(1, { stopped: true });
  await until(() => other.peers === 2);
  const { records } = one.store;
  for (let turns = 0; turns < 20; turns++) await new Promise((resolve) => setTimeout(resolve, 1));
  assertEquals(one.store.records, records);
  await using late = await all.start();
  assertEquals(late.peers, 2);
  assertEquals(late.registry.records.known(V1)?.name, "file");
});

Deno.test("shared state: who completes at two of them is counted once, by all", async () => {
  const all = new Trackers();
  await using one = await all.start();
  await using other = await all.start();
  one.announce(1, { left: 5 });
  await until(() => other.peers === 1);
  all.advance(2);
  one.announce(1, { completed: true });
  other.announce(1, { completed: true });
  all.advance(2);
  one.announce(2, { completed: true });
  other.announce(3, { completed: true });
  await using late = await all.start();
  await until(() => [one, other, late].every(({ completed }) => completed === 3));
  all.advance(2);
  other.announce(1, { left: 0 });
  await until(() => one.store.newest === one.store.read && one.peers === 3);
  assertEquals([one, other, late].map(({ completed }) => completed), [3, 3, 3]);
});

Deno.test("shared state: a peer that left one tracker is not brought back by what another heard before", async () => {
  const all = new Trackers();
  await using one = await all.start();
  await using other = await all.start();
  other.store.failing = AWAY;
  other.announce(1);
  await until(() => other.state.problem !== undefined);
  all.advance(1_000);
  one.announce(1, { stopped: true });
  one.announce(2);
  other.store.failing = undefined;
  await until(() => one.store.read > 0 && other.peers === 1 && one.peers === 1);
  await other.context.logged(/can be written again/);
});

Deno.test("shared state: peers are gone everywhere when their time is over", async () => {
  const all = new Trackers();
  await using one = await all.start();
  await using other = await all.start();
  one.announce(1);
  await until(() => other.peers === 1);
  all.advance(TTL / 2);
  await using late = await all.start();
  assertEquals(late.peers, 1);
  all.advance(TTL / 2 + 2_000);
  assertEquals([one.peers, other.peers, late.peers], [0, 0, 0]);
});

Deno.test("shared state: whoever was cut off tells what it heard, and learns what it missed", async () => {
  const all = new Trackers();
  await using one = await all.start();
  await using other = await all.start({ mostWaiting: 2_000 });
  one.announce(1);
  await until(() => other.peers === 1);
  other.store.failing = AWAY;
  other.announce(2);
  await other.context.logged(/WARN|warn the server is away; the tracker goes on from memory/);
  assertEquals(other.state.problem, AWAY.message);
  for (let port = 3; port <= 100; port++) other.announce(port);
  for (let port = 101; port <= 150; port++) one.announce(port);
  other.store.failing = undefined;
  await until(() => one.peers === 150 && other.peers === 150);
  await until(() => other.state.problem === undefined);
});

Deno.test("shared state: what the store lost is saved anew by those who know it", async () => {
  const all = new Trackers();
  await using one = await all.start();
  await using other = await all.start();
  one.announce(1);
  other.announce(2);
  await until(() => one.peers === 2 && other.peers === 2);
  all.memory.lose();
  await one.context.logged(/lost what it had; all is saved there anew/);
  await until(() => all.memory.entries.length > 0);
  await using late = await all.start();
  await until(() => late.peers === 2);
});

Deno.test("shared state: one of them begins a long log anew, and nothing is lost", async () => {
  const all = new Trackers();
  await using one = await all.start();
  await using other = await all.start();
  for (let number = 1; number <= 500; number++) other.announce(1, { v1: hashOf(number) });
  one.announce(7);
  one.announce(8);
  one.announce(8, { stopped: true });
  await until(() => one.peers === 501 && other.peers === 501);
  other.store.failing = AWAY;
  await until(() => other.state.problem !== undefined);
  for (let count = 0; count < 110_000; count++) one.announce(7 + count % 5);
  const most = () => all.memory.entries.reduce((sum, { batch }) => sum + batch.count, 0);
  await until(() => all.memory.cut > 0 && most() < 50_000);
  one.announce(7, { stopped: true });
  other.store.failing = undefined;
  await until(() => one.peers === 504 && other.peers === 504);
  await using late = await all.start();
  assertEquals(late.peers, 504);
  assert(all.memory.claimed === one.store);
});

Deno.test("shared state: a tracker that starts while the store is away serves, and joins later", async () => {
  const all = new Trackers();
  await using one = await all.start();
  one.announce(1);
  await using other = await all.start({}, AWAY);
  assertEquals(other.state.problem, AWAY.message);
  await other.context.logged(/it cannot be reached now/);
  other.announce(2);
  other.store.failing = undefined;
  await until(() => one.peers === 2 && other.peers === 2);
  await until(() => other.state.problem === undefined);
});

Deno.test("shared state: what is wrong for good ends the start", async () => {
  for (const code of ["foreign", "newer", "unavailable"] satisfies StoreErrorCode[]) {
    await assertRejects(() => new Trackers().start({}, new StoreError(code, "no")), StoreError);
  }
});

Deno.test("shared state: what is damaged is passed over, and said now and then", async () => {
  const all = new Trackers();
  await using one = await all.start();
  await using other = await all.start();
  other.store.damaged.push("batch 1 is not what a tracker wrote", "batch 2 is not, either");
  await one.store.append({ count: 1, savedAt: 0, data: new Uint8Array(3) });
  one.announce(1);
  await until(() => other.peers === 1);
  const said = other.context.lines.filter((line) => /passed over/.test(line));
  assertEquals(said.length, 1);
  assertEquals(other.state.problem, undefined);
});

Deno.test("tracker state: one that never has a quiet moment saves all the same", async () => {
  const all = new Trackers();
  await using one = await all.start();
  const { append } = one.store;
  let port = 0;
  let isBusy = true;
  one.store.append = (batch) => {
    if (isBusy) one.announce(1 + port++ % 1_000);
    return append.call(one.store, batch);
  };
  one.announce(1);
  await using other = await all.start();
  other.announce(5_000);
  await until(() => one.peers === 1_001 && other.peers === 1_001);
  isBusy = false;
});
