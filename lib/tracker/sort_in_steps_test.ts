import { assert, assertEquals } from "jsr:@std/assert@1";
import { seededRandom } from "../../tests/support/seeded_random.ts";
import { below } from "../base/random.ts";
import { sortInSteps } from "./sort_in_steps.ts";

function sorted(keys: readonly number[]): { order: number[]; steps: number } {
  const sorting = sortInSteps(Uint32Array.from(keys.keys()), (a, b) => keys[a]! - keys[b]!);
  for (let steps = 0;; steps++) {
    const { done, value } = sorting.next();
    if (done) return { order: [...value], steps };
  }
}

Deno.test("sort in steps: numbers of any length are sorted, equals stay in their order", () => {
  const random = seededRandom(1);
  for (const length of [0, 1, 2, 1_023, 1_024, 1_025, 2_048, 2_049, 5_000, 40_000]) {
    const keys = Array.from({ length }, () => below(random, 1 + length / 3));
    const wanted = [...keys.keys()].sort((a, b) => keys[a]! - keys[b]! || a - b);
    const { order, steps } = sorted(keys);
    assertEquals(order, wanted, String(length));
    assert(steps >= length / 1_024, `${steps} steps`);
  }
});
