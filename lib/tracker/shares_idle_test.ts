import { assertEquals } from "jsr:@std/assert@1";
import {
  announce,
  byHash,
  sharesWith,
  V1,
  V1_AND_V2,
  V2,
} from "../../tests/support/share_announces.ts";
import { truncated } from "../base/ids.ts";

Deno.test("shares: a name is remembered when nobody announces its share, until its time is over", () => {
  const shares = sharesWith({ nameTtlMs: 10_000 });
  shares.announce(announce("a", { ...V1_AND_V2, completed: true }), 0);
  shares.announce(announce("a", { ...V1_AND_V2, stopped: true }), 500);
  assertEquals([shares.size, shares.list("", 0, 10, 500).shares, shares.scrape(V1[0]!, 500)], [
    0,
    [],
    undefined,
  ]);
  shares.announce(byHash("b", truncated(V2[0]!)), 9_000);
  const [found] = shares.named("file", 0, 10, 9_000).shares;
  assertEquals([found?.size, found?.v1, found?.firstSeen, found?.leechers], [10, V1[0], 0, 1]);
  assertEquals(shares.scrape(V1[0]!, 9_000)?.completed, 1);
  shares.expire(10_500);
  shares.expire(20_400);
  assertEquals(shares.announce(byHash("c", V1[0]!), 20_400).completed, 1);
  shares.announce(byHash("c", V1[0]!, { stopped: true }), 20_500);
  shares.expire(30_500);
  shares.announce(byHash("d", V1[0]!), 30_500);
  assertEquals(shares.named("file", 0, 10, 30_500).shares, []);
});

Deno.test("shares: what was told of a share that nobody announces binds nobody who tells otherwise", () => {
  const shares = sharesWith({ nameTtlMs: 10_000 });
  shares.announce(announce("liar", { v1: V1[0]!, v2: V2[1]!, name: "lie", size: 1 }), 0);
  shares.announce(announce("liar", { v1: V1[0]!, v2: V2[1]!, stopped: true }), 1);
  shares.announce(announce("honest", { ...V1_AND_V2 }), 2);
  const [found] = shares.matching({ hash: V1[0]! }, 0, 10, 2).shares;
  assertEquals([found?.name, found?.size, found?.v2], ["file", 10, V2[0]]);
  assertEquals(shares.named("lie", 0, 10, 2).shares, []);
  assertEquals([shares.size, shares.peers], [1, 1]);
});
