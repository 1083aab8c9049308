import { assert, assertEquals, assertFalse } from "jsr:@std/assert@1";
import { seededRandom } from "../../tests/support/seeded_random.ts";
import { type ChokeCandidate, Choker } from "./choker.ts";

function candidate(key: number, more: Partial<ChokeCandidate> = {}): ChokeCandidate {
  return {
    key,
    interested: true,
    unchoked: false,
    changed: 0,
    connectedAt: -1_000_000,
    downRate: 0,
    upRate: 0,
    snubs: false,
    ...more,
  };
}

function peers(count: number, more: (key: number) => Partial<ChokeCandidate> = () => ({})) {
  return Array.from({ length: count }, (_, at) => candidate(at + 1, more(at + 1)));
}

const DOWNLOADING = { slots: 5, seeding: false, now: 0 };

Deno.test("Choker: with slots for all, all who are interested get one", () => {
  const some = peers(6, (key) => ({ interested: key !== 3 }));
  const chosen = new Choker(seededRandom(1)).choose(some, DOWNLOADING);
  assertEquals([...chosen], [1, 2, 4, 5, 6]);
});

Deno.test("Choker: while we download, those who give most are served, and one by chance", () => {
  const many = peers(30, (key) => ({ downRate: key * 1000, upRate: 50_000 - key }));
  const chosen = new Choker(seededRandom(1)).choose(many, DOWNLOADING);
  assertEquals(chosen.size, 5);
  for (const key of [30, 29, 28, 27]) assert(chosen.has(key));
});

Deno.test("Choker: one that owes blocks and sends none gets no slot for what it gave", () => {
  const many = peers(30, (key) => ({ downRate: key * 1000, snubs: key === 30 }));
  let times = 0;
  for (let seed = 0; seed < 100; seed++) {
    if (new Choker(seededRandom(seed)).choose(many, DOWNLOADING).has(30)) times++;
  }
  assert(times < 15, "only by chance");
});

Deno.test("Choker: the optimistic one stays for 30 seconds, then another comes", () => {
  const choker = new Choker(seededRandom(4));
  const many = peers(30, (key) => ({ downRate: key * 1000 }));
  const lucky = (now: number) =>
    [...choker.choose(many, { ...DOWNLOADING, now })].filter((key) => key <= 26);
  const first = lucky(0);
  assertEquals(first.length, 1);
  assertEquals([lucky(10_000), lucky(20_000)], [first, first]);
  const later = new Set<number>();
  for (let now = 30_000; now < 600_000; now += 30_000) later.add(lucky(now)[0]!);
  assert(later.size > 5, "many get their turn");
});

Deno.test("Choker: newcomers are three times as likely to be the optimistic one", () => {
  const many = peers(24, (key) => ({
    downRate: key <= 20 ? 0 : 1000,
    connectedAt: key <= 10 ? -1000 : -1_000_000,
  }));
  let young = 0;
  for (let seed = 0; seed < 2000; seed++) {
    const chosen = new Choker(seededRandom(seed)).choose(many, DOWNLOADING);
    if ([...chosen].some((key) => key <= 10)) young++;
  }
  assert(young > 1350 && young < 1650, `${young} of 2000 where 1500 are to be expected`);
});

Deno.test("Choker: a seed serves the fastest takers in their turn, then those that wait longest", () => {
  const terms = { slots: 5, seeding: true, now: 100_000 };
  const many = peers(20, (key) => ({
    downRate: 1_000_000 * key,
    unchoked: key <= 5,
    changed: key <= 5 ? 95_000 : 100_000 - key * 1000,
    upRate: key <= 5 ? key * 1000 : 0,
  }));
  const inTurn = new Choker(seededRandom(2)).choose(many, terms);
  for (const key of [5, 4, 3, 2]) assert(inTurn.has(key), `${key} is in its turn`);
  const later = many.map((peer) => peer.unchoked ? { ...peer, changed: 50_000 } : peer);
  const after = new Choker(seededRandom(2)).choose(later, terms);
  for (const key of [20, 19, 18, 17]) assert(after.has(key), `${key} has waited longest`);
});

Deno.test("Choker: who is not interested is never chosen, and there are never too many", () => {
  for (let seed = 0; seed < 50; seed++) {
    const choker = new Choker(seededRandom(seed));
    const many = peers(40, (key) => ({ interested: key % 3 > 0, downRate: key % 7 }));
    for (let now = 0; now < 100_000; now += 10_000) {
      for (const slots of [1, 2, 7, 16]) {
        const chosen = choker.choose(many, { slots, seeding: seed % 2 > 0, now });
        assertEquals(chosen.size, slots);
        for (const key of chosen) assertFalse(key % 3 === 0);
      }
    }
  }
});
