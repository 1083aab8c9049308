import { assertEquals } from "jsr:@std/assert@1";
import fc from "npm:fast-check@4";
import { SlotIndex } from "./slot_index.ts";

/** Many numbers have one hash, and the first one begins at the end of its table. */
const HASHES = [0xffff_ffff, 0, 1, 2, 0xffff_fffe];

const hashOf = (slot: number) => HASHES[slot % HASHES.length]!;

function found(index: SlotIndex, hash: number): number[] {
  const all: number[] = [];
  for (let at = index.first(hash); at >= 0; at = index.after(hash, at)) {
    if (hashOf(index.at(hash, at)) === hash) all.push(index.at(hash, at));
  }
  return all.sort((a, b) => a - b);
}

Deno.test("slot index: all of a hash are found, whatever was added and taken out", () => {
  const slots = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 200, size: "max" });
  fc.assert(
    fc.property(slots, (slots) => {
      const index = new SlotIndex(hashOf);
      const model = new Set<number>();
      for (const slot of slots) {
        if (model.delete(slot)) index.remove(slot, hashOf(slot));
        else {
          model.add(slot);
          index.add(slot, hashOf(slot));
        }
        for (const hash of HASHES) {
          const expected = [...model].filter((one) => hashOf(one) === hash).sort((a, b) => a - b);
          assertEquals(found(index, hash), expected);
        }
      }
    }),
    { numRuns: 50 },
  );
});
