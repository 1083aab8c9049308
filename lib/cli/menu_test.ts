import { assert, assertEquals, assertStringIncludes } from "jsr:@std/assert@1";
import { systemClock } from "../base/clock.ts";
import { parseCommandLine } from "./flags.ts";
import { Interrupts } from "./interrupts.ts";
import { Logger } from "./logger.ts";
import { Menu } from "./menu.ts";
import { Output } from "./output.ts";
import { PEER_SPEC } from "./peer_spec.ts";
import { PromptLeft, type Prompts } from "./prompts.ts";
import type { Session } from "./session.ts";
import { makeStyle } from "./style.ts";

/** Runs the menu with answers given in advance; an answer of null leaves the question. */
async function run(answers: (string | null)[], args: string[] = []) {
  let text = "";
  const asked: string[] = [];
  const write = (more: string) => {
    text += more;
    return true;
  };
  const line = parseCommandLine(PEER_SPEC, args, () => undefined);
  const style = makeStyle(false);
  const signal = new AbortController().signal;
  const date = () => new Date();
  const logger = new Logger({ write, level: "info", format: "text", date, style });
  const session: Session = {
    line,
    flags: line.flags,
    terminal: {
      stdinIsTerminal: true,
      stdoutIsTerminal: true,
      stderrIsTerminal: false,
      columns: () => 80,
      rows: () => 24,
      out: write,
      err: (more) => void write(more),
      env: () => undefined,
    },
    clock: systemClock,
    logger,
    output: new Output({ write, json: false }),
    style,
    interrupts: new Interrupts(() => {}),
    signal,
    context: { log: logger.log, clock: systemClock, signal },
    interactive: true,
  };
  const answer = (message: string): Promise<string> => {
    asked.push(message);
    const next = answers.shift();
    if (next === undefined) throw new Error(`nobody expected "${message}"`);
    return next === null ? Promise.reject(new PromptLeft()) : Promise.resolve(next);
  };
  const prompts: Prompts = {
    text: async (message, options) => await answer(message) || (options?.default ?? ""),
    path: answer,
    number: async (message, options) => Number(await answer(message) || options.default),
    choose: answer,
    pick: async (message) => (await answer(message)).split(","),
    anyKey: async () => void await answer("(key)"),
    confirm: async (message) => await answer(message) === "y",
  };
  const code = await new Menu(session, prompts).run();
  assertEquals(answers, []);
  return { code, text, asked };
}

/** A port that refuses connections. */
function closedPort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return (listener.addr as Deno.NetAddr).port;
}

Deno.test("Exit and Ctrl-C leave the menu", async () => {
  assertEquals((await run(["exit"])).code, 0);
  assertEquals((await run([null])).code, 0);
});

Deno.test("Ctrl-C at a question goes back to the menu", async () => {
  const { asked } = await run(["download", null, "exit"]);
  assertEquals(asked, ["What now?", "Name, magnet link, hash or .torrent file", "What now?"]);
});

Deno.test("an error is printed and the menu goes on; the tracker is remembered", async () => {
  const tracker = `127.0.0.1:${closedPort()}`;
  const { code, text, asked } = await run(
    ["download", "x", tracker, "download", "y", "", "exit"],
  );
  assertEquals(code, 0);
  assertEquals(asked.filter((message) => message === "What now?").length, 3);
  assertEquals(text.split("ERROR").length, 3);
  assertEquals(text.split(tracker).length >= 3, true);
  assert(!text.includes("Please report"));
});

Deno.test("a file is shared in the background, shown, and leaving asks", async () => {
  const folder = await Deno.makeTempDir();
  const tracker = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serving = (async () => {
    for await (const conn of tracker) {
      const buffer = new Uint8Array(4096);
      const begun = new TextDecoder().decode(buffer.subarray(0, await conn.read(buffer) ?? 0));
      const reply = begun.startsWith("REGISTER") ? "OK\n" : "ERROR Unknown command\n";
      await conn.write(new TextEncoder().encode(reply));
      conn.close();
    }
  })();
  try {
    await Deno.writeTextFile(`${folder}/a b.txt`, "hello");
    const address = `127.0.0.1:${(tracker.addr as Deno.NetAddr).port}`;
    const { code, text, asked } = await run(
      ["seed", `"${folder}/a b.txt"`, "", address, "shares", "back", "exit", "n", "exit", "y"],
    );
    assertEquals(code, 0);
    assertStringIncludes(text, "sharing a b.txt (5 B) on port");
    assertStringIncludes(text, "not fetched yet");
    assertStringIncludes(asked.join("\n"), "1 share is active and will stop. Leave?");
  } finally {
    tracker.close();
    await serving.catch(() => {});
    await Deno.remove(folder, { recursive: true });
  }
});
