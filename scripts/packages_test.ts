/** What our code relies on in the `jsr:` packages, whichever source they come from. */
import { assertEquals, assertRejects, assertThrows } from "jsr:@std/assert@1";
import { parseArgs } from "jsr:@std/cli@1/parse-args";
import { unicodeWidth } from "jsr:@std/cli@1/unicode-width";
import { crypto } from "jsr:@std/crypto@1/crypto";
import { format } from "jsr:@std/fmt@1/bytes";
import { bold, gray, red, setColorEnabled, stripAnsiCode } from "jsr:@std/fmt@1/colors";
import { TextLineStream } from "jsr:@std/streams@1/text-line-stream";
import { toText } from "jsr:@std/streams@1/to-text";

interface Parsed {
  readonly values: Record<string, unknown>;
  readonly unknown: Array<[arg: string, key: string]>;
}

function parse(args: string[]): Parsed {
  const unknown: Array<[string, string]> = [];
  const values = parseArgs(args, {
    string: ["port", "tracker", "_"],
    boolean: ["quiet", "no-color"],
    collect: ["tracker"],
    alias: { quiet: "q", port: "p" },
    "--": true,
    unknown: (arg, key) => {
      if (key === undefined) return;
      unknown.push([arg, key]);
      return false;
    },
  });
  return { values: { ...values }, unknown };
}

Deno.test("packages: a command line with every kind of flag", () => {
  const line = "-q seed --port 8000 --tracker=a:1 --tracker b:2 --no-color file -- --x 1";
  assertEquals(parse(line.split(" ")), {
    values: {
      _: ["seed", "file"],
      "--": ["--x", "1"],
      q: true,
      quiet: true,
      p: "8000",
      port: "8000",
      tracker: ["a:1", "b:2"],
      "no-color": true,
    },
    unknown: [],
  });
});

Deno.test("packages: flags that are absent, given twice, or without a value", () => {
  const absent = { "--": [], "no-color": false, q: false, quiet: false, tracker: [] };
  assertEquals(parse([]).values, { ...absent, _: [] });
  assertEquals(parse(["12"]).values, { ...absent, _: ["12"] });
  assertEquals(parse(["--port=1", "-p", "2"]).values, { ...absent, _: [], p: "2", port: "2" });
  assertEquals(parse(["--port"]).values, { ...absent, _: [], p: "", port: "" });
  assertEquals(parse(["--quiet=false"]).values, { ...absent, _: [] });
});

Deno.test("packages: unknown flags are reported by name", () => {
  assertEquals(parse(["--foo", "--bar=3", "-z", "--no-colour", "file"]).unknown, [
    ["--foo", "foo"],
    ["--bar=3", "bar"],
    ["-z", "z"],
    ["--no-colour", "no-colour"],
  ]);
});

Deno.test("packages: parsing stops early where asked", () => {
  const args = ["-q", "seed", "--port", "three", "--no-x"];
  const parsed = parseArgs(args, { stopEarly: true, boolean: ["q"] });
  assertEquals(parsed._, ["seed", "--port", "three", "--no-x"]);
});

Deno.test("packages: widths, sizes and colours", () => {
  assertEquals(["天地abc", "é", "█▏…"].map(unicodeWidth), [7, 1, 3]);
  assertEquals([0, 999, 1337, 95_600_728, 1e12].map((size) => format(size)), [
    "0 B",
    "999 B",
    "1.34 kB",
    "95.6 MB",
    "1 TB",
  ]);
  setColorEnabled(true);
  const coloured = ["\x1b[1mx\x1b[22m", "\x1b[31mx\x1b[39m", "\x1b[90mx\x1b[39m"];
  // Under NO_COLOR nothing can turn them on.
  const expected = Deno.noColor ? ["x", "x", "x"] : coloured;
  assertEquals([bold("x"), red("x"), gray("x")], expected);
  assertEquals(stripAnsiCode(coloured[1]!), "x");
});

Deno.test("packages: streams and digests", async () => {
  const blob = new Blob(["añb\r\nc\n\nd"]);
  assertEquals(await toText(blob.stream()), "añb\r\nc\n\nd");
  const lines = blob.stream().pipeThrough(new TextDecoderStream()).pipeThrough(
    new TextLineStream(),
  );
  assertEquals(await Array.fromAsync(lines), ["añb", "c", "", "d"]);
  const sum = await crypto.subtle.digest("SHA-256", new Blob(["abc"]).stream());
  assertEquals([...new Uint8Array(sum).slice(0, 4)], [0xba, 0x78, 0x16, 0xbf]);
});

Deno.test("packages: assertions that do not hold throw", async () => {
  assertThrows(() => assertEquals<unknown>({ a: 1 }, { a: "1" }));
  assertThrows(() => assertEquals(new Uint8Array([1]), new Uint8Array([2])));
  assertThrows(() => assertThrows(() => {}));
  await assertRejects(() => assertRejects(() => Promise.resolve()));
  await assertRejects(() => assertRejects(() => Promise.reject(new Error("a")), TypeError));
  await assertRejects(() => Promise.reject(new TypeError("abc")), TypeError, "b");
});
