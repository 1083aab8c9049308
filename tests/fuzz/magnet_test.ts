import { assert, assertEquals } from "jsr:@std/assert@1";
import { printable } from "../../lib/base/printable.ts";
import { MetaError } from "../../lib/meta/errors.ts";
import { formatMagnet, parseMagnet } from "../../lib/meta/magnet.ts";
import { mutate, RUNS, seeded } from "./mutations.ts";

const V1 = "631a31dd0a46257d5078c0dee4e66e26f73e42ac";
const V2 = "d8dd32ac93357c368556af3ac1d95c9d76bd0dff6fa9833ecdac3d53134efabb";

const SAMPLES = [
  `magnet:?xt=urn:btih:${V1}`,
  `magnet:?xt=urn:btmh:1220${V2}&dn=a+name%20%C3%A9`,
  `magnet:?xt=urn:btih:${V1}&xt=urn:btmh:1220${V2}&tr=http%3A%2F%2Ft.example%2Fannounce`,
  "magnet:?xt=urn:btih:MMNDDXIKIYSX2UDYYDPOJZTOE33T4QVM&x.pe=192.0.2.1:6881&x.pe=[2001:db8::1]:1",
  `magnet:?dn=x&so=0,2,4,6-8&xt.1=urn:btih:${V1}&tr.1=udp://t:1&tr.2=udp://u:2&ws=http://w/%25`,
].map((text) => new TextEncoder().encode(text));

Deno.test("fuzz: mutated magnet links are read or refused, and what is read can be written", () => {
  const random = seeded(30_021);
  let taken = 0;
  for (let run = 0; run < RUNS; run++) {
    const link = new TextDecoder().decode(mutate(SAMPLES[run % SAMPLES.length]!, random));
    try {
      const magnet = parseMagnet(link);
      taken++;
      assert(magnet.v1 !== undefined || magnet.v2 !== undefined);
      for (const { port } of magnet.peers) assert(port >= 1 && port <= 65535);
      assertEquals(parseMagnet(formatMagnet(magnet)), magnet);
    } catch (error) {
      if (!(error instanceof MetaError)) throw error;
      assertEquals(printable(error.message), error.message, "safe to print");
    }
  }
  assert(taken > RUNS / 20, `only ${taken} were taken`);
});
