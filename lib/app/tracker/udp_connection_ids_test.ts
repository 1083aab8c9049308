import { assert, assertEquals } from "jsr:@std/assert@1";
import { toHex } from "../../base/bytes.ts";
import { UdpConnectionIds } from "./udp_connection_ids.ts";

const MINUTE = 60_000;

Deno.test("udp connection ids: an id is good for its address only", () => {
  const ids = new UdpConnectionIds(() => 5);
  const id = ids.mint("192.0.2.1");
  assertEquals([id.length, ids.check(id, "192.0.2.1")], [8, true]);
  assertEquals(toHex(ids.mint("192.0.2.1")), toHex(id));
  assertEquals(ids.check(id, "192.0.2.2"), false);
  for (let bit = 0; bit < 64; bit++) {
    const other = id.slice();
    other[bit >> 3]! ^= 1 << (bit & 7);
    assertEquals(ids.check(other, "192.0.2.1"), false);
  }
});

Deno.test("udp connection ids: an id is good for two minutes, whenever it was made, and not for four", () => {
  for (const made of [0, 1, MINUTE - 1, 299 * MINUTE, 300 * MINUTE + 7]) {
    let now = made;
    const ids = new UdpConnectionIds(() => now);
    const id = ids.mint("::1");
    for (const age of [0, MINUTE, 2 * MINUTE]) {
      now = made + age;
      assert(ids.check(id, "::1"), `made at ${made}, ${age} old`);
      ids.mint("192.0.2.1");
    }
    for (const age of [3 * MINUTE, 4 * MINUTE, 256 * MINUTE]) {
      now = made + age;
      assert(!ids.check(id, "::1"), `made at ${made}, ${age} old`);
    }
  }
});

Deno.test("udp connection ids: each start and each minute has keys of its own", () => {
  let now = 0;
  const [one, other] = [new UdpConnectionIds(() => now), new UdpConnectionIds(() => now)];
  const id = one.mint("192.0.2.1");
  assertEquals(other.check(id, "192.0.2.1"), false);
  now = MINUTE;
  assert(toHex(one.mint("192.0.2.1")).slice(2) !== toHex(id).slice(2));
});
