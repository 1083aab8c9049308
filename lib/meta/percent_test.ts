import { assertEquals } from "jsr:@std/assert@1";
import fc from "npm:fast-check@4";
import { percentDecoded, percentEncoded } from "./percent.ts";

Deno.test("percentDecoded: escapes that are some, and all else as it is", () => {
  const table: [string, string][] = [
    ["", ""],
    ["a+b", "a+b"],
    ["%41%6a%6A", "Ajj"],
    ["%C3%A9", "é"],
    ["é%20ü", "é ü"],
    ["%E9", "\ufffd"],
    ["%EF%BB%BFx", "\ufeffx"],
    ["%", "%"],
    ["%4", "%4"],
    ["%zz%4g", "%zz%4g"],
    ["%%41", "%A"],
    ["%2541", "%41"],
    ["%00", "\u0000"],
  ];
  for (const [text, decoded] of table) assertEquals(percentDecoded(text), decoded, text);
});

Deno.test("percentEncoded: any text comes back", () => {
  assertEquals(
    percentEncoded("a b/c?d=e&f'(g)*!-_.~"),
    "a%20b%2Fc%3Fd%3De%26f%27%28g%29%2A%21-_.~",
  );
  assertEquals(percentEncoded("\ud800"), "%EF%BF%BD");
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => {
    assertEquals(percentDecoded(percentEncoded(text)), text.toWellFormed());
  }));
});
