import { assert, assertEquals, assertStringIncludes } from "jsr:@std/assert@1";
import { AppError } from "../app/errors.ts";
import { LiveBlock } from "./live_block.ts";
import { PEER_SPEC } from "./peer_spec.ts";
import { runProgram } from "./run_program.ts";
import type { CommandHandler } from "./session.ts";
import { VERSION } from "./version.ts";

async function run(
  args: string[],
  list: CommandHandler,
  closed = false,
  env: Readonly<Record<string, string>> = {},
  more: { readonly stderrIsTerminal?: boolean; readonly exit?: (code: number) => void } = {},
) {
  let out = "";
  let err = "";
  const terminal = {
    stdinIsTerminal: false,
    stdoutIsTerminal: false,
    stderrIsTerminal: more.stderrIsTerminal ?? false,
    columns: () => 80,
    rows: () => 24,
    out: (text: string) => {
      out += text;
      return !closed;
    },
    err: (text: string) => void (err += text),
    env: (name: string) => env[name],
  };
  const code = await runProgram(PEER_SPEC, { list }, args, {
    terminal,
    signals: false,
    ...more.exit && { exit: more.exit },
  });
  return { code, out, err };
}

const nothing: CommandHandler = () => Promise.resolve(0);

function fails(error: unknown): CommandHandler {
  return () => Promise.reject(error);
}

Deno.test("help, version and completions need no command", async () => {
  assertEquals((await run(["-V"], nothing)).out, `peer ${VERSION}\n`);
  for (const args of [["--help"], ["help"]]) {
    const { code, out } = await run(args, nothing);
    assertEquals(code, 0);
    for (const word of ["seed PATH", "download WHAT [DEST...]", "--tracker", "Examples", "130"]) {
      assertStringIncludes(out, word);
    }
    assert(out.split("\n").every((line) => line.length <= 80));
  }
  const help = (await run(["get", "--help"], nothing)).out;
  assertEquals((await run(["help", "recv"], nothing)).out, help);
  assertStringIncludes(help, "--sha256 HEX");
  assertEquals((await run(["help", "fly"], nothing)).code, 64);
});

Deno.test("an AppError becomes its message and its exit code", async () => {
  const { code, out, err } = await run(["list", "x"], fails(new AppError("not_found", "Nobody.")));
  assertEquals([code, out], [66, ""]);
  assertStringIncludes(err, "ERROR Nobody.");
  const json = await run(["list", "x", "--json"], fails(new AppError("not_found", "Nobody.")));
  assertEquals(
    json.out,
    '{"v":1,"type":"error","code":"not_found","exit":66,"message":"Nobody."}\n',
  );
});

Deno.test("anything else is internal, with its stack for debugging only", async () => {
  const { code, err } = await run(["list", "x"], fails(new TypeError("boom")));
  assertEquals(code, 70);
  assertStringIncludes(err, "boom. Please report this");
  assert(!err.includes("    at "));
  const debug = await run(["list", "x", "--log-level", "debug"], fails(new TypeError("boom")));
  assertStringIncludes(debug.err, "TypeError: boom");
});

Deno.test("a usage error is one line, and an error object with --json", async () => {
  const { code, out, err } = await run(["list", "--json"], nothing);
  assertEquals(code, 64);
  assertEquals(err, "peer: NAME is missing. See: peer list --help\n");
  assertStringIncludes(out, '"type":"error","code":"usage","exit":64');
  const asked = await run(["list"], nothing, false, { MINI_TORRENT_JSON: "yes" });
  assertEquals(asked.out, out);
  assertEquals((await run(["list", "--nothing", "--", "--json"], nothing)).out, "");
});

Deno.test("the last object is always there", async () => {
  assertEquals((await run(["list", "x", "--json"], nothing)).out, '{"v":1,"type":"result"}\n');
});

Deno.test("a closed standard output aborts the command, quietly", async () => {
  const { code, err } = await run(["list", "x"], (session) => {
    session.output.line("a");
    session.signal.throwIfAborted();
    return Promise.resolve(0);
  }, true);
  assertEquals(code, 130);
  assertEquals(err, "");
});

Deno.test("a second signal takes all lines of a live screen off the terminal, then ends", async () => {
  const exits: number[] = [];
  const lines = ["one", "two", "three"].map((text) => [{ text }]);
  const { err } = await run(
    ["list", "x"],
    async (session) => {
      const block = new LiveBlock({
        write: (text) => session.terminal.err(text),
        columns: () => 80,
      });
      session.logger.setLive({ erase: () => block.erase(), draw: () => block.draw(lines) });
      block.draw(lines);
      session.interrupts.deliver("SIGINT");
      while (exits.length === 0) {
        // One that follows at once is the echo of the first.
        await new Promise((resolve) => setTimeout(resolve, 60));
        session.interrupts.deliver("SIGINT");
      }
      return 0;
    },
    false,
    {},
    {
      stderrIsTerminal: true,
      exit: (code) => exits.push(code),
    },
  );
  const atExit = err.slice(0, err.indexOf("\x1b[?25h"));
  assertEquals(exits, [130]);
  assert(atExit.endsWith(`\r\x1b[K${"\x1b[A\x1b[K".repeat(2)}\r\x1b[K`), JSON.stringify(err));
});
