import { assertEquals } from "jsr:@std/assert@1";
import fc from "npm:fast-check@4";
import { type InfoHash, infoHash, infoHashV2, peerId, truncated } from "../base/ids.ts";
import { seededRandom } from "../../tests/support/seeded_random.ts";
import { readRecords } from "./read_records.ts";
import { Registry } from "./registry.ts";
import { type SavedPeer, type SavedRecord, type SavedShare, StoreError } from "./store.ts";

const V1 = ["11", "12"].map((digits) => infoHash(digits.repeat(20))!);
const V2 = ["21", "22"].map((digits) => infoHashV2(digits.repeat(32))!);
const ID = peerId("33".repeat(20))!;
const TTL = 240_000;
const NOW = 1_000_000;

function newRegistry(maxPeersPerSwarm = 100): Registry {
  return new Registry({
    announceRate: 1_000_000,
    announceBurst: 1_000_000,
    classic: { ttlMs: 10 * TTL, maxPeersPerName: maxPeersPerSwarm, maxPortsPerAddress: 5 },
    shares: {
      ttlMs: TTL,
      nameTtlMs: 10 * TTL,
      maxPeersPerSwarm,
      maxPortsPerAddress: 5,
      random: seededRandom(1),
    },
  });
}

const share = (told: Partial<SavedShare> = {}): SavedShare => ({
  kind: "share",
  v1: V1[0]!,
  name: "file",
  size: 5,
  firstSeen: NOW,
  seen: NOW,
  completed: 0,
  ...told,
});

const peer = (told: Partial<SavedPeer> = {}): SavedPeer => ({
  kind: "peer",
  hashes: [V1[0]!],
  host: "192.0.2.1",
  port: 1,
  peerId: ID,
  seed: true,
  seen: NOW,
  ttl: TTL,
  ...told,
});

function merged(records: readonly SavedRecord[], registry = newRegistry()): Registry {
  for (const record of records) registry.records.others.merge(record, NOW);
  registry.records.others.merged();
  return registry;
}

function known(registry: Registry, hash: InfoHash = V1[0]!) {
  return registry.records.known(hash);
}

Deno.test("record merger: of two names the first counts, and of two at once the smaller, everywhere", () => {
  const early = share({ name: "z", firstSeen: NOW - 60_000 });
  const late = share({ name: "a", size: 7 });
  const atOnce = share({ name: "b", size: 9, firstSeen: NOW - 1_000 });
  const cases = [[early, late, "z"], [late, atOnce, "a"], [early, atOnce, "z"]] as const;
  for (const [one, other, name] of cases) {
    for (const order of [[one, other], [other, one], [one, other, one, other]]) {
      const registry = merged([...order, peer()]);
      assertEquals(known(registry)?.name, name);
      assertEquals(known(registry)?.firstSeen, Math.min(one.firstSeen, other.firstSeen));
      const asker = { host: "127.0.0.1", now: NOW };
      const found = registry.findShares({ name }, { after: 0, most: 9 }, asker);
      assertEquals(found.shares.length, 1);
      const lost = order.find((record) => record.name !== name)!.name!;
      assertEquals(registry.findShares({ name: lost }, { after: 0, most: 9 }, asker).shares, []);
    }
  }
});

Deno.test("record merger: times that no clock shows keep nobody for longer, nor a share young", () => {
  const registry = merged([
    share({ firstSeen: 2 ** 47, seen: 2 ** 47 }),
    peer({ seen: 2 ** 47, ttl: 2 ** 47 }),
    { kind: "name", name: "old", host: "192.0.2.2", port: 2, seen: 2 ** 47 },
    { kind: "left", hashes: [V1[1]!], host: "192.0.2.1", port: 1, seen: 2 ** 47 },
  ]);
  assertEquals(known(registry)?.firstSeen, NOW);
  assertEquals(registry.peers, 2);
  // Who left in the future is not kept away for ever.
  const later = peer({ hashes: [V1[1]!], seen: NOW + 5 });
  registry.records.others.merge(later, NOW + 10);
  assertEquals(registry.peers, 3);
  registry.expire(NOW + TTL - 2_000);
  assertEquals(registry.counts.seeders, 2);
  registry.expire(NOW + TTL + 2_000);
  assertEquals(registry.counts.seeders, 0);
  for (let n = 0; n < 3; n++) registry.expire(NOW + 10 * TTL);
  assertEquals(registry.peers, 0);
});

Deno.test("record merger: what is over stays away, and limits hold", () => {
  const old = peer({ seen: NOW - TTL });
  assertEquals(merged([old, share({ name: undefined }), old]).peers, 0);
  const many = Array.from({ length: 30 }, (_, host) => peer({ host: `192.0.2.${host}` }));
  assertEquals(merged(many, newRegistry(7)).peers, 7);
  const ports = Array.from({ length: 30 }, (_, port) => peer({ port: port + 1 }));
  assertEquals(merged(ports).peers, 5);
  const names = Array.from({ length: 30 }, (_, host): SavedRecord => (
    { kind: "name", name: "old", host: `192.0.2.${host}`, port: 1, seen: NOW }
  ));
  assertEquals(merged(names, newRegistry(7)).peers, 7);
});

Deno.test("record merger: shares that contradict each other stay apart", () => {
  const registry = merged([
    share({ v2: V2[0]! }),
    peer(),
    share({ v1: V1[1]!, v2: V2[1]!, name: "other" }),
    peer({ hashes: [V1[1]!] }),
    share({ v1: V1[0]!, v2: V2[1]!, name: "lie" }),
  ]);
  assertEquals(registry.counts.shares, 2);
  assertEquals(known(registry)?.v2, V2[0]);
  assertEquals(known(registry, truncated(V2[1]!))?.v1, V1[1]);
});

Deno.test("record merger: shares that came without a name or a peer are forgotten", () => {
  const registry = merged([share({ name: undefined }), share({ v1: V1[1]! })]);
  assertEquals(registry.records.size, 2);
  for (let batch = 0; batch < 100; batch++) registry.records.others.merged();
  assertEquals(registry.records.size, 1);
  assertEquals(known(registry, V1[1]!)?.name, "file");
});

Deno.test("record merger: registrations of another tracker, older and newer", () => {
  const registry = newRegistry();
  const name = (host: string, seen: number): SavedRecord => (
    { kind: "name", name: "old", host, port: 1, seen }
  );
  registry.register("old", "192.0.2.1", 1, NOW);
  merged([
    name("192.0.2.2", NOW - 100_000),
    name("192.0.2.3", NOW - 200_000),
    name("192.0.2.4", NOW - 100),
    name("192.0.2.1", NOW - 100_000),
    name("192.0.2.9", NOW - 10 * TTL),
  ], registry);
  const hosts = (now: number) => registry.findClassic("old", 9, now).map(({ host }) => host.at(-1));
  assertEquals(hosts(NOW), ["4", "1", "2", "3"]);
  assertEquals(hosts(NOW - 200_000 + 10 * TTL), ["4", "1", "2"]);
  assertEquals(hosts(NOW - 100_000 + 10 * TTL), ["4", "1"]);
});

Deno.test("record merger: no bytes bring another error than one of the store", () => {
  const bytes = fc.uint8Array({ maxLength: 400 });
  fc.assert(
    fc.property(bytes, fc.integer({ min: 1, max: 5 }), (data, count) => {
      const registry = newRegistry();
      try {
        for (const record of readRecords({ savedAt: 0, count, data }, -1_000)) {
          registry.records.others.merge(record, NOW);
        }
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
      }
      registry.records.others.merged();
      registry.expire(NOW + 1);
      for (const record of registry.records.export(() => NOW + 1)) {
        assertEquals(!!record.kind, true);
      }
    }),
    { numRuns: 2_000 },
  );
});
