import { assertEquals } from "jsr:@std/assert@1";
import { seededRandom } from "../../tests/support/seeded_random.ts";
import { infoHash, infoHashV2, peerId, truncated } from "../base/ids.ts";
import type { RankKey, RankPage } from "./share_ranks.ts";
import type { ShareAnnounce } from "./share_types.ts";
import { Shares } from "./shares.ts";
import { ShareView } from "./share_view.ts";

const hex = (n: number, digits: number) => n.toString(16).padStart(digits, "0");
const hashOf = (n: number) => infoHash(hex(n, 40))!;
const idOf = (start: string) => {
  const bytes = new TextEncoder().encode(start.padEnd(20, "x"));
  return peerId([...bytes].map((byte) => hex(byte, 2)).join(""))!;
};

function newShares() {
  const limits = { maxPeersPerSwarm: 1_000, maxPortsPerAddress: Infinity };
  const shares = new Shares({ ttlMs: 1_000, nameTtlMs: 9_000, random: seededRandom(1), ...limits });
  const view = new ShareView(shares.inside);
  const announce = (told: Partial<ShareAnnounce>, now = 0) =>
    shares.announce({
      host: "192.0.2.1",
      port: 1,
      peerId: idOf("-TR4050-"),
      left: 0,
      stopped: false,
      numwant: 0,
      ...told,
    }, now);
  return { shares, view, announce };
}

function finished<T>(steps: Generator<void, T>): { result: T; count: number } {
  for (let count = 0;; count++) {
    const { done, value } = steps.next();
    if (done) return { result: value, count };
  }
}

/** Names, sizes and peers of four shares; the last one has neither name nor size. */
function fourShares() {
  const made = newShares();
  const { announce } = made;
  const told = [["b", 30, 2, 0], ["C", 10, 1, 2], ["a", 20, 0, 3], [undefined, 0, 1, 1]] as const;
  for (const [n, [name, size, seeders, leechers]] of told.entries()) {
    const share = { hash: hashOf(n + 1), ...name === undefined ? {} : { name, size } };
    for (let port = 1; port <= seeders + leechers; port++) {
      announce({ ...share, port, left: port <= seeders ? 0 : 1 });
    }
  }
  return made;
}

Deno.test("share view: shares are put into order by what is asked for, those without it last", () => {
  const { view } = fourShares();
  const page: RankPage = { text: "", descending: false, after: 0, most: 9 };
  const order = (key: RankKey, more: Partial<RankPage> = {}) =>
    view.ranks.page(finished(view.ranks.rank(key)).result, { ...page, ...more })
      .shares.map(({ name = "-" }) => name).join("");
  assertEquals([order("name"), order("name", { descending: true })], ["abC-", "Cba-"]);
  assertEquals([order("size"), order("size", { descending: true })], ["Cab-", "baC-"]);
  assertEquals(order("seeders"), "aC-b");
  assertEquals(order("leechers", { descending: true }), "aC-b");
  assertEquals(order("name", { text: "c" }), "C");
  assertEquals(order("name", { text: hex(4, 40) }), "-");
});

Deno.test("share view: an order is read in pages; who has gone since is passed over", () => {
  const { shares, view, announce } = fourShares();
  const { result: rank } = finished(view.ranks.rank("name"));
  const page = (after: number) =>
    view.ranks.page(rank, { text: "", descending: false, after, most: 2 });
  const first = page(0);
  assertEquals(first.shares.map(({ name }) => name), ["a", "b"]);
  assertEquals(page(first.next!).shares.map(({ name }) => name), ["C", undefined]);
  assertEquals(page(first.next!).next, undefined);
  announce({ hash: hashOf(5), name: "late" }, 900);
  shares.expire(1_600);
  assertEquals(page(0).shares, []);
});

Deno.test("share view: thousands of shares are put into order in many steps, whatever changes meanwhile", () => {
  const { view, announce } = newShares();
  for (let n = 1; n <= 5_000; n++) announce({ hash: hashOf(n), name: `name ${n * 7919 % 5_003}` });
  const steps = view.ranks.rank("name");
  for (let n = 0; n < 3; n++) steps.next();
  announce({ hash: hashOf(3), port: 1, stopped: true });
  announce({ hash: hashOf(6_000), name: "new" });
  const { result: rank, count } = finished(steps);
  assertEquals(count > 10, true);
  const names: string[] = [];
  for (let after: number | undefined = 0; after !== undefined;) {
    const page = view.ranks.page(rank, { text: "", descending: false, after, most: 100 });
    names.push(...page.shares.map(({ name }) => name!));
    after = page.next;
  }
  assertEquals(names.filter((name) => name !== "new").length, 4_999);
  assertEquals(names, [...names].sort());
});

Deno.test("share view: one page looks at so many places, whoever stands there", () => {
  const { view, announce } = newShares();
  for (let n = 1; n <= 100; n++) announce({ hash: hashOf(n), name: `name ${n}` });
  const { result: rank } = finished(view.ranks.rank("size"));
  for (let n = 1; n <= 50; n++) announce({ hash: hashOf(n), port: 1, stopped: true });
  const page = (after: number, text = "") =>
    view.ranks.page(rank, { text, descending: false, after, most: 20, look: 40 });
  assertEquals([page(0).shares.length, page(0).next], [0, 40]);
  assertEquals([page(40).shares.length, page(40).next], [20, 70]);
  assertEquals([page(40, "name 9").shares.length, page(40, "name 9").next], [0, 80]);
  assertEquals([page(80, "name 9").shares.length, page(80, "name 9").next], [10, undefined]);
});

Deno.test("share view: the youngest come first when the list is read backwards, in pages", () => {
  const { view } = fourShares();
  const orders: number[] = [];
  for (let after: number | undefined = 0; after !== undefined;) {
    const page = view.list("", { after, most: 1 }, true);
    orders.push(...page.shares.map(({ order }) => order));
    after = page.next;
  }
  assertEquals(orders, [4, 3, 2, 1]);
});

Deno.test("share view: a share is found by each of its hashes, one without peers too", () => {
  const { shares, view, announce } = newShares();
  const [v1, v2] = [hashOf(1), infoHashV2(hex(2, 64).replace(/^0/, "f"))!];
  announce({ v1, v2, name: "file", size: 5 });
  for (const hash of [v1, v2, truncated(v2), v2.toUpperCase()]) {
    assertEquals(view.find(hash)?.name, "file");
  }
  assertEquals(view.find(v2.replace(/.$/, "e")), undefined);
  for (const wrong of ["", "zz", hashOf(9), v1.slice(1)]) assertEquals(view.find(wrong), undefined);
  shares.expire(1_000);
  assertEquals(view.find(v1), {
    order: 1,
    name: "file",
    size: 5,
    v1,
    v2,
    seeders: 0,
    leechers: 0,
    completed: 0,
    firstSeen: 0,
  });
  assertEquals(view.size, 0);
});

Deno.test("share view: peers are told in pages, and their kinds and families are counted", () => {
  const { view, announce } = newShares();
  const hash = hashOf(1);
  announce({ hash, port: 1, classic: true });
  announce({ hash, port: 2, left: 3, peerId: idOf("-qB4520-") });
  announce({ hash, port: 3, host: "2001:db8::1", classic: true, peerId: idOf("nothing") });
  const { clients, ...rest } = view.crowd(hash)!;
  assertEquals(Object.fromEntries(clients), { TR: 1, qB: 1, "": 1 });
  const reach = { public: 3, private: 0, loopback: 0 };
  assertEquals(rest, { ipv4: 2, ipv6: 1, reach, classic: 2 });
  const first = view.peers(hash, { after: 0, most: 2 }, 250)!;
  const second = view.peers(hash, { after: first.next!, most: 2 }, 250)!;
  assertEquals([first.next, second.next], [2, undefined]);
  const all = [...first.peers, ...second.peers].sort((a, b) => a.port - b.port);
  assertEquals(all.map(({ port, client, seed, age }) => [port, client, seed, age]), [
    [1, "TR", true, 250],
    [2, "qB", false, 250],
    [3, "", true, 250],
  ]);
  assertEquals([view.crowd(hashOf(2)), view.peers(hashOf(2), { after: 0, most: 1 }, 0)], [
    undefined,
    undefined,
  ]);
});

Deno.test("share view: peers are counted by from where their addresses can be reached", () => {
  const { view, announce } = newShares();
  const hash = hashOf(1);
  const hosts = {
    public: ["192.0.2.1", "2001:db8::1"],
    private: ["10.0.0.1", "100.64.0.1", "169.254.0.1", "fd00::1", "fe80::1", "fe80::1%eth0"],
    loopback: ["127.0.0.9", "::1", "::ffff:127.0.0.1"],
  };
  for (const host of Object.values(hosts).flat()) announce({ hash, host });
  const crowd = view.crowd(hash)!;
  assertEquals(crowd.reach, { public: 2, private: 6, loopback: 3 });
  assertEquals([crowd.ipv4, crowd.ipv6], [6, 5]);
});

Deno.test("share view: the busiest shares are found, and how each does until it is gone", () => {
  const { shares, view, announce } = fourShares();
  assertEquals(finished(view.busiest(2)).result, [2, 3]);
  assertEquals(view.tally(2), { seeders: 1, leechers: 2, completed: 0, announces: 3 });
  for (let n = 10; n < 3_000; n++) announce({ hash: hashOf(n) });
  announce({ hash: hashOf(2_000), port: 2 });
  assertEquals(finished(view.busiest(5)).result.length, 5);
  const before = view.changes;
  shares.expire(1_000);
  assertEquals(view.changes > before, true);
  while (!shares.expire(1_000));
  assertEquals(view.tally(4), undefined);
});
