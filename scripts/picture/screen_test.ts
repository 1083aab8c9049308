import { assertEquals } from "jsr:@std/assert@1";
import { rowsOf } from "./screen.ts";

const PLAIN = { bold: false, dim: false };

Deno.test("picture: a row is runs of one style, without gaps", () => {
  assertEquals(rowsOf("  one two   three  \n\nfour\n"), [
    [{ column: 2, text: "one two", ...PLAIN }, { column: 12, text: "three", ...PLAIN }],
    [],
    [{ column: 0, text: "four", ...PLAIN }],
  ]);
});

Deno.test("picture: styles change by their codes and go on in the next row", () => {
  const [first, second] = rowsOf(
    "\x1b[1;32m$\x1b[0m \x1b[2mgrey\x1b[22m\x1b[95m pink\nstill\x1b[39m no",
  );
  assertEquals(first, [
    { column: 0, text: "$", bold: true, dim: false, color: 2 },
    { column: 2, text: "grey", bold: false, dim: true },
    { column: 7, text: "pink", bold: false, dim: false, color: 13 },
  ]);
  assertEquals(second, [
    { column: 0, text: "still", bold: false, dim: false, color: 13 },
    { column: 6, text: "no", ...PLAIN },
  ]);
});

Deno.test("picture: a column is a character, however many units it has", () => {
  assertEquals(rowsOf("😀  a"), [[
    { column: 0, text: "😀", ...PLAIN },
    { column: 3, text: "a", ...PLAIN },
  ]]);
});
