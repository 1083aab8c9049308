import { assertEquals } from "jsr:@std/assert@1";
import fc from "npm:fast-check@4";
import { infoHash, infoHashV2, peerId, truncated } from "../base/ids.ts";
import { Registry } from "./registry.ts";
import type { ShareAnnounce } from "./share_types.ts";
import type { SavedRecord } from "./store.ts";
import { seededRandom } from "../../tests/support/seeded_random.ts";

const V1 = ["11", "12"].map((digits) => infoHash(digits.repeat(20))!);
const V2 = ["21", "22"].map((digits) => infoHashV2(digits.repeat(32))!);
const ID = peerId("33".repeat(20))!;
const TTL = 240_000;
const ME = { host: "127.0.0.1", now: 0 };
const ALL = { after: 0, most: 1_000 };

function newRegistry(options: { maxPeersPerSwarm?: number } = {}): Registry {
  return new Registry({
    announceRate: 1_000_000,
    announceBurst: 1_000_000,
    classic: { ttlMs: 10 * TTL, maxPeersPerName: 100, maxPortsPerAddress: 5 },
    shares: {
      ttlMs: TTL,
      maxPeersPerSwarm: 100,
      maxPortsPerAddress: 5,
      random: seededRandom(1),
      ...options,
    },
  });
}

const announce = (host: string, told: Partial<ShareAnnounce> = {}): ShareAnnounce => ({
  host,
  port: 1_000,
  peerId: ID,
  left: 0,
  stopped: false,
  classic: false,
  numwant: 0,
  ...told,
});

const HYBRID = { v1: V1[0]!, v2: V2[0]!, name: "file", size: 10 };

function restored(records: Iterable<SavedRecord>, now: number, into = newRegistry()): Registry {
  for (const record of records) into.records.import(record, now);
  into.records.imported();
  return into;
}

/** All that a registry tells of its peers and shares. */
function told(registry: Registry, now: number): unknown {
  const hashes = [...V1, ...V2.map((hash) => truncated(hash))];
  const sorted = (of: Iterable<SavedRecord>) => [...of].map((one) => JSON.stringify(one)).sort();
  return {
    counts: registry.counts,
    list: registry.list("", ALL, { ...ME, now }).shares.map(({ order: _order, ...share }) => share),
    scrape: registry.scrape(hashes, { ...ME, now }),
    records: sorted(registry.records.export(() => now)),
  };
}

Deno.test("registry records: another registry is the same, whatever happened before", () => {
  const step = fc.record({
    host: fc.constantFrom("192.0.2.1", "192.0.2.2", "2001:db8::1", "127.0.0.1"),
    port: fc.integer({ min: 1, max: 3 }),
    what: fc.constantFrom<Partial<ShareAnnounce>[]>(
      HYBRID,
      { v1: V1[0]! },
      { hash: truncated(V2[0]!) },
      { hash: V1[1]! },
      { v2: V2[1]!, name: "other", size: 3 },
      { v1: V1[1]!, v2: V2[1]!, name: "third", size: 4 },
    ),
    left: fc.integer({ min: 0, max: 1 }),
    completed: fc.boolean(),
    stopped: fc.boolean(),
    classic: fc.option(fc.boolean(), { nil: undefined }),
    named: fc.boolean(),
    wait: fc.integer({ min: 0, max: TTL / 4 }),
  });
  fc.assert(fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
    const first = newRegistry();
    let now = 1_000;
    for (const { host, port, what, named, wait, ...rest } of steps) {
      now += wait;
      if (named) first.register("file", host, port, now);
      else first.announce(announce(host, { port, ...what, ...rest }), now);
    }
    first.expire(now);
    const second = restored(first.records.export(() => now), now);
    assertEquals(told(second, now), told(first, now));
  }));
});

Deno.test("registry records: who was heard of too long ago stays away, names stay", () => {
  const first = newRegistry();
  first.register("old", "192.0.2.1", 1, 0);
  first.announce(announce("192.0.2.1", HYBRID), 1_000);
  first.announce(announce("192.0.2.2", { hash: V1[1]! }), 1_000);
  first.announce(announce("192.0.2.3", HYBRID), 2_000);
  const records = [...first.records.export(() => 2_000)];
  assertEquals(restored(records, 1_500 + TTL).peers, 2);
  const later = restored(records, 3_000 + TTL);
  assertEquals(later.counts.seeders, 0);
  assertEquals(later.records.known(V1[0]!), { ...HYBRID, firstSeen: 1_000 });
  assertEquals(later.records.size, 2); // the named share, and the registration
  assertEquals(restored(records, 10 * TTL).counts.classicPeers, 0);
});

Deno.test("registry records: a peer leaves when it would have left, and one that left is gone", () => {
  const first = newRegistry();
  first.announce(announce("192.0.2.1", HYBRID), 1_000);
  first.announce(announce("192.0.2.2", HYBRID), 1_000);
  const records = [...first.records.export(() => 50_000)];
  const hashes = [truncated(V2[0]!)];
  const left: SavedRecord = { kind: "left", hashes, host: "192.0.2.2", port: 1_000 };
  const second = restored([...records, left], 50_000);
  assertEquals(second.peers, 1);
  second.expire(TTL - 2_000);
  assertEquals(second.peers, 1);
  second.expire(TTL + 2_000);
  assertEquals(second.peers, 0);
});

Deno.test("registry records: limits hold for what is restored", () => {
  const first = newRegistry();
  for (let host = 1; host <= 20; host++) first.announce(announce(`192.0.2.${host}`, HYBRID), 1_000);
  const records = first.records.export(() => 1_000);
  assertEquals(restored(records, 1_000, newRegistry({ maxPeersPerSwarm: 7 })).peers, 7);
});

Deno.test("registry records: a registry may change while it is exported", () => {
  const first = newRegistry();
  const share = (number: number) => infoHash(number.toString(16).padStart(40, "0"))!;
  for (let number = 0; number < 200; number++) {
    first.announce(announce("192.0.2.1", { hash: share(number) }), 1_000);
  }
  const found = new Set<string>();
  let number = 0;
  for (const record of first.records.export(() => 1_000)) {
    if (record.kind === "peer") found.add(record.hashes[0]!);
    // Some before and some after the one that is at hand go, and others take their numbers.
    const gone = number++ * 7 % 200;
    if (gone % 2 === 0) {
      first.announce(announce("192.0.2.1", { hash: share(gone), stopped: true }), 1_000);
      if (number < 300) first.announce(announce("192.0.2.9", { hash: share(1_000 + gone) }), 1_000);
    }
  }
  for (let number = 1; number < 200; number += 2) assertEquals(found.has(share(number)), true);
});

Deno.test("registry: whoever watches is told of what was taken, and of nothing else", () => {
  const registry = newRegistry({ maxPeersPerSwarm: 1 });
  const heard: unknown[] = [];
  registry.watch = {
    announced: ({ host }, { seeders }, now, ttl) => heard.push([host, seeders, now, ttl]),
    registered: (name, host, port, now) => heard.push([name, host, port, now]),
  };
  registry.announce(announce("192.0.2.1", HYBRID), 5);
  registry.announceCompact(announce("192.0.2.1", HYBRID), 6);
  try {
    registry.announce(announce("192.0.2.2", HYBRID), 7);
  } catch {
    // It is full.
  }
  registry.register("file", "192.0.2.3", 4, 8);
  assertEquals(heard, [
    ["192.0.2.1", 1, 5, TTL],
    ["192.0.2.1", 1, 6, TTL],
    ["file", "192.0.2.3", 4, 8],
  ]);
});

Deno.test("registry records: an announce that tells nothing of the original protocol changes nothing", () => {
  const who = { host: "192.0.2.1", port: 1, peerId: ID, seed: true, seen: 1_000, ttl: TTL };
  const peer = { kind: "peer" as const, hashes: [V1[0]!], ...who };
  const share = { ...HYBRID, kind: "share" as const, firstSeen: 0, seen: 0, completed: 0 };
  const serving = (...records: SavedRecord[]) =>
    restored([share, ...records], 2_000).find("file", 9, 2_000).byAge.length;
  assertEquals(serving(peer), 0);
  assertEquals(serving({ ...peer, classic: true }, { ...peer, seen: 1_500 }), 1);
  assertEquals(serving({ ...peer, classic: true }, { ...peer, classic: false }), 0);
});
