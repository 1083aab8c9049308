import { assertEquals, assertThrows } from "jsr:@std/assert@1";
import { infoHash, infoHashV2, peerId } from "../base/ids.ts";
import { TrackerError } from "./errors.ts";
import { Registry } from "./registry.ts";

const V1 = infoHash("11".repeat(20))!;
const V2 = infoHashV2("22".repeat(32))!;

function registryWith(limits: { rate?: number; burst?: number } = {}): Registry {
  const sizes = { ttlMs: 1_000, maxPortsPerAddress: 5 };
  return new Registry({
    classic: { ...sizes, maxPeersPerName: 100 },
    shares: { ...sizes, maxPeersPerSwarm: 100, random: { next: () => 0.5 } },
    announceRate: limits.rate ?? 1_000,
    announceBurst: limits.burst ?? 1_000,
  });
}

const announce = (host: string, left: number, port = 1) => ({
  v1: V1,
  v2: V2,
  name: "file",
  size: 10,
  host,
  port,
  peerId: peerId("aa".repeat(20))!,
  left,
  stopped: false,
  classic: left === 0,
  numwant: 50,
});

Deno.test("registry: seeds that announce a share serve its name by the original protocol too", () => {
  const registry = registryWith();
  registry.register("file", "192.0.2.1", 1, 0);
  registry.announce(announce("192.0.2.2", 0), 1);
  registry.announce(announce("192.0.2.3", 5), 2);
  registry.register("file", "192.0.2.4", 1, 3);
  const { byAge, freshest } = registry.find("file", 10, 4);
  const hosts = (all: { host: string }[]) => all.map(({ host }) => host);
  assertEquals(hosts(freshest), ["192.0.2.4", "192.0.2.2", "192.0.2.1"]);
  assertEquals(hosts(byAge), ["192.0.2.1", "192.0.2.4", "192.0.2.2"]);
  assertEquals(hosts(registry.find("file", 1, 4).freshest), ["192.0.2.4"]);
  assertEquals(hosts(registry.findClassic("file", 10, 4)), ["192.0.2.4", "192.0.2.1"]);
  assertEquals([registry.names, registry.peers], [2, 4]);
  registry.expire(2_000);
  assertEquals([registry.names, registry.peers], [0, 0]);
});

Deno.test("registry: who serves the original protocol does so until it tells otherwise", () => {
  const registry = registryWith();
  const { classic: _, ...silent } = announce("192.0.2.2", 0);
  const serving = () => registry.find("file", 10, 5).byAge.length;
  registry.announce(silent, 1);
  assertEquals(serving(), 0);
  registry.announce(announce("192.0.2.2", 0), 2);
  registry.announceCompact(silent, 3);
  assertEquals(serving(), 1);
  registry.announce({ ...silent, classic: false }, 4);
  assertEquals(serving(), 0);
});

Deno.test("registry: peers that are of no use to the asker do not crowd out the others", () => {
  const registry = registryWith();
  registry.register("file", "192.0.2.1", 1, 0);
  registry.announce(announce("192.0.2.2", 0), 1);
  for (let n = 1; n < 9; n++) registry.register("file", `2001:db8:${n}::1`, 1, 1 + n);
  registry.announce(announce("2001:db8:9::1", 0), 10);
  const found = registry.find("file", 2, 10, (host) => !host.includes(":"));
  assertEquals(found.freshest.map(({ host }) => host), ["192.0.2.2", "192.0.2.1"]);
  assertEquals(found.byAge.map(({ host }) => host), ["192.0.2.1", "192.0.2.2"]);
});

Deno.test("registry: a peer that does both is told once", () => {
  const registry = registryWith();
  registry.register("file", "192.0.2.1", 1, 0);
  registry.announce(announce("192.0.2.1", 0), 0);
  const { byAge, freshest } = registry.find("file", 10, 0);
  assertEquals([byAge.length, freshest.length], [1, 1]);
});

Deno.test("registry: requests of one address are limited, those of an IPv6 network together", () => {
  const registry = registryWith({ rate: 1, burst: 2 });
  const refused = (act: () => void) =>
    assertEquals(assertThrows(act, TrackerError).code, "too_fast");
  registry.register("a", "192.0.2.1", 1, 0);
  registry.announce(announce("192.0.2.1", 0), 0);
  refused(() => registry.register("c", "192.0.2.1", 1, 0));
  refused(() => registry.announce(announce("192.0.2.1", 1), 0));
  const page = { after: 0, most: 10 };
  refused(() => registry.findShares({ name: "file" }, page, { host: "192.0.2.1", now: 0 }));
  assertEquals(registry.find("c", 10, 0).byAge, []);
  registry.register("c", "192.0.2.2", 1, 0);
  registry.register("c", "192.0.2.1", 1, 1_000);
  registry.register("a", "2001:db8::1", 1, 0);
  registry.register("a", "2001:db8::2", 1, 0);
  refused(() => registry.register("a", "2001:db8::3", 1, 0));
  registry.register("a", "2001:db8:0:1::3", 1, 0);
  for (let n = 0; n < 9; n++) registry.register("a", "127.0.0.1", 1, 0);
});

Deno.test("registry: BitTorrent clients are told compact addresses, each family apart", () => {
  const registry = registryWith();
  registry.announce(announce("192.0.2.1", 5, 258), 0);
  registry.announce(announce("2001:db8::1", 5, 259), 0);
  const { v1: hash, v2: _v2, name: _name, size: _size, ...rest } = announce("192.0.2.2", 0);
  const answer = registry.announceCompact({ ...rest, hash, completed: true }, 1);
  assertEquals(answer, {
    seeders: 1,
    leechers: 2,
    completed: 1,
    peers: Uint8Array.of(192, 0, 2, 1, 1, 2),
    peers6: Uint8Array.of(32, 1, 13, 184, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 3),
  });
  const other = infoHash("33".repeat(20))!;
  assertEquals(registry.scrape([V1, other], { host: "192.0.2.9", now: 2 }), [
    { seeders: 1, leechers: 2, completed: 1 },
    { seeders: 0, leechers: 0, completed: 0 },
  ]);
  assertEquals(registry.counts, {
    shares: 1,
    seeders: 1,
    leechers: 2,
    classicNames: 0,
    classicPeers: 0,
  });
});

Deno.test("registry: scrapes, lists and what is admitted count as requests", () => {
  const registry = registryWith({ rate: 1, burst: 3 });
  const asker = { host: "192.0.2.1", now: 0 };
  registry.scrape([V1], asker);
  registry.list("", { after: 0, most: 1 }, asker);
  registry.admit(asker);
  for (
    const act of [
      () => registry.scrape([V1], asker),
      () => registry.list("", { after: 0, most: 1 }, asker),
      () => registry.admit(asker),
    ]
  ) assertEquals(assertThrows(act, TrackerError).code, "too_fast");
});

Deno.test("registry: questions by the original protocol have a limit ten times as high, of their own", () => {
  const registry = registryWith({ rate: 1, burst: 2 });
  const asker = { host: "2001:db8::1", now: 0 };
  registry.admit(asker);
  registry.admit(asker);
  for (let count = 0; count < 20; count++) registry.admitLookup(asker);
  const refused = (host: string, now: number) => {
    const act = () => registry.admitLookup({ host, now });
    assertEquals(assertThrows(act, TrackerError).code, "too_fast");
  };
  refused("2001:db8::2", 0);
  for (let count = 0; count < 10; count++) registry.admitLookup({ ...asker, now: 1_000 });
  refused("2001:db8::1", 1_000);
  registry.admitLookup({ host: "192.0.2.1", now: 1_000 });
  for (let count = 0; count < 100; count++) registry.admitLookup({ host: "127.0.0.1", now: 0 });
});

Deno.test("registry: who is told a longer interval, as more announces come, stays for longer", () => {
  const sizes = { ttlMs: 1, maxPortsPerAddress: 5 };
  const registry = new Registry({
    classic: { ...sizes, maxPeersPerName: 100 },
    shares: { ...sizes, maxPeersPerSwarm: 10_000, random: { next: () => 0.5 } },
    interval: { minMs: 60_000, maxMs: 600_000, calmRate: 1, busyRate: 20 },
    announceRate: 1_000,
    announceBurst: 1_000,
  });
  registry.announce(announce("192.0.2.1", 5), 0);
  assertEquals(registry.intervalMs, 60_000);
  for (let n = 0; n < 6_000; n++) registry.announce(announce(`10.0.${n >> 8}.${n & 255}`, 0), 1);
  assertEquals(registry.intervalMs, 600_000);
  const left = () => {
    while (!registry.expire(now)) continue;
    return registry.peers;
  };
  let now = 119_000;
  assertEquals(left(), 6_001);
  now = 121_000;
  assertEquals(left() < 6_001, true);
  now = 1_199_000;
  assertEquals(left() > 0, true);
  now = 1_201_000;
  assertEquals(left(), 0);
});
