import { assert, assertEquals, assertThrows } from "jsr:@std/assert@1";
import fc from "npm:fast-check@4";
import {
  announce,
  byHash,
  sharesWith,
  V1,
  V1_AND_V2,
  V2,
} from "../../tests/support/share_announces.ts";
import { truncated } from "../base/ids.ts";
import { TrackerError } from "./errors.ts";
import type { Families } from "./share_types.ts";

const hosts = (answer: { peers: readonly { host: string }[] }) =>
  answer.peers.map(({ host }) => host).sort();

Deno.test("shares: leechers are told of all others, seeds of leechers only, nobody of itself", () => {
  const shares = sharesWith();
  assertEquals(hosts(shares.announce(announce("seed 1"), 0)), []);
  assertEquals(hosts(shares.announce(announce("seed 2"), 0)), []);
  assertEquals(hosts(shares.announce(announce("leech", { left: 5 }), 0)), ["seed 1", "seed 2"]);
  const answer = shares.announce(announce("seed 1"), 1);
  assertEquals([hosts(answer), answer.seeders, answer.leechers], [["leech"], 2, 1]);
  assertEquals([shares.size, shares.peers], [1, 3]);
});

Deno.test("shares: who stopped or was not heard of is gone, and the share with its last peer", () => {
  const shares = sharesWith();
  shares.announce(announce("a"), 0);
  shares.announce(announce("b"), 500);
  assertEquals(hosts(shares.announce(announce("c", { left: 1 }), 1_000)), ["b"]);
  shares.announce(announce("b", { stopped: true }), 1_100);
  assertEquals(hosts(shares.announce(announce("c", { left: 1 }), 1_200)), []);
  shares.announce(announce("nobody", { stopped: true }), 1_300);
  shares.expire(2_200);
  assertEquals([shares.size, shares.peers], [0, 0]);
  shares.announce(announce("d", { stopped: true }), 3_000);
  assertEquals([shares.size, shares.peers], [0, 0]);
});

Deno.test("shares: a peer of both hashes is found through each of them", () => {
  const shares = sharesWith();
  shares.announce(announce("v1 only", { v1: V1[0]! }), 0);
  const hybrid = shares.announce(announce("hybrid", { v1: V1[0]!, v2: V2[0]!, left: 1 }), 1);
  assertEquals(hosts(hybrid), ["v1 only"]);
  const second = shares.announce(announce("v2 only", { v2: V2[0]!, left: 1 }), 2);
  assertEquals(hosts(second), ["hybrid", "v1 only"]);
  const [found] = shares.named("file", 0, 10, 3).shares;
  assertEquals([found?.v1, found?.v2, found?.seeders, found?.leechers], [V1[0], V2[0], 1, 2]);
});

Deno.test("shares: a lie about which hashes belong together takes nobody's peers away", () => {
  const shares = sharesWith();
  shares.announce(announce("liar", { v1: V1[0]!, v2: V2[1]! }), 0);
  shares.announce(announce("honest", { v1: V1[0]!, v2: V2[0]! }), 1);
  shares.announce(announce("seed", { v2: V2[0]! }), 1);
  const answer = shares.announce(announce("asks", { v1: V1[0]!, v2: V2[0]!, left: 1 }), 2);
  assert(["honest", "seed"].every((host) => hosts(answer).includes(host)), hosts(answer).join());
});

Deno.test("shares: contents of one name are listed in pages, hashes by their beginning", () => {
  const shares = sharesWith();
  shares.announce(announce("a", { v2: V2[0]!, size: 1 }), 0);
  shares.announce(announce("b", { v2: V2[1]!, size: 2, v1: V1[1]! }), 10);
  shares.announce(announce("c", { v1: V1[0]!, name: "film" }), 20);
  const sizes = shares.named("file", 0, 10, 30).shares.map((
    { size, firstSeen },
  ) => [size, firstSeen]);
  assertEquals(sizes, [[1, 0], [2, 10]]);
  const [first] = shares.named("file", 0, 1, 30).shares;
  assertEquals(shares.named("file", first!.order, 10, 30).shares.map(({ size }) => size), [2]);
  const names = (begin: { prefix: string } | { hash: string }) =>
    shares.matching(begin, 0, 10, 30).shares.map(({ name, size }) => `${name} ${size}`);
  assertEquals(names({ prefix: "fi" }), ["file 1", "file 2", "film 10"]);
  assertEquals(names({ hash: "2222" }), ["file 2"]);
  assertEquals(names({ hash: V1[1]! }), ["file 2"]);
  assertEquals(names({ hash: truncated(V2[0]!) }), ["file 1"]);
  assertEquals(names({ hash: V2[0]! }), ["file 1"]);
  assertEquals(names({ hash: "ffff" }), []);
});

Deno.test("shares: a full swarm refuses new peers, one port too many replaces the oldest", () => {
  const shares = sharesWith({ maxPeersPerSwarm: 2, maxPortsPerAddress: 1 });
  shares.announce(announce("192.0.2.1", { port: 1 }), 0);
  shares.announce(announce("192.0.2.1", { port: 2 }), 1);
  assertEquals(shares.peers, 1);
  shares.announce(announce("127.0.0.1", { port: 1 }), 2);
  const error = assertThrows(
    () => shares.announce(announce("127.0.0.1", { port: 2 }), 3),
    TrackerError,
  );
  assertEquals(error.code, "name_full");
  assertEquals(shares.peers, 2);
});

Deno.test("shares: the answer is a fair sample", () => {
  let seed = 1;
  const random = { next: () => (seed = seed * 16807 % 2147483647) / 2147483647 };
  const shares = sharesWith({ random, maxPeersPerSwarm: 1_000 });
  for (let n = 0; n < 100; n++) shares.announce(announce(`peer ${n}`), 0);
  const told = new Map<string, number>();
  for (let n = 0; n < 400; n++) {
    const answer = shares.announce(announce("asks", { left: 1, numwant: 25 }), 1);
    assertEquals(new Set(hosts(answer)).size, 25);
    for (const host of hosts(answer)) told.set(host, (told.get(host) ?? 0) + 1);
  }
  assertEquals(told.size, 100);
  for (const count of told.values()) assert(count > 60 && count < 140, `${count}`);
});

Deno.test("shares: counts stay right whatever happens", () => {
  const step = fc.record({
    host: fc.constantFrom("192.0.2.1", "192.0.2.2", "127.0.0.1"),
    port: fc.integer({ min: 1, max: 3 }),
    left: fc.nat({ max: 1 }),
    stopped: fc.boolean(),
    v1: fc.constantFrom(undefined, ...V1),
    v2: fc.constantFrom(...V2),
    wait: fc.nat({ max: 500 }),
  });
  fc.assert(fc.property(fc.array(step, { maxLength: 60, size: "max" }), (steps) => {
    const shares = sharesWith({ maxPortsPerAddress: 2 });
    let now = 0;
    for (const { wait, v1, ...rest } of steps) {
      now += wait;
      shares.announce(announce(rest.host, { ...rest, ...(v1 === undefined ? {} : { v1 }) }), now);
      shares.expire(now);
      const all = shares.matching({ prefix: "" }, 0, 100, now).shares;
      assertEquals(all.length, shares.size);
      assertEquals(all.reduce((sum, one) => sum + one.seeders + one.leechers, 0), shares.peers);
    }
    shares.expire(now + 1_000);
    assertEquals([shares.size, shares.peers], [0, 0]);
  }));
});

Deno.test("shares: two hashes announced apart are one share once somebody tells both", () => {
  const shares = sharesWith();
  shares.announce(byHash("by v1", V1[0]!, { completed: true, left: 0 }), 0);
  shares.announce(byHash("by v2", truncated(V2[0]!)), 1);
  assertEquals(shares.size, 2);
  assertEquals(shares.named("file", 0, 10, 1).shares, []);
  const answer = shares.announce(announce("by both", { ...V1_AND_V2, left: 1 }), 2);
  assertEquals(hosts(answer), ["by v1", "by v2"]);
  assertEquals([shares.size, shares.peers, shares.seeds], [1, 3, 1]);
  for (const hash of [V1[0]!, truncated(V2[0]!)]) {
    assertEquals(shares.scrape(hash, 3), { seeders: 1, leechers: 2, completed: 1 });
    assertEquals(hosts(shares.announce(byHash("by v1", hash, { left: 0 }), 3)), [
      "by both",
      "by v2",
    ]);
  }
  const [found] = shares.named("file", 0, 10, 3).shares;
  assertEquals([found?.name, found?.size, found?.v1, found?.v2], ["file", 10, V1[0], V2[0]]);
  shares.expire(1_002);
  assertEquals(shares.announce(byHash("late", V1[0]!), 1_002).peers.length, 1);
});

Deno.test("shares: one liar does not make two large swarms one", () => {
  const shares = sharesWith();
  for (let n = 0; n < 30; n++) {
    shares.announce(byHash(`10.0.0.${n}`, V1[0]!), 0);
    shares.announce(byHash(`10.0.1.${n}`, truncated(V2[0]!)), 0);
  }
  const tell = (host: string, port: number) =>
    shares.announce(announce(host, { ...V1_AND_V2, port, left: 1 }), 1);
  for (let port = 1; port < 9; port++) tell("10.0.2.1", port);
  assertEquals(shares.size, 2);
  tell("10.0.2.2", 1);
  tell("10.0.2.3", 1);
  assertEquals(shares.size, 2);
  tell("10.0.2.4", 1);
  assertEquals(shares.size, 1);
});

Deno.test("shares: who completes is counted once", () => {
  const shares = sharesWith();
  const completed = { left: 0, completed: true };
  shares.announce(byHash("a", V1[0]!), 0);
  shares.announce(byHash("a", V1[0]!, completed), 1);
  shares.announce(byHash("a", V1[0]!, completed), 2);
  shares.announce(byHash("b", V1[0]!, { left: 0 }), 3);
  shares.announce(byHash("b", V1[0]!, completed), 4);
  shares.announce(byHash("c", V1[0]!, { completed: true }), 5);
  assertEquals(shares.scrape(V1[0]!, 6), { seeders: 2, leechers: 1, completed: 1 });
  const left = shares.announce(byHash("c", V1[0]!, { stopped: true }), 7);
  assertEquals([left.seeders, left.leechers, left.completed], [2, 0, 1]);
  assertEquals(shares.scrape(V1[1]!, 7), undefined);
  assertEquals(shares.scrape(V1[0]!, 1_004), undefined);
});

Deno.test("shares: an asker is told of the families that it can use", () => {
  const shares = sharesWith();
  shares.announce(byHash("192.0.2.1", V1[0]!), 0);
  shares.announce(byHash("2001:db8::1", V1[0]!), 0);
  const told = (families?: Families) =>
    hosts(shares.announce(byHash("asks", V1[0]!, families === undefined ? {} : { families }), 1));
  assertEquals(told("ipv4"), ["192.0.2.1"]);
  assertEquals(told("ipv6"), ["2001:db8::1"]);
  assertEquals([told("both"), told()], new Array(2).fill(["192.0.2.1", "2001:db8::1"]));
});

Deno.test("shares: all are listed, those without a name too, and searched by name and hash", () => {
  const shares = sharesWith();
  shares.announce(announce("a", { v2: V2[1]!, name: "Film" }), 0);
  shares.announce(byHash("b", V1[0]!), 1);
  shares.announce(byHash("c", V1[1]!), 2);
  const list = (text: string, after = 0, most = 10) =>
    shares.list(text, after, most, 3).shares.map((
      { order, name, v2, hash },
    ) => [order, name ?? v2 ?? hash]);
  assertEquals(list(""), [[1, "Film"], [2, V1[0]], [3, V1[1]]]);
  assertEquals(list("ILM"), [[1, "Film"]]);
  assertEquals(list("2222"), [[1, "Film"]]);
  assertEquals(list("1111"), [[2, V1[0]]]);
  assertEquals([list("", 1, 1), list("none")], [[[2, V1[0]]], []]);
  const [film, unnamed] = shares.list("", 0, 2, 3).shares;
  assertEquals(film, {
    order: 1,
    name: "Film",
    size: 10,
    v2: V2[1]!,
    seeders: 1,
    leechers: 0,
    completed: 0,
    firstSeen: 0,
  });
  assertEquals("name" in unnamed! || "size" in unnamed!, false);
});
