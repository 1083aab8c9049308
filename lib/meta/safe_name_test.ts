import { assert, assertEquals } from "jsr:@std/assert@1";
import fc from "npm:fast-check@4";
import { safeName } from "./safe_name.ts";

const bytesIn = (text: string) => new TextEncoder().encode(text).length;

Deno.test("safeName: names that mislead or that a platform does not take", () => {
  const table: [string, string][] = [
    ["file.bin", "file.bin"],
    ["two words.tar.gz", "two words.tar.gz"],
    [".hidden", ".hidden"],
    ["漢字 \u{1f600}.txt", "漢字 \u{1f600}.txt"],
    ["a:b", "a_b"],
    ["a/b", "a_b"],
    ["a\\b", "a_b"],
    ["a*b", "a_b"],
    ['<>:"|?*', "_______"],
    ["../../etc/passwd", ".._.._etc_passwd"],
    ["C:\\Windows", "C__Windows"],
    ["file.txt:stream", "file.txt_stream"],
    ["CON", "_CON"],
    ["nul.txt", "_nul.txt"],
    ["nul .txt", "_nul .txt"],
    ["Aux.tar.gz", "_Aux.tar.gz"],
    ["com1", "_com1"],
    ["COM\u00b9", "_COM\u00b9"],
    ["lpt9.log", "_lpt9.log"],
    ["CONIN$", "_CONIN$"],
    ["console", "console"],
    ["com10", "com10"],
    ["name.", "name_"],
    ["name ", "name_"],
    ["name. .", "name___"],
    [".", "_"],
    ["..", "__"],
    ["", "_"],
    ["a\u0000\u001b\u009bb", "a___b"],
    ["gpj.\u202eexe", "gpj._exe"],
    ["a\u200bb\ufeff", "a_b_"],
    ["e\u0301", "\u00e9"],
    ["\ud800", "\ufffd"],
  ];
  for (const [name, safe] of table) assertEquals(safeName(name), safe, JSON.stringify(name));
});

Deno.test("safeName: what is too long is cut in whole characters and keeps its extension", () => {
  assertEquals(safeName("a".repeat(300) + ".tar"), "a".repeat(236) + ".tar");
  assertEquals(safeName("a".repeat(240)), "a".repeat(240));
  assertEquals(safeName("\u{1f600}".repeat(70)), "\u{1f600}".repeat(60));
  assertEquals(safeName("é".repeat(130) + ".x"), "é".repeat(119) + ".x");
});

Deno.test("safeName: a cut bares no trailing dot or space", () => {
  const long = "b".repeat(30);
  assertEquals(safeName("a".repeat(239) + "." + long), "a".repeat(239) + "_");
  assertEquals(safeName("a".repeat(238) + ". " + long), "a".repeat(238) + "__");
  assertEquals(bytesIn(safeName("con." + "a".repeat(236))), 240);
});

Deno.test("safeName: whatever the name, the result is safe, short and stable", () => {
  const piece = fc.oneof(
    fc.string({ unit: "binary", maxLength: 8 }),
    fc.constantFrom("con", "NUL", "lpt1", "com³", ".", "..", " ", "/", "\\", ":", "e\u0301"),
    fc.constantFrom(
      "\ud800",
      "\u202e",
      "\u0338",
      ">",
      "\u{1f600}",
      "a".repeat(236),
      "é".repeat(118),
    ),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
      const safe = safeName(pieces.join(""));
      assert(safe !== "" && safe !== "." && safe !== "..");
      assert(!/[/\\:<>"|?*]/.test(safe), "no separator, drive or stream");
      // deno-lint-ignore no-control-regex -- controls are what is looked for
      assert(!/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.test(safe));
      assert(!/^(con|prn|aux|nul|(com|lpt)[0-9¹²³]) *(\.|$)/i.test(safe), "no device");
      assert(!/[. ]$/.test(safe), "no trailing dot or space");
      assert(bytesIn(safe) <= 240);
      assert(safe.isWellFormed());
      assertEquals(safe.normalize("NFC"), safe);
      assertEquals(safeName(safe), safe);
    }),
    { numRuns: 1_000 },
  );
});
