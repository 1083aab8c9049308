import { assertEquals } from "jsr:@std/assert@1";
import { infoHash, infoHashV2, truncated } from "../base/ids.ts";
import { seededRandom } from "../../tests/support/seeded_random.ts";
import { ShareHashes } from "./share_hashes.ts";

const V1 = infoHash("1a".repeat(20))!;
const V2 = infoHashV2("f0".repeat(32))!;

Deno.test("share hashes: a hash leads to the first share that it was kept for", () => {
  const hashes = new ShareHashes(seededRandom(1));
  hashes.keep(1, { v1: V1 });
  hashes.keep(3_000, { v1: V1, v2: V2 });
  assertEquals([hashes.find(V1), hashes.find(truncated(V2))], [1, 3_000]);
  assertEquals([hashes.v1(3_000), hashes.v2(3_000), hashes.hash(3_000)], [V1, V2, undefined]);
  hashes.drop(3_000);
  assertEquals([hashes.find(V1), hashes.find(truncated(V2)), hashes.v1(3_000)], [1, 0, undefined]);
  hashes.drop(1);
  assertEquals([hashes.find(V1), hashes.v1(1)], [0, undefined]);
});

Deno.test("share hashes: one that clients told becomes what it turns out to be", () => {
  const hashes = new ShareHashes(seededRandom(2));
  hashes.keep(1, { hash: truncated(V2) });
  hashes.keep(2, { hash: V1 });
  assertEquals([hashes.hash(1), hashes.find(truncated(V2))], [truncated(V2), 1]);
  hashes.keep(1, { v2: V2 });
  hashes.keep(2, { v1: V1 });
  for (const share of [1, 2]) assertEquals(hashes.hash(share), undefined);
  assertEquals([hashes.v2(1), hashes.find(truncated(V2))], [V2, 1]);
  assertEquals([hashes.v1(2), hashes.find(V1)], [V1, 2]);
  hashes.drop(1);
  hashes.drop(2);
  assertEquals([hashes.find(truncated(V2)), hashes.find(V1)], [0, 0]);
});

Deno.test("share hashes: what is known stays", () => {
  const hashes = new ShareHashes(seededRandom(3));
  const other = infoHash("2b".repeat(20))!;
  hashes.keep(1, { v1: V1 });
  hashes.keep(1, { v1: other, v2: V2 });
  assertEquals([hashes.v1(1), hashes.v2(1), hashes.find(other)], [V1, V2, 0]);
});
