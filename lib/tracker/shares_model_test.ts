import { assert, assertEquals } from "jsr:@std/assert@1";
import { NaiveShares } from "../../tests/support/naive_shares.ts";
import { seededRandom } from "../../tests/support/seeded_random.ts";
import { infoHash, infoHashV2, peerId, truncated } from "../base/ids.ts";
import { below, type Random } from "../base/random.ts";
import { TrackerError } from "./errors.ts";
import type { ShareAnnounce, SharesOptions } from "./share_types.ts";
import { Shares } from "./shares.ts";

/** Steps of a run; there are 25 runs. */
const STEPS = Number(Deno.env.get("MINI_TORRENT_REGISTRY_STEPS") ?? 500);
const RUNS = 20;

const V1 = ["11", "12", "13"].map((digits) => infoHash(digits.repeat(20))!);
const V2 = ["21", "22", "23"].map((digits) => infoHashV2(digits.repeat(32))!);
const HOSTS = [
  "192.0.2.1",
  "192.0.2.2",
  "198.51.100.1",
  "127.0.0.1",
  "::1",
  "2001:db8::1",
  "2001:db8:1::1",
  "fe80::1%eth0",
];
const IDS = ["aa", "bb"].map((digits) => peerId(digits.repeat(20))!);

function pick<T>(random: Random, all: readonly T[]): T {
  return all[below(random, all.length)]!;
}

function anyAnnounce(random: Random): ShareAnnounce {
  const known = random.next() < 0.5;
  const v1 = random.next() < 0.5 ? pick(random, V1) : undefined;
  const v2 = v1 === undefined || random.next() < 0.5 ? pick(random, V2) : undefined;
  const hash = random.next() < 0.5 ? pick(random, V1) : truncated(pick(random, V2));
  return {
    ...(known
      ? { ...(v1 === undefined ? {} : { v1 }), ...(v2 === undefined ? {} : { v2 }) }
      : { hash }),
    ...(known ? { name: pick(random, ["one", "two"]), size: below(random, 2) } : {}),
    host: pick(random, HOSTS),
    port: 1 + below(random, 8),
    peerId: pick(random, IDS),
    left: below(random, 2),
    stopped: random.next() < 0.2,
    completed: random.next() < 0.3,
    ...random.next() < 0.7 && { classic: random.next() < 0.5 },
    numwant: pick(random, [0, 1, 3, 200]),
    families: pick(random, ["both", "both", "ipv4", "ipv6"]),
  };
}

const told = ({ host, port }: { host: string; port: number }) => `${host} ${port}`;

function run(seed: number, start: number, options: Omit<SharesOptions, "random">): void {
  const random = seededRandom(seed);
  const shares = new Shares({ ...options, random });
  const naive = new NaiveShares({ nameTtlMs: 0, ...options });
  for (let step = 0, now = start; step < STEPS; step++) {
    now += pick(random, [0, 0, 1, 10, 100, random.next() < 0.05 ? 5_000 : 5]);
    const announce = anyAnnounce(random);
    const ttl = pick(random, [options.ttlMs, options.maxTtlMs ?? options.ttlMs]);
    const expected = naive.announce(announce, now, ttl);
    const answer = answerOf(shares, announce, now, ttl);
    const where = `seed ${seed}, step ${step}: ${JSON.stringify(announce)}`;
    assertEquals(answer === undefined, expected === undefined, where);
    if (answer && expected) {
      const { peers, ...counts } = answer;
      const { eligible, ...others } = expected;
      assertEquals(counts, others, where);
      const drawn = new Set(peers.map(told));
      assertEquals(drawn.size, peers.length, where);
      assertEquals(drawn.size, Math.min(announce.numwant, eligible.size), where);
      assert([...drawn].every((peer) => eligible.has(peer)), where);
    }
    if (step % 7 === 0) {
      naive.expire(now);
      assert(shares.expire(now), where);
    }
    compare(shares, naive, now, where);
  }
}

function answerOf(shares: Shares, announce: ShareAnnounce, now: number, ttl: number) {
  try {
    return shares.announce(announce, now, ttl);
  } catch (error) {
    if (error instanceof TrackerError && error.code === "name_full") return undefined;
    throw error;
  }
}

function compare(shares: Shares, naive: NaiveShares, now: number, where: string): void {
  const hash = [...V1, ...V2.map(truncated)][Math.abs(now) % 6]!;
  assertEquals(shares.scrape(hash, now), naive.scrape(hash, now), where);
  const { living } = naive;
  const all = living.flatMap(({ peers }) => peers);
  const counts = [living.length, all.length, all.filter(({ seed }) => seed).length];
  assertEquals([shares.size, shares.peers, shares.seeds], counts, where);
  const listed = shares.list("", 0, 100, now).shares
    .map(({ order, v1, v2, hash, name }) => [order, v1, v2, hash, name]);
  const expected = living.map(({ order, v1, v2, hash, name }) => [order, v1, v2, hash, name]);
  assertEquals(listed, expected, where);
  const named = shares.named("one", 0, 100, now).shares.map(({ order }) => order);
  assertEquals(named, living.filter(({ name }) => name === "one").map(({ order }) => order), where);
  const classic = shares.classicOf("one", 100, now, () => true)
    .map((peer) => `${told(peer)} ${peer.seen}`).sort();
  const serving = living.filter(({ name }) => name === "one").flatMap(({ peers }) => peers)
    .filter(({ classic }) => classic).map((peer) => `${told(peer)} ${peer.seen}`).sort();
  assertEquals(classic, serving, where);
}

Deno.test("shares: any sequence of calls agrees with a simple model", () => {
  const limits = { ttlMs: 1_000, maxTtlMs: 4_000, nameTtlMs: 2_000 };
  for (let seed = 0; seed < RUNS; seed++) {
    const maxPortsPerAddress = 1 + seed % 4;
    run(seed, 0, { ...limits, maxPeersPerSwarm: seed % 2 ? 6 : 50, maxPortsPerAddress });
  }
});

Deno.test("shares: where ports are not limited the model agrees, too", () => {
  const limits = { maxPeersPerSwarm: 100, maxPortsPerAddress: Infinity };
  run(RUNS, 0, { ttlMs: 1_000, nameTtlMs: 0, ...limits });
});

Deno.test("shares: the model agrees when 2^32 milliseconds and ticks have passed", () => {
  for (const start of [2 ** 32 - 3_000, 2 ** 31 - 3_000, -3_000, 2 ** 40]) {
    const limits = { maxPeersPerSwarm: 50, maxPortsPerAddress: 2 };
    run(RUNS + 1, start, { ttlMs: 1_000, nameTtlMs: 500, ...limits });
  }
});
