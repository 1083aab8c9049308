import { assertEquals } from "jsr:@std/assert@1";
import { toHex } from "./bytes.ts";
import { SipHash } from "./sip_hash.ts";

const counting = Uint8Array.from({ length: 64 }, (_, at) => at);

function hashOf(length: number): string {
  const into = new Uint8Array(8);
  new SipHash(counting.subarray(0, 16)).hash(counting, length, into);
  return toHex(into);
}

Deno.test("sip hash: the example of the paper, and the first and some of the authors' vectors", () => {
  assertEquals(hashOf(15), "e545be4961ca29a1");
  assertEquals(hashOf(0), "310e0edd47db6f72");
  assertEquals(hashOf(1), "fd67dc93c539f874");
  assertEquals(hashOf(8), "6224939a79f5f593");
  assertEquals(hashOf(63), "724506eb4c328a95");
});
