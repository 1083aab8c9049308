import { assert, assertEquals, assertStringIncludes, assertThrows } from "jsr:@std/assert@1";
import { AppError } from "../app/errors.ts";
import { checkOperands, parseCommandLine } from "./flags.ts";
import { PEER_SPEC } from "./peer_spec.ts";
import { envName, flagsOf } from "./spec.ts";
import { TRACKER_SPEC } from "./tracker_spec.ts";

function parse(args: string[], env: Record<string, string> = {}) {
  return parseCommandLine(PEER_SPEC, args, (name) => env[name]);
}

function usage(args: string[], env: Record<string, string> = {}, program = PEER_SPEC): string {
  const error = assertThrows(() => {
    checkOperands(program.name, parseCommandLine(program, args, (name) => env[name]));
  }, AppError);
  assertEquals(error.code, "usage");
  return error.message;
}

Deno.test("flags come from the command line, then the environment, then the defaults", () => {
  const env = { MINI_TORRENT_STALL_TIMEOUT: "2m", MINI_TORRENT_TRACKER: "a:1, b", NO: "x" };
  const { command, operands, flags } = parse(["get", "x", "--stall-timeout", "5s"], env);
  assertEquals(command.name, "download");
  assertEquals(operands, ["x"]);
  assertEquals(flags.number("stall-timeout"), 5000);
  assertEquals(parse(["get", "x"], env).flags.number("stall-timeout"), 120_000);
  assertEquals(parse(["get", "x"]).flags.number("stall-timeout"), undefined);
  assertEquals(flags.addresses("tracker"), [{ host: "a", port: 1 }, { host: "b", port: 8000 }]);
  assertEquals(parse(["get", "x"]).flags.addresses("tracker"), [{ host: "127.0.0.1", port: 8000 }]);
  assert(flags.given("tracker"));
  assert(!parse(["get", "x"]).flags.given("tracker"));
});

Deno.test("a yes or no that is spelled out beats the environment", () => {
  const env = { MINI_TORRENT_JSON: "1", MINI_TORRENT_FORCE: "off" };
  assert(parse(["get", "x"], env).flags.boolean("json"));
  assert(!parse(["get", "x", "--json=no"], env).flags.boolean("json"));
  assert(!parse(["get", "x", "--json=false"], env).flags.boolean("json"));
  assert(parse(["get", "x", "--force=yes"], env).flags.boolean("force"));
  assert(parse(["get", "x", "--force"], env).flags.boolean("force"));
  assert(parse(["get", "x", "--", "--json=no"], env).flags.boolean("json"));
  assertStringIncludes(usage(["get", "x", "--json=perhaps"]), '"perhaps" is neither yes nor no');
});

Deno.test("flags of addresses and of texts add up, any other keeps the last", () => {
  const { flags: texts } = parse(["create", "f", "-t", "a:1,b", "--tracker=udp://c/d,e"]);
  assertEquals(texts.strings("tracker"), ["a:1,b", "udp://c/d,e"]);
  assertEquals([texts.strings("web-seed"), texts.addresses("web-seed")], [[], []]);
  const { flags } = parse(["seed", "f", "-t", "a:1", "--tracker=[::1]:2", "-p", "2000", "-p2001"]);
  assertEquals(flags.addresses("tracker"), [{ host: "a", port: 1 }, { host: "::1", port: 2 }]);
  assertEquals(flags.number("port"), 2001);
});

Deno.test("flags may stand before the command and after its operands", () => {
  const line = parse(["--json", "--log-level", "debug", "download", "a b", "-qy", "dest", "-f"]);
  assertEquals(line.command.name, "download");
  assertEquals(line.operands, ["a b", "dest"]);
  for (const name of ["json", "quiet", "yes", "force"]) assert(line.flags.boolean(name), name);
  assertEquals(line.flags.string("log-level"), "debug");
  assertEquals(parse(["--no-color", "list", "x"]).flags.boolean("no-color"), true);
});

Deno.test("what follows -- is an operand, and digits stay text", () => {
  assertEquals(parse(["get", "--", "--x"]).operands, ["--x"]);
  assertEquals(parse(["get", "007", "1e3"]).operands, ["007", "1e3"]);
});

Deno.test("booleans in the environment", () => {
  assert(parse(["list", "x"], { MINI_TORRENT_QUIET: "1" }).flags.boolean("quiet"));
  assert(!parse(["list", "x"], { MINI_TORRENT_QUIET: "no" }).flags.boolean("quiet"));
  assert(!parse(["list", "x"], { MINI_TORRENT_QUIET: "" }).flags.boolean("quiet"));
  assertStringIncludes(usage(["list", "x"], { MINI_TORRENT_QUIET: "?" }), "MINI_TORRENT_QUIET");
});

Deno.test("usage errors name what is wrong, what was meant and where help is", () => {
  assertEquals(
    usage(["download", "x", "--forec"]),
    "peer: unknown flag --forec. Did you mean --force? See: peer download --help",
  );
  assertEquals(
    usage(["get", "x", "--foo=1"]),
    "peer: unknown flag --foo. See: peer download --help",
  );
  assertStringIncludes(usage(["sede", "x"]), 'unknown command "sede". Did you mean seed?');
  assertStringIncludes(usage(["seed"]), "PATH is missing");
  assertStringIncludes(usage(["list", "a", "b"]), '"b" is one argument too many');
  assertStringIncludes(usage(["seed", "f", "--port"]), "--port needs a value: --port PORT");
  assertStringIncludes(usage(["seed", "f", "--port", "x"]), '--port "x" is not a whole number');
  assertStringIncludes(usage(["seed", "f", "--port", "65536"]), "is more than 65535");
  assertStringIncludes(usage(["get", "x", "--sha256", "12"]), "is not 64 hexadecimal digits");
  assertStringIncludes(usage(["get", "x", "--from", "1.2.3.4"]), "it names no port");
  assertStringIncludes(usage(["get", "x", "--log-level", "loud"]), "is none of debug, info");
  assertStringIncludes(usage(["get", "x", "--stall-timeout", "soon"]), "is not a duration");
  assertStringIncludes(usage(["-z"]), "unknown flag -z");
  assertStringIncludes(usage(["--classic-ttl", "1ms"], {}, TRACKER_SPEC), "is less than 1s");
});

Deno.test("a usage error prints nothing that could harm a terminal", () => {
  assert(!usage(["\x1b[2J"]).includes("\x1b"));
  assert(!usage(["get", "x", "--\x1b[2J"]).includes("\x1b"));
});

Deno.test("every flag of every command has one environment variable, and one short form", () => {
  for (const program of [PEER_SPEC, TRACKER_SPEC]) {
    for (const command of program.commands) {
      const flags = flagsOf(command);
      const shorts = flags.flatMap((flag) => flag.short ?? []);
      assertEquals(new Set(shorts).size, shorts.length);
      assertEquals(new Set(flags.map((flag) => flag.name)).size, flags.length);
      for (const flag of flags) {
        if (flag.env !== false) assert(/^MINI_TORRENT_[A-Z0-9_]+$/.test(envName(flag)!));
      }
    }
  }
});
