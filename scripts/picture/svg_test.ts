import { assertEquals, assertMatch, assertStringIncludes } from "jsr:@std/assert@1";
import { drawRecordings } from "./svg.ts";

function draw(...texts: string[]): string {
  const looks = texts.map((text, index) => ({ text, at: 1000 * index }));
  return drawRecordings([{ title: "A & B", columns: 10, rows: 2, looks }], 2000);
}

Deno.test("picture: each row is drawn once, whatever frames it is in", () => {
  const svg = draw("same\nfirst\n", "same\nsecond\n");
  assertEquals(svg.match(/>same</g)?.length, 1);
  assertEquals(svg.match(/<use /g)?.length, 4);
});

Deno.test("picture: frames follow their times, and the last one is what stands still", () => {
  const svg = draw("one\n", "two\n", "two\n");
  // Two frames of 112 units beside each other; the end is held, 4 s in all.
  assertMatch(svg, /\.film0 \{ transform: translateX\(-112px\); animation: film0 4s step-end/);
  assertStringIncludes(
    svg,
    "0% { transform: translateX(0) } 25% { transform: translateX(-112px) }",
  );
  assertStringIncludes(svg, "prefers-reduced-motion");
});

Deno.test("picture: bars are rectangles, and text can hold anything", () => {
  const svg = draw(`██░ <"&>\n`);
  assertMatch(svg, /<rect x="0" y="4" width="16.8" height="12" [^>]*fill-opacity="1"\/>/);
  assertMatch(svg, /<text x="33\.6" y="10" textLength="33\.6" [^>]*>&lt;&quot;&amp;></);
  assertStringIncludes(svg, `aria-label="A &amp; B"`);
});
