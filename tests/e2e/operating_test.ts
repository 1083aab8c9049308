/** The unit and the container file of docs/ are what they say, as far as that can be seen without their engines. */
import { assert, assertEquals, assertMatch } from "jsr:@std/assert@1";
import { dirname, join } from "node:path";
import { STOP_GRACE_MS } from "../../lib/app/defaults.ts";
import { flagsOf } from "../../lib/cli/spec.ts";
import { TRACKER_SPEC } from "../../lib/cli/tracker_spec.ts";
import { inRoot } from "../../scripts/packages.ts";
import { namesIn, Program, skippable, temporaryFolder } from "../support/programs.ts";

const WINDOWS = Deno.build.os === "windows" ? "Windows has neither" : undefined;

const UNIT = inRoot("docs/mini-torrent-tracker.service");
const TRACKER = TRACKER_SPEC.commands.find(({ name }) => name === "")!;

async function output(command: string, args: readonly string[], options: Deno.CommandOptions = {}) {
  const { code, stdout, stderr } = await new Deno.Command(command, {
    args: [...args],
    stdin: "null",
    ...options,
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, said: `${out}${err}` };
}

async function withoutSystemd(): Promise<string | undefined> {
  const found = await output("systemd-analyze", ["--version"]).catch(() => undefined);
  const version = Number(/systemd (\d+)/.exec(found?.said ?? "")?.[1] ?? 0);
  return version >= 250 ? undefined : "systemd-analyze is not installed, or older than 250";
}

/** The unit's settings; of a name that comes several times, the last value. */
async function unitSettings(): Promise<ReadonlyMap<string, string>> {
  const text = await Deno.readTextFile(UNIT);
  return new Map(
    text.split("\n").flatMap((line) => {
      const [, name, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
      return name === undefined ? [] : [[name, value!]];
    }),
  );
}

function assertFlags(words: readonly string[]): void {
  const names = flagsOf(TRACKER).map(({ name }) => `--${name}`);
  for (const word of words) {
    if (word.startsWith("--")) assert(names.includes(word), `${word} is no flag of the tracker`);
  }
}

skippable(
  "operating: systemd takes the unit, and finds little to harden",
  await withoutSystemd(),
  async () => {
    await using folder = await temporaryFolder();
    const copy = `${folder.path}/mini-torrent-tracker.service`;
    const text = await Deno.readTextFile(UNIT);
    // That the program is installed is not what is asked.
    await Deno.writeTextFile(copy, text.replace("/usr/local/bin/tracker", Deno.execPath()));
    assertEquals(await output("systemd-analyze", ["verify", copy]), { code: 0, said: "" });
    const review = ["security", "--offline=yes", "--threshold=20", "--no-pager", copy];
    const { code, said } = await output("systemd-analyze", review);
    assertEquals(code, 0, said);
  },
);

skippable("operating: a tracker runs and ends as the unit has it", WINDOWS, async () => {
  const settings = await unitSettings();
  const [, ...words] = settings.get("ExecStart")!.split(" ");
  assertFlags(words);
  assertMatch(settings.get("LoadCredential")!, /^tracker\.toml:\//);
  await using folder = await temporaryFolder();
  const file = `${folder.path}/tracker.toml`;
  await Deno.writeTextFile(file, 'host = "127.0.0.1"\nport = 0\n');
  const args = words.map((word) => word.replace("${CREDENTIALS_DIRECTORY}", folder.path));
  const env = { MINI_TORRENT_DB: "", STATE_DIRECTORY: `${folder.path}/state` };
  await using tracker = new Program("tracker", args, { env });
  await tracker.log(/listening on 127\.0\.0\.1:\d+/);
  assert(namesIn(`${folder.path}/state`).includes("tracker.db"));
  tracker.signal("SIGTERM");
  assertEquals((await tracker.ended()).code, 0);
  assert(Number(settings.get("TimeoutStopSec")) * 1000 >= 2 * STOP_GRACE_MS);
});

/** One instruction of a container file: its name and the rest, over as many lines as it takes. */
interface Instruction {
  readonly name: string;
  readonly rest: string;
}

async function containerFile(): Promise<readonly Instruction[]> {
  const text = await Deno.readTextFile(inRoot("docs/Containerfile"));
  return text.replace(/^#.*\n/gm, "").replace(/ *\\\n */g, " ").split("\n").flatMap((line) => {
    const [, name, rest] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
    return name === undefined ? [] : [{ name, rest: rest! }];
  });
}

skippable(
  "operating: what the container file copies is there, and enough to run and to ask for health",
  WINDOWS,
  async () => {
    const instructions = await containerFile();
    const of = (name: string) =>
      instructions.filter((one) => one.name === name).map(({ rest }) => rest);
    await using folder = await temporaryFolder();
    const app = `${folder.path}/app`;
    await Deno.mkdir(app);
    const copied: string[] = [];
    for (const rest of of("COPY").filter((one) => !one.startsWith("--from"))) {
      const words = rest.split(" ");
      const target = words.pop()!;
      for (const source of words) {
        copied.push(source);
        await copy(inRoot(source), join(app, target === "./" ? source : target));
      }
    }
    assert(["tracker.ts", "lib", "deno.json"].every((one) => copied.includes(one)), copied.join());
    assertEquals(of("USER"), ["65532:65532"]);
    const ports = ["port", "http-port"].map((name) =>
      TRACKER.flags.find((one) => one.name === name)
    );
    const [port] = [ports[0]!.default];
    assertEquals(of("EXPOSE"), [`${port} 6969/tcp 6969/udp`]);
    assertMatch(ports[1]!.help, /default: 6969/);

    const commands = of("RUN").map((rest): string[] => JSON.parse(rest));
    for (const [program, ...args] of commands) {
      if (program !== "deno") continue;
      const { code, said } = await output(Deno.execPath(), args, { cwd: app });
      assertEquals(code, 0, said);
    }
    const inside = (word: string) => word.replace(/(?<==|,)\/(?=[a-z])/g, `${folder.path}/`);
    const [first, ...entry]: string[] = JSON.parse(of("ENTRYPOINT")[0]!);
    assertEquals(first, "deno");
    const env = { MINI_TORRENT_STATE_DIR: `${folder.path}/state` };
    const tracker = new Deno.Command(Deno.execPath(), {
      args: [...entry.map(inside), "--host", "127.0.0.1", "--port", "0", "--json"],
      cwd: app,
      env,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const [out, log] = [textOf(tracker.stdout), textOf(tracker.stderr)];
    try {
      const [, httpPort] = await out.until(/"http_port":(\d+)/);
      await log.until(/keeps what it hears in .*tracker\.db/);
      const [health = ""] = of("HEALTHCHECK").map((rest) => rest.replace(/^.* CMD (?=\[)/, ""));
      const [program, ...args]: string[] = JSON.parse(health);
      assertEquals(program, "deno");
      const ask = (port: string) => {
        return output(Deno.execPath(), args, {
          cwd: app,
          env: { TRACKER_HEALTH_URL: `http://127.0.0.1:${port}/healthz` },
        });
      };
      assertEquals(await ask(httpPort!), { code: 0, said: "" });
      tracker.kill("SIGTERM");
      assertEquals((await tracker.status).code, 0, log.text());
      assert((await ask(httpPort!)).code !== 0);
    } finally {
      await end(tracker);
      await Promise.all([out.done, log.done]);
    }
  },
);

async function copy(from: string, to: string): Promise<void> {
  await Deno.mkdir(dirname(to), { recursive: true });
  if ((await Deno.stat(from)).isFile) return await Deno.copyFile(from, to);
  await Deno.mkdir(to, { recursive: true });
  for await (const { name } of Deno.readDir(from)) await copy(join(from, name), join(to, name));
}

async function end(child: Deno.ChildProcess): Promise<void> {
  try {
    child.kill("SIGKILL");
  } catch {
    // It has ended by itself.
  }
  await child.status;
}

/** The text of a stream as it comes. */
function textOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
  let text = "";
  let wake = Promise.withResolvers<void>();
  let ended = false;
  const done = (async () => {
    for await (const part of stream.pipeThrough(new TextDecoderStream())) {
      text += part;
      wake.resolve();
      wake = Promise.withResolvers();
    }
    ended = true;
    wake.resolve();
  })();
  return {
    done,
    text: () => text,
    async until(pattern: RegExp): Promise<RegExpExecArray> {
      for (;;) {
        const match = pattern.exec(text);
        if (match) return match;
        if (ended) throw new Error(`it ended without ${pattern}:\n${text}`);
        await wake.promise;
      }
    },
  };
}
