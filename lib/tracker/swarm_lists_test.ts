import { assert, assertEquals } from "jsr:@std/assert@1";
import fc from "npm:fast-check@4";
import { seededRandom } from "../../tests/support/seeded_random.ts";
import type { Random } from "../base/random.ts";
import { PEER, PeerSlab } from "./peer_slab.ts";
import { PART, type Part, type SwarmList, SwarmLists } from "./swarm_lists.ts";

const PARTS = Object.values(PART);
const ALL = { first: PART.classic4, last: PART.classic6, except: 0 };

function newList(): SwarmList {
  return { number: 1, block: 0, level: 0 };
}

function filled(count: number): { lists: SwarmLists; list: SwarmList; slots: number[] } {
  const slab = new PeerSlab();
  const lists = new SwarmLists(slab);
  const list = newList();
  const slots = Array.from({ length: count }, (_, n) => {
    const slot = slab.take();
    lists.insert(list, PARTS[n % PARTS.length]!, slot);
    return slot;
  });
  return { lists, list, slots };
}

function draw(
  { lists, list }: { lists: SwarmLists; list: SwarmList },
  most: number,
  random: Random,
  from: { readonly first: Part; readonly last: Part; readonly except: number } = ALL,
): number[] {
  const drawn: number[] = [];
  lists.draw(list, from, most, random, drawn);
  return drawn;
}

/**
 * How far counts are from what chance gives, in standard deviations: chi-square with as many degrees
 * of freedom as there are counts but one has that mean and twice that variance.
 */
function surprise(counts: readonly number[], chance: number, rounds: number): number {
  const expected = rounds * chance;
  const square = counts.reduce((sum, count) => sum + (count - expected) ** 2, 0) /
    (expected * (1 - chance)) * (counts.length - 1) / counts.length;
  return (square - (counts.length - 1)) / Math.sqrt(2 * (counts.length - 1));
}

Deno.test("swarm lists: parts hold what was put into them, and everyone knows its place", () => {
  const step = fc.record({ which: fc.nat({ max: 39 }), part: fc.constantFrom(...PARTS) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 150, size: "max" }), (steps) => {
      const slab = new PeerSlab();
      const lists = new SwarmLists(slab);
      const swarms = [newList(), newList()];
      const slots = Array.from({ length: 40 }, () => slab.take());
      const model = new Map<number, Part>();
      for (const { which, part } of steps) {
        const slot = slots[which]!;
        const list = swarms[which % 2]!;
        if (model.delete(slot)) lists.remove(list, slot);
        else {
          lists.insert(list, part, slot);
          model.set(slot, part);
        }
        for (const part of PARTS) {
          const held: number[] = [];
          for (let place = lists.start(list, part); place < lists.end(list, part); place++) {
            held.push(lists.at(list, place));
            assertEquals(slab.get(held.at(-1)!, PEER.place), place);
          }
          const expected = slots.filter((slot, n) =>
            n % 2 === which % 2 && model.get(slot) === part
          );
          assertEquals(held.sort((a, b) => a - b), expected);
        }
      }
    }),
    { numRuns: 50 },
  );
});

Deno.test("swarm lists: each peer is drawn as often as chance has it, and at each position", () => {
  const random = seededRandom(5);
  const swarm = filled(120);
  const [most, rounds] = [30, 20_000];
  const drawn = new Map(swarm.slots.map((slot) => [slot, 0]));
  const first = new Map(drawn);
  const last = new Map(drawn);
  for (let round = 0; round < rounds; round++) {
    const all = draw(swarm, most, random);
    assertEquals(new Set(all).size, most);
    for (const slot of all) drawn.set(slot, drawn.get(slot)! + 1);
    first.set(all[0]!, first.get(all[0]!)! + 1);
    last.set(all.at(-1)!, last.get(all.at(-1)!)! + 1);
  }
  for (const [counts, chance] of [[drawn, 30 / 120], [first, 1 / 120], [last, 1 / 120]] as const) {
    const far = surprise([...counts.values()], chance, rounds);
    assert(Math.abs(far) < 4, `${far} standard deviations`);
  }
});

Deno.test("swarm lists: each pair is drawn as often as chance has it", () => {
  const random = seededRandom(6);
  const swarm = filled(12);
  const rounds = 20_000;
  const counts = new Map<string, number>();
  for (let round = 0; round < rounds; round++) {
    const drawn = draw(swarm, 4, random).sort((a, b) => a - b);
    drawn.forEach((one, n) => {
      for (const other of drawn.slice(n + 1)) {
        counts.set(`${one} ${other}`, (counts.get(`${one} ${other}`) ?? 0) + 1);
      }
    });
  }
  assertEquals(counts.size, 66);
  const far = surprise([...counts.values()], 4 * 3 / (12 * 11), rounds);
  assert(Math.abs(far) < 4, `${far} standard deviations`);
});

Deno.test("swarm lists: one who is not to be drawn never is, and changes nobody's chance", () => {
  const random = seededRandom(7);
  const swarm = filled(60);
  const rounds = 20_000;
  const leechers = { first: PART.leecher4, last: PART.leecher6 };
  const except = swarm.slots[PART.leecher4]!;
  const counts = new Map<number, number>();
  for (let round = 0; round < rounds; round++) {
    for (const slot of draw(swarm, 5, random, { ...leechers, except })) {
      counts.set(slot, (counts.get(slot) ?? 0) + 1);
    }
  }
  assertEquals([counts.size, counts.has(except)], [19, false]);
  const far = surprise([...counts.values()], 5 / 19, rounds);
  assert(Math.abs(far) < 4, `${far} standard deviations`);
  assertEquals(draw(swarm, 100, random, { ...leechers, except }).length, 19);
  assertEquals(draw(swarm, 100, random).length, 60);
});

Deno.test("swarm lists: a draw takes as many numbers of chance as it draws peers", () => {
  for (const size of [100, 20_000, 100_000]) {
    const swarm = filled(size);
    const random = seededRandom(8);
    let asked = 0;
    const counted = { next: () => (asked++, random.next()) };
    assertEquals(draw(swarm, 50, counted).length, 50);
    assertEquals(asked, 50);
  }
});
