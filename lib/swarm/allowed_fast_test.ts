import { assertEquals } from "jsr:@std/assert@1";
import { infoHash } from "../base/ids.ts";
import { allowedFastSet } from "./allowed_fast.ts";

const HASH = infoHash("aa".repeat(20))!;

Deno.test("allowedFastSet: the example of BEP 6", () => {
  const seven = [1059, 431, 808, 1217, 287, 376, 1188];
  assertEquals([...allowedFastSet("80.4.4.200", HASH, 1313, 7)], seven);
  assertEquals([...allowedFastSet("80.4.4.200", HASH, 1313, 9)], [...seven, 353, 508]);
});

Deno.test("allowedFastSet: the same for all of a /24, and for a mapped address", () => {
  const set = allowedFastSet("80.4.4.200", HASH, 1313, 7);
  assertEquals(allowedFastSet("80.4.4.1", HASH, 1313, 7), set);
  assertEquals(allowedFastSet("::ffff:80.4.4.9", HASH, 1313, 7), set);
});

Deno.test("allowedFastSet: no more pieces than there are, none for IPv6", () => {
  assertEquals(allowedFastSet("80.4.4.200", HASH, 3, 7).size, 3);
  assertEquals(allowedFastSet("80.4.4.200", HASH, 0, 7).size, 0);
  assertEquals(allowedFastSet("2001:db8::1", HASH, 1313, 7).size, 0);
});
