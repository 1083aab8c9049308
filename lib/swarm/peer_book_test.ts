import { assert, assertEquals, assertFalse, assertLessOrEqual } from "jsr:@std/assert@1";
import { seededRandom } from "../../tests/support/seeded_random.ts";
import { MAX_CANDIDATES, MAX_HALF_OPEN } from "./defaults.ts";
import { type DialTerms, PeerBook } from "./peer_book.ts";
import type { Address } from "./types.ts";

const HOUR = 3_600_000;

function bookOf(limits: { maxConnections?: number; maxPerAddress?: number } = {}) {
  const options = { maxConnections: 200, maxPerAddress: 3, ...limits };
  return new PeerBook(options, seededRandom(1), 0);
}

function terms(now: number, more: Partial<DialTerms> = {}): DialTerms {
  return { now, connected: 0, groups: new Map(), seeding: false, ...more };
}

function address(number: number, port = 6881): Address {
  return { host: `203.0.${number >> 8}.${number & 255}`, port };
}

Deno.test("PeerBook: never dials unspecified, multicast, broadcast, own addresses or port 0", () => {
  const book = bookOf();
  book.addOwn([address(9)]);
  const hosts = ["0.0.0.0", "::", "224.0.0.1", "239.255.255.250", "ff02::1", "255.255.255.255"];
  for (const host of [...hosts, "::ffff:224.0.0.1", "0.1.2.3", "peer.example", ""]) {
    assertFalse(book.add({ host, port: 6881 }, "person", true), host);
  }
  for (const port of [0, -1, 65_536, 1.5, NaN]) {
    assertFalse(book.add(address(1, port), "person", true), `port ${port}`);
  }
  assertFalse(book.add(address(9), "person", true));
  assertEquals(book.size, 0);
  book.add(address(8), "tracker", false);
  book.addOwn([address(8)]);
  assertEquals(book.dial(terms(0)), []);
});

Deno.test("PeerBook: what others told can be forgotten; what a person named stays", () => {
  const book = bookOf();
  const sources = ["person", "tracker", "incoming", "pex"] as const;
  sources.forEach((source, at) => book.add(address(at), source, false));
  assertEquals(book.dial(terms(0)).length, 4);
  book.forgetTold();
  assertEquals([book.size, book.halfOpen], [1, 1]);
  book.dialFailed(address(0), 0);
  assertEquals(book.dial(terms(60_000)), [address(0)]);
  assert(book.add(address(1), "tracker", false), "it may be told again");
});

Deno.test("PeerBook: private and loopback addresses only when that was said", () => {
  const book = bookOf();
  for (const host of ["127.0.0.1", "10.0.0.1", "192.168.1.1", "::1", "fe80::1", "fd00::1"]) {
    assertFalse(book.add({ host, port: 6881 }, "pex", false), host);
    assert(book.add({ host, port: 6881 }, "tracker", true), host);
  }
});

Deno.test("PeerBook: 25 half open, 30 new a second, 200 connections, 3 of one address", () => {
  const book = bookOf();
  for (let at = 0; at < 100; at++) book.add(address(at), "tracker", false);
  const first = book.dial(terms(0));
  assertEquals([first.length, book.halfOpen], [MAX_HALF_OPEN, MAX_HALF_OPEN]);
  for (const one of first) book.dialFailed(one, 0);
  const more = book.dial(terms(0));
  assertEquals(more.length, 5, "30 in this second");
  for (const one of more) book.dialFailed(one, 0);
  assertEquals(book.dial(terms(1000)).length, MAX_HALF_OPEN);

  const full = bookOf();
  for (let at = 0; at < 100; at++) full.add(address(at), "tracker", false);
  assertEquals(full.dial(terms(0, { connected: 195 })).length, 5);
  assertEquals(full.dial(terms(0, { connected: 195 })).length, 0);

  const one = bookOf();
  for (let port = 1; port < 10; port++) one.add(address(1, port), "person", false);
  assertEquals(one.dial(terms(0)).length, 3);
  const six = bookOf();
  for (let at = 1; at < 10; at++) six.add({ host: `2001:db8::${at}`, port: 1 }, "person", false);
  assertEquals(six.dial(terms(0)).length, 3, "a /64 is one address");
  const here = bookOf();
  for (let port = 1; port < 10; port++) here.add({ host: "127.0.0.1", port }, "person", true);
  assertEquals(here.dial(terms(0)).length, 9, "loopback is free");
});

Deno.test("PeerBook: at most 3 dials an hour to one that never answered, whatever its ports", () => {
  const book = bookOf({ maxPerAddress: 100 });
  for (let port = 1; port <= 20; port++) book.add(address(1, port), "tracker", false);
  let dials = 0;
  const moments: number[] = [];
  for (let now = 0; now < 3 * HOUR; now += 1000) {
    for (const one of book.dial(terms(now))) {
      dials++;
      moments.push(now);
      book.dialFailed(one, now);
    }
  }
  assertEquals(dials, 9);
  for (let at = 3; at < moments.length; at++) assert(moments[at]! - moments[at - 3]! >= HOUR);
});

Deno.test("PeerBook: an address that is told again and again is still dialled 3 times an hour", () => {
  const book = bookOf();
  let dials = 0;
  for (let now = 0; now < HOUR; now += 1000) {
    book.add(address(1), "pex", false);
    for (const one of book.dial(terms(now))) {
      dials++;
      book.dialFailed(one, now);
    }
  }
  assertEquals(dials, 3);
});

Deno.test("PeerBook: nor more often when its address is pushed out and told anew", () => {
  const book = bookOf();
  const victim = { host: "198.51.100.1", port: 80 };
  let dials = 0;
  let told = 0;
  for (let now = 0; now < HOUR; now += 600_000) {
    book.add(victim, "pex", false);
    for (const one of book.dial(terms(now))) {
      if (one.host === victim.host) dials++;
      book.dialFailed(one, now);
    }
    for (let at = 0; at < 3100; at++) book.add(address(told++ % 60_000), "tracker", false);
  }
  assert(dials <= 3, `${dials} dials`);
});

Deno.test("PeerBook: one that answered once is dialled more often, with a growing pause", () => {
  const book = bookOf();
  book.add(address(1), "tracker", false);
  const [first] = book.dial(terms(0));
  book.connected(first!, { dialled: true });
  book.left(first!, { seed: false, now: 0 });
  const moments: number[] = [];
  for (let now = 1000; now < HOUR; now += 1000) {
    for (const one of book.dial(terms(now))) {
      moments.push(now);
      book.dialFailed(one, now);
    }
  }
  assert(moments[0]! >= 15_000 && moments.length > 3 && moments.length < 12, `${moments}`);
});

Deno.test("PeerBook: 3,000 are known; the worse ones make room for better ones", () => {
  const book = bookOf();
  for (let at = 0; at < MAX_CANDIDATES; at++) book.add(address(at), "pex", false);
  assertEquals(book.size, MAX_CANDIDATES);
  assertFalse(book.add(address(5000), "pex", false), "no better than the others");
  assert(book.add(address(5001), "tracker", false));
  assertEquals(book.size, MAX_CANDIDATES);
  const [failed] = book.dial(terms(0));
  book.dialFailed(failed!, 0);
  assert(book.add(address(5002), "tracker", false));
  for (let at = 6000; at < 16_000; at++) book.add(address(at), "tracker", false);
  assertEquals(book.size, MAX_CANDIDATES);
});

Deno.test("PeerBook: who was named by a person goes first, who failed goes last", () => {
  const book = bookOf({ maxConnections: 2 });
  book.add(address(1), "pex", false);
  book.add(address(2), "tracker", false);
  book.add(address(3), "person", false);
  const first = book.dial(terms(0));
  assertEquals(first, [address(3), address(2)]);
  for (const one of first) book.dialFailed(one, 0);
  assertEquals(book.dial(terms(60_000))[0], address(1));
});

Deno.test("PeerBook: peers on this machine and in its network go before those far away", () => {
  const book = bookOf();
  const hosts = ["203.0.113.1", "192.168.1.2", "127.0.0.1", "203.0.113.2"];
  for (const host of hosts) book.add({ host, port: 6881 }, "tracker", true);
  book.add({ host: "203.0.113.3", port: 6881 }, "person", true);
  const dialled = book.dial(terms(0)).map(({ host }) => host);
  assertEquals(dialled.slice(0, 3), ["203.0.113.3", "127.0.0.1", "192.168.1.2"]);
});

Deno.test("PeerBook: while seeding, seeds are not dialled", () => {
  const book = bookOf();
  book.add(address(1), "tracker", false);
  const [one] = book.dial(terms(0));
  book.connected(one!, { dialled: true });
  book.left(one!, { seed: true, now: 0 });
  assertEquals(book.dial(terms(60_000, { seeding: true })), []);
  assertEquals(book.dial(terms(60_000)), [address(1)]);
});

Deno.test("PeerBook: a banned host is forgotten on every port and never known again", () => {
  const book = bookOf();
  book.add(address(1, 1), "person", false);
  book.add(address(1, 2), "person", false);
  book.dial(terms(0));
  book.ban(`::ffff:${address(1).host}`);
  assertEquals([book.size, book.halfOpen], [0, 0]);
  assert(book.isBanned(address(1).host));
  assertFalse(book.add(address(1, 3), "person", false));
});

Deno.test("PeerBook: any order of events keeps the number of half open ones", () => {
  const random = seededRandom(9);
  const book = bookOf();
  const dialling: Address[] = [];
  let now = 0;
  for (let turn = 0; turn < 5000; turn++) {
    now += random.next() * 500;
    const one = address(Math.floor(random.next() * 200));
    switch (Math.floor(random.next() * 6)) {
      case 0:
        book.add(one, "pex", false);
        break;
      case 1:
        dialling.push(...book.dial(terms(now)));
        break;
      case 2:
        book.dialFailed(dialling.pop() ?? one, now);
        break;
      case 3:
        book.connected(dialling.pop() ?? one, { dialled: true });
        break;
      case 4:
        book.left(one, { seed: false, now });
        break;
      default:
        if (random.next() < 0.02) book.ban(one.host);
    }
    assert(book.halfOpen >= 0);
    assertLessOrEqual(book.halfOpen, MAX_HALF_OPEN);
  }
});
