import { assert, assertEquals } from "jsr:@std/assert@1";
import { seededRandom } from "../../tests/support/seeded_random.ts";
import { below } from "../base/random.ts";
import { Availability } from "./availability.ts";

const any = () => true;

function listed(pieces: number, seed = 1): Availability {
  const availability = new Availability(pieces, seededRandom(seed));
  availability.relist(Array(pieces).keys());
  return availability;
}

Deno.test("Availability: the rarest that is accepted comes first", () => {
  const availability = listed(4);
  for (const piece of [0, 0, 1, 3, 3, 3]) availability.increase(piece);
  assertEquals(availability.rarest((piece) => availability.count(piece) > 0), 1);
  assertEquals(availability.rarest((piece) => piece === 3), 3);
  assertEquals(availability.rarest(() => false), -1);
  availability.unlist(1);
  assertEquals(availability.rarest((piece) => availability.count(piece) > 0), 0);
});

Deno.test("Availability: which of equally rare ones comes first is left to chance", () => {
  const first = new Set<number>();
  for (let seed = 0; seed < 50; seed++) first.add(listed(4, seed).rarest(any));
  assertEquals(first.size, 4);
  const other = new Set<number>();
  const availability = listed(4);
  for (let turn = 0; turn < 100; turn++) other.add(availability.any(any));
  assertEquals(other.size, 4);
});

Deno.test("Availability: seeds are one number and count for every piece", () => {
  const availability = listed(2);
  availability.addSeeds(1);
  availability.increase(1);
  assertEquals([availability.count(0), availability.count(1), availability.seeds], [1, 2, 1]);
  assertEquals([availability.countOfSome(0), availability.countOfSome(1)], [0, 1]);
  assertEquals(availability.reachable, 2);
  availability.addSeeds(-1);
  assertEquals(availability.reachable, 1);
});

Deno.test("Availability: copies are whole ones and the part of one more", () => {
  const availability = listed(4);
  assertEquals(availability.copies(() => false), 0);
  assertEquals(availability.copies((piece) => piece < 2), 0.5);
  availability.addSeeds(1);
  availability.increase(2);
  assertEquals(availability.copies(() => false), 1.25);
});

Deno.test("Availability: after any changes it is as if counted anew", () => {
  const random = seededRandom(5);
  const pieces = 30;
  const availability = listed(pieces);
  const counts = new Array<number>(pieces).fill(0);
  const list = new Set(Array(pieces).keys());
  for (let turn = 0; turn < 5000; turn++) {
    const piece = below(random, pieces);
    switch (below(random, 5)) {
      case 0:
      case 1:
        availability.increase(piece);
        counts[piece]!++;
        break;
      case 2:
        if (counts[piece] === 0) break;
        availability.decrease(piece);
        counts[piece]!--;
        break;
      case 3:
        availability.list(piece);
        list.add(piece);
        break;
      default:
        availability.unlist(piece);
        list.delete(piece);
    }
    const rarest = availability.rarest(any);
    const least = Math.min(...[...list].map((one) => counts[one]!));
    assertEquals(rarest < 0 ? Infinity : counts[rarest], least);
    assertEquals(availability.size, list.size);
    assertEquals(availability.reachable, [...list].filter((one) => counts[one]! > 0).length);
    assert(rarest < 0 || availability.isListed(rarest));
  }
  availability.relist([...list]);
  assertEquals(availability.size, list.size);
});
