import { assertEquals } from "jsr:@std/assert@1";
import { announce, sharesWith } from "../../tests/support/share_announces.ts";
import { infoHash } from "../base/ids.ts";

Deno.test("share finder: what is looked for among many is found in several goes", () => {
  const shares = sharesWith({ maxPeersPerSwarm: 10 });
  for (let n = 0; n < 45_000; n++) {
    const hash = infoHash(n.toString(16).padStart(40, "0"))!;
    shares.announce(announce("a", { v1: hash, name: n === 44_000 ? "wanted" : `other ${n}` }), 0);
  }
  const goes: number[][] = [];
  for (let after: number | undefined = 0; after !== undefined;) {
    const { shares: found, next } = shares.matching({ prefix: "wanted" }, after, 10, 0);
    goes.push(found.map(({ order }) => order));
    after = next;
  }
  assertEquals(goes, [[], [], [44_001]]);
  const { shares: found, next } = shares.list("other", 0, 2, 0);
  assertEquals([found.map(({ order }) => order), next], [[1, 2], 2]);
  assertEquals(shares.named("wanted", 0, 1, 0).next, undefined);
});
