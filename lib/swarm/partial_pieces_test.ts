import { assert, assertEquals, assertFalse } from "jsr:@std/assert@1";
import { seededRandom } from "../../tests/support/seeded_random.ts";
import { peerId } from "../base/ids.ts";
import { below } from "../base/random.ts";
import { PartialPiece, PartialPieces } from "./partial_pieces.ts";

function someone(host: string) {
  return { host, id: peerId("01".repeat(20))!, sharedBlame: 0 };
}

const A = someone("192.0.2.1");
const B = someone("192.0.2.2");

Deno.test("PartialPiece: a block is free, asked for or held", () => {
  const partial = new PartialPiece(5, 3, 3 * 16_384, 0);
  assertEquals([partial.firstFree(), partial.free, partial.isAsked], [0, 3, false]);
  partial.ask(0, 1);
  partial.ask(0, 2);
  assertEquals([partial.firstFree(), partial.free, partial.askers(0)], [1, 2, 2]);
  assert(partial.isAsked);
  assertFalse(partial.release(0), "another still owes it");
  assert(partial.release(0), "it is free again");
  assertFalse(partial.release(0), "nobody owes it");
  assertEquals(partial.firstFree(), 0);
  for (const block of [0, 1, 2]) partial.hold(block, block === 1 ? B : A, 3);
  assertEquals([partial.isWhole, partial.firstFree(), partial.touched], [true, -1, 3]);
  assertEquals(partial.contributors(), [A, B]);
  partial.discard(1);
  assertEquals([partial.isWhole, partial.firstFree(), partial.held], [false, 1, 2]);
  assertEquals(partial.contributors(), [A]);
});

Deno.test("PartialPiece: whatever happens, the counts are right", () => {
  const random = seededRandom(3);
  const partial = new PartialPiece(0, 8, 8, 0);
  const askers = new Array<number>(8).fill(0);
  const held = new Array<boolean>(8).fill(false);
  for (let turn = 0; turn < 3000; turn++) {
    const block = below(random, 8);
    switch (below(random, 4)) {
      case 0:
        if (askers[block] === 4) break;
        partial.ask(block, turn);
        askers[block]!++;
        break;
      case 1: {
        const isFree = partial.release(block);
        const was = askers[block]!;
        askers[block] = Math.max(0, was - 1);
        assertEquals(isFree, was === 1 && !held[block]);
        break;
      }
      case 2:
        partial.hold(block, A, turn);
        held[block] = true;
        break;
      default:
        partial.discard(block);
        held[block] = false;
    }
    const free = held.flatMap((is, at) => is || askers[at]! > 0 ? [] : [at]);
    assertEquals([partial.free, partial.firstFree()], [free.length, free[0] ?? -1]);
    assertEquals(partial.held, held.filter(Boolean).length);
  }
});

Deno.test("PartialPieces: there is room for so many bytes, and always for one piece", () => {
  const partials = new PartialPieces(100);
  assert(partials.hasRoom(1000));
  partials.add(new PartialPiece(1, 1, 60, 0));
  assert(partials.hasRoom(40));
  assertFalse(partials.hasRoom(41));
  const other = new PartialPiece(2, 1, 40, 0);
  partials.add(other);
  assertEquals([partials.size, partials.bytes], [2, 100]);
  partials.remove(other);
  partials.remove(other);
  assertEquals([partials.size, partials.bytes], [1, 60]);
});

Deno.test("PartialPieces: open are those that gather and have a free block, in their order", () => {
  const partials = new PartialPieces(100);
  const [one, two] = [new PartialPiece(1, 1, 1, 0), new PartialPiece(2, 2, 1, 0)];
  partials.add(one);
  partials.add(two);
  one.ask(0, 0);
  partials.refresh(one);
  assertEquals([...partials.open], [two]);
  one.release(0);
  partials.refresh(one);
  two.phase = "judging";
  partials.refresh(two);
  assertEquals([...partials.open], [one]);
  partials.remove(one);
  partials.refresh(one);
  assertEquals([...partials.open], []);
});
