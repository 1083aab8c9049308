import { assertEquals } from "jsr:@std/assert@1";
import { bytesOf } from "../../tests/vectors/peer_messages.ts";
import { decodeCompactList } from "./compact_list.ts";

Deno.test("addresses stand one after the other; port 0 and a rest are left out", () => {
  const bytes = bytesOf("c0000201 0050", "c0000202 0000", "c0000203 ffff", "c00002");
  assertEquals(decodeCompactList(bytes, 6, 10), [
    { host: "192.0.2.1", port: 80 },
    { host: "192.0.2.3", port: 65535 },
  ]);
  const v6 = bytesOf("20010db8000000000000000000000001 1ae1");
  assertEquals(decodeCompactList(v6, 18, 10), [{ host: "2001:db8::1", port: 6881 }]);
});

Deno.test("no more than the most are looked at", () => {
  const bytes = bytesOf("c0000201 0050".repeat(5));
  assertEquals([0, 1, 4, 5, 6].map((most) => decodeCompactList(bytes, 6, most).length), [
    0,
    1,
    4,
    5,
    5,
  ]);
  assertEquals(decodeCompactList(new Uint8Array(0), 6, 5), []);
});
