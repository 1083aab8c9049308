import { assert, assertEquals } from "jsr:@std/assert@1";
import jsQR from "npm:jsqr@1";
import { linkCode } from "./link_code.ts";

const LINK = `magnet:?xt=urn:btih:${"a1".repeat(20)}&xt=urn:btmh:1220${"b2".repeat(32)}`;
const TRACKER = "&tr=udp%3A%2F%2Ftracker.example%3A6969";

/** Reads a code as a camera would. */
function read(code: { path: string; size: number }): string | undefined {
  const scale = 4;
  const width = code.size * scale;
  const pixels = new Uint8ClampedArray(4 * width * width).fill(255);
  for (const [, x, y, run] of code.path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let row = Number(y) * scale; row < (Number(y) + 1) * scale; row++) {
      const begin = 4 * (row * width + Number(x) * scale);
      pixels.fill(0, begin, begin + 4 * Number(run) * scale);
      for (let at = begin + 3; at < begin + 4 * Number(run) * scale; at += 4) pixels[at] = 255;
    }
  }
  return jsQR.default(pixels, width, width)?.data;
}

Deno.test("link code: a camera reads the link", () => {
  const link = `${LINK}&dn=A%20name${TRACKER}`;
  assertEquals(read(linkCode(link)!), link);
});

Deno.test("link code: a link that is too long loses its name, and then there is none", () => {
  const code = linkCode(`${LINK}&dn=${"%E6%97%A5".repeat(85)}${TRACKER}`);
  assertEquals(read(code!), LINK + TRACKER);
  assertEquals(linkCode(LINK + TRACKER.repeat(50)), undefined);
  assert(code!.size < 100);
});
