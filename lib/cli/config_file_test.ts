import { assertEquals, assertStringIncludes, assertThrows } from "jsr:@std/assert@1";
import { AppError } from "../app/errors.ts";
import { parseConfig } from "./config_file.ts";
import { parseCommandLine } from "./flags.ts";
import { COMMON_FLAGS, type FlagSpec } from "./spec.ts";
import { TRACKER_SPEC } from "./tracker_spec.ts";

const FLAGS: readonly FlagSpec[] = [
  { name: "host", kind: "string", help: "" },
  { name: "port", kind: "number", min: 0, max: 65535, default: "8000", help: "" },
  { name: "ttl", kind: "duration", min: 1000, help: "" },
  { name: "limit", kind: "rate", help: "" },
  { name: "ratio", kind: "decimal", help: "" },
  { name: "no-http", kind: "boolean", help: "" },
  { name: "allow", kind: "strings", help: "" },
  { name: "peer", kind: "addresses", defaultPort: 9, help: "" },
  { name: "tracker", kind: "trackers", defaultPort: 8000, help: "" },
  {
    name: "token",
    kind: "string",
    secret: true,
    form: { pattern: /^.{8,}$/, called: "8 characters or more" },
    help: "",
  },
  ...COMMON_FLAGS,
];

function problems(text: string): string[] {
  const error = assertThrows(() => parseConfig("t.toml", text, FLAGS), AppError);
  assertEquals(error.code, "usage");
  return error.message.split("\n");
}

Deno.test("a file sets flags of every kind by their names", () => {
  const settings = parseConfig(
    "t.toml",
    `# a comment
host = "::1"
port = 0x2328
ttl = "1h30m"
limit = 500_000
ratio = 1.5
no-http = false
allow = ["a", "b,c"]
peer = ["a:1", "b"]
tracker = ["udp://c/d"]
log-level = "debug"
"quiet" = true
`,
    FLAGS,
  );
  assertEquals([...settings], [
    ["host", ["::1"]],
    ["port", ["9000"]],
    ["ttl", ["1h30m"]],
    ["limit", ["500000"]],
    ["ratio", ["1.5"]],
    ["no-http", ["false"]],
    ["allow", ["a", "b,c"]],
    ["peer", ["a:1", "b"]],
    ["tracker", ["udp://c/d"]],
    ["log-level", ["debug"]],
    ["quiet", ["true"]],
  ]);
  assertEquals([...parseConfig("t.toml", "allow = []\n", FLAGS)], []);
  assertEquals([...parseConfig("t.toml", "", FLAGS)], []);
});

Deno.test("all that is wrong in a file is told at once, with what is expected", () => {
  const told = problems(`
prot = 9000
no_http = true
nothing = 1
help = true
host = 5
port = "9000"
ttl = "1ms"
limit = true
ratio = "a"
no-http = "yes"
allow = "a"
peer = ["a"]
log-level = "loud"
json = 1
[tracker_settings]
port = 1
`);
  assertEquals(told, [
    't.toml: unknown key "prot". Did you mean port?',
    't.toml: unknown key "no_http". Did you mean no-http?',
    't.toml: unknown key "nothing".',
    't.toml: unknown key "help".',
    "t.toml: host = 5: a text is expected.",
    't.toml: port = "9000": a whole number from 0 to 65535 is expected.',
    't.toml: ttl = "1ms" is less than 1s: a time such as "60s" or "24h" is expected.',
    't.toml: limit = true: a rate such as "1.5MB" is expected.',
    't.toml: ratio = "a": a number such as 2 or 1.5 is expected.',
    't.toml: no-http = "yes": true or false is expected.',
    't.toml: allow = "a": a list of texts, ["…"], is expected.',
    't.toml: log-level = "loud" is none of debug, info, warn, error, fatal: ' +
    'one of "debug", "info", "warn", "error", "fatal" is expected.',
    "t.toml: json = 1: true or false is expected.",
    't.toml: unknown key "tracker_settings": settings stand in no table.',
  ]);
  assertEquals(problems("port = 70000"), [
    "t.toml: port = 70000 is more than 65535: a whole number from 0 to 65535 is expected.",
  ]);
  for (const text of ["port = 8000.0", "port = -1", "port = [1]", "port = 1979-05-27"]) {
    assertStringIncludes(problems(text)[0]!, "a whole number from 0 to 65535 is expected.");
  }
  for (const text of ['host = ""', 'allow = ["a", ""]', "allow = [1]"]) {
    assertStringIncludes(problems(text)[0]!, "is expected.");
  }
  const many = problems(Array.from({ length: 30 }, (_, n) => `zzzzzzzz${n} = 1`).join("\n"));
  assertEquals([many.length, many.at(-1)], [21, "t.toml: and 10 more."]);
});

Deno.test("what is no TOML is told with its line, and nothing harms a terminal", () => {
  assertEquals(problems('host = "a"\nport = \n'), [
    "t.toml: line 2, column 8: this is not TOML: invalid value.",
  ]);
  assertStringIncludes(problems("port = 1\nport = 2\n")[0]!, "line 2");
  assertStringIncludes(problems(`a = ${"[".repeat(60_000)}`)[0]!, "this is not TOML");
  assertEquals(problems('"\\u001b[2J" = 1'), ['t.toml: unknown key "\\u{1b}[2J".']);
  assertEquals(problems("__proto__ = 1").length, 1);
});

Deno.test("what a secret holds is not told", () => {
  for (const text of ['token = "hunter2"', "token = 5556667"]) {
    const [told = ""] = problems(text);
    assertEquals([told.includes("hunter2"), told.includes("5556667")], [false, false]);
    assertStringIncludes(told, "token");
  }
});

Deno.test("flags beat the environment, the environment the file, the file the defaults", () => {
  const read = (args: string[], env: Record<string, string>, text: string) => {
    return parseCommandLine(TRACKER_SPEC, args, (name) => env[name], (path, flags) => {
      return parseConfig(path, text, flags);
    });
  };
  const args = ["--config", "t.toml", "--port", "1"];
  const env = { MINI_TORRENT_PORT: "2", MINI_TORRENT_HTTP_PORT: "3" };
  const text = 'port = 4\nhttp-port = 5\nannounce-rate = 6\njson = true\nhost = "::1"\n';
  const { flags, settings } = read(args, env, text);
  const names = ["port", "http-port", "announce-rate", "announce-burst"];
  assertEquals(names.map((name) => flags.number(name)), [1, 3, 6, 50]);
  assertEquals(
    names.map((name) => settings.find(({ flag }) => flag.name === name)?.from),
    ["flag", "environment", "file", "default"],
  );
  assertEquals([flags.boolean("json"), flags.string("host")], [true, "::1"]);
  assertEquals([flags.given("host"), flags.given("announce-burst")], [true, false]);
  assertEquals(read([], { MINI_TORRENT_CONFIG: "t.toml" }, "port = 4").flags.number("port"), 4);
  assertEquals(read([], {}, "port = 4").flags.number("port"), 8000);
  // Whoever asks for help needs no file that is right.
  assertEquals(read(["--config", "t.toml", "--help"], {}, "?").flags.boolean("help"), true);
});
