import { assertEquals } from "jsr:@std/assert@1";
import { seededRandom } from "../../tests/support/seeded_random.ts";
import { TrackerTier } from "./tracker_tier.ts";

Deno.test("the example of BEP 12: who answers moves to the front", () => {
  const tier = new TrackerTier(["1", "2", "3"], { next: () => 0.999 });
  assertEquals(tier.order, ["1", "2", "3"], "this chance leaves them as they are");
  tier.answered("2");
  assertEquals(tier.order, ["2", "1", "3"]);
  tier.answered("3");
  assertEquals(tier.order, ["3", "2", "1"]);
  tier.answered("3");
  tier.answered("unknown");
  assertEquals(tier.order, ["3", "2", "1"]);
});

Deno.test("a tier is shuffled when it is read, and its list is left alone", () => {
  const list = ["1", "2", "3", "4"];
  const random = seededRandom(1);
  const firsts = new Set(Array.from({ length: 100 }, () => new TrackerTier(list, random).order[0]));
  assertEquals([firsts.size, list], [4, ["1", "2", "3", "4"]]);
});
