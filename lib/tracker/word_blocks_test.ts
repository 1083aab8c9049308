import { assert, assertEquals } from "jsr:@std/assert@1";
import { seededRandom } from "../../tests/support/seeded_random.ts";
import { below } from "../base/random.ts";
import { SMALLEST, WordBlocks } from "./word_blocks.ts";

Deno.test("word blocks: blocks of all sizes never overlap, and are used again", () => {
  const random = seededRandom(1);
  const blocks = new WordBlocks();
  const taken: { block: number; level: number; mark: number }[] = [];
  for (let step = 1; step < 2_000; step++) {
    const old = random.next() < 0.4 ? taken.splice(below(random, taken.length), 1)[0] : undefined;
    if (old) {
      const at = blocks.offset(old.block);
      const words = blocks.chunk(old.block).subarray(at, at + 2 ** old.level);
      assert(words.length === 2 ** old.level && words.every((word) => word === old.mark));
      blocks.give(old.block, old.level);
      continue;
    }
    const level = step % 500 === 0 ? 18 : SMALLEST + below(random, 8);
    const block = blocks.take(level);
    const at = blocks.offset(block);
    blocks.chunk(block).fill(step, at, at + 2 ** level);
    taken.push({ block, level, mark: step });
  }
  const block = blocks.take(12);
  blocks.give(block, 12);
  assertEquals(blocks.take(12), block);
});
