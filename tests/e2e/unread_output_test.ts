/** Programs whose output nobody reads for a while go on serving, and then tell what still counts. */
import { assert, assertEquals } from "jsr:@std/assert@1";
import { classicAsk, classicDownload, exchange } from "../support/originals.ts";
import {
  bytesOf,
  commandOf,
  skippable,
  startTracker,
  temporaryFolder,
} from "../support/programs.ts";

const WINDOWS = Deno.build.os === "windows" ? "Windows has no shell for it" : undefined;

/** What a pipe of Linux holds, and what one of macOS does at most. */
const PIPE_BYTES = 65_536;

/** How often a condition is tried; longer than anything takes. */
const TRIES = 2400;

type Json = Readonly<Record<string, unknown>>;

/** One of our programs whose output goes into a pipe that is full, until the test lets it be read. */
class Unread implements AsyncDisposable {
  readonly #folder: string;
  readonly #child: Deno.ChildProcess;
  readonly #output: Promise<Deno.CommandOutput>;
  #read = false;

  private constructor(folder: string, child: Deno.ChildProcess) {
    this.#folder = folder;
    this.#child = child;
    this.#output = child.output();
  }

  /** @param stream The one that is not read; the other one is dropped. */
  static async start(
    folder: string,
    stream: "stdout" | "stderr",
    name: "tracker" | "peer",
    ...args: string[]
  ): Promise<Unread> {
    const made = await new Deno.Command("mkfifo", { args: [`${folder}/go`] }).output();
    assert(made.success);
    const [command, before] = commandOf(name);
    const other = stream === "stdout" ? "2>/dev/null" : "2>&1 >/dev/null";
    const script = `
cd "$1" && shift
{ head -c ${PIPE_BYTES} /dev/zero | tr '\\0' ' '
  sh -c 'echo $$ >pid && exec "$@"' sh "$@" ${other}
  echo $? >code
} | { cat go >/dev/null; cat; }`;
    const child = new Deno.Command("sh", {
      args: ["-c", script, "sh", folder, command, ...before, ...args],
      env: { MINI_TORRENT_CACHE: "", MINI_TORRENT_DB: ":memory:" },
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    return new Unread(folder, child);
  }

  async signal(signal: Deno.Signal): Promise<void> {
    Deno.kill(Number(await this.#file("pid")), signal);
  }

  /** Waits until it has ended; its exit code. */
  async ended(): Promise<number> {
    return Number(await this.#file("code"));
  }

  /** Lets the output be read from now on. */
  async read(): Promise<void> {
    this.#read = true;
    await Deno.writeTextFile(`${this.#folder}/go`, "");
  }

  /** Waits until it has ended and all of its output was read: the objects of it. */
  async objects(): Promise<readonly Json[]> {
    const { stdout } = await this.#output;
    const lines = new TextDecoder().decode(stdout).trim().split("\n");
    return lines.map((line) => JSON.parse(line));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const pid = await Deno.readTextFile(`${this.#folder}/pid`).catch(() => undefined);
    try {
      if (pid !== undefined) Deno.kill(Number(pid), "SIGKILL");
    } catch {
      // It has ended by itself.
    }
    if (!this.#read) await this.read();
    await this.#output;
    await this.#child.status;
  }

  #file(name: string): Promise<string> {
    return until(`${name} of the program`, async () => {
      const text = await Deno.readTextFile(`${this.#folder}/${name}`).catch(() => "");
      return text.endsWith("\n") ? text.trim() : undefined;
    });
  }
}

async function until<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  for (let tries = TRIES; tries > 0; tries--) {
    const found = await ask();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`no ${what}`);
}

/** The port that a tracker says serves a name. */
function portOf(tracker: number, name: string): Promise<number> {
  return until(`peer of ${name}`, async () => {
    const [, port] = /:(\d+);/.exec(await classicAsk(tracker, `GETPEERS ${name}\n`)) ?? [];
    return port === undefined ? undefined : Number(port);
  });
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

skippable(
  "unread output: a tracker whose log nobody reads answers everybody",
  WINDOWS,
  async () => {
    await using folder = await temporaryFolder();
    const port = freePort();
    const many = ["--announce-rate", "1000000", "--announce-burst", "1000000"];
    const log = ["--log-level", "debug", "--log-format", "json"];
    const where = ["--host", "127.0.0.1", "-p", String(port), "--no-http"];
    await using tracker = await Unread.start(
      folder.path,
      "stderr",
      "tracker",
      ...[where, many, log].flat(),
    );
    await until("answer", () => classicAsk(port, "GETPEERS begin\n").catch(() => undefined));
    const padding = "x".repeat(200);
    for (let round = 0; round < 80; round++) {
      const requests = Array.from({ length: 100 }, (_, index) => {
        return `GETPEERS ${round * 100 + index}_${padding}\n`;
      });
      assertEquals(await exchange(port, [requests.join("")]), "\n".repeat(100));
    }
    await tracker.read();
    // The log is being read again: what happens next is in it.
    await until("line of the log", async () => {
      await classicAsk(port, "GETPEERS end\n");
      return true;
    });
    await tracker.signal("SIGTERM");
    const messages = (await tracker.objects()).map(({ message }) => String(message));
    assertEquals(await tracker.ended(), 0);
    const numbers = messages.flatMap((one) => /(\d+)_x/.exec(one)?.[1] ?? []).map(Number);
    assert(numbers.length > 100 && numbers.length < 8000, `${numbers.length} lines`);
    assertEquals(numbers, numbers.toSorted((a, b) => a - b));
    const [, left] = messages.flatMap((one) => {
      return /nobody read standard error for a while: (\d+) lines were left out/.exec(one) ?? [];
    });
    assert(Number(left) > 0, messages.slice(-5).join("\n"));
  },
);

skippable(
  "unread output: a share serves, and tells its latest state once it is read",
  WINDOWS,
  async () => {
    await using tracker = await startTracker();
    await using folder = await temporaryFolder();
    const content = bytesOf(100_000);
    await Deno.writeFile(`${folder.path}/file`, content);
    const at = ["--tracker", `127.0.0.1:${tracker.port}`, "--json"];
    await using seeder = await Unread.start(folder.path, "stdout", "peer", "seed", "file", ...at);
    const port = await portOf(tracker.port, "file");
    for (let count = 0; count < 5; count++) {
      assertEquals((await classicDownload(port)).content, content);
    }
    await seeder.read();
    await seeder.signal("SIGTERM");
    const objects = await seeder.objects();
    assertEquals(await seeder.ended(), 0);
    const types = objects.map(({ type }) => type).filter((type) => type !== "progress");
    assertEquals([types.at(0), types.at(-1)], ["share", "result"]);
    assertEquals(new Set(types.slice(0, -1)), new Set(["share"]));
    const [{ completed } = {}] = objects.at(-1)!.shares as Json[];
    assertEquals(completed, 5);
  },
);

skippable(
  "unread output: a download is done, and its result waits to be read",
  WINDOWS,
  async () => {
    await using tracker = await startTracker();
    await using folder = await temporaryFolder();
    await using there = await temporaryFolder();
    const content = bytesOf(3_000_000);
    await Deno.writeFile(`${there.path}/file`, content);
    const at = ["--tracker", `127.0.0.1:${tracker.port}`, "--json"];
    await using seeder = await Unread.start(there.path, "stdout", "peer", "seed", "file", ...at);
    await portOf(tracker.port, "file");
    await using download = await Unread.start(folder.path, "stdout", "peer", "get", "file", ...at);
    await until("file", () => Deno.stat(`${folder.path}/file`).catch(() => undefined));
    assertEquals(await Deno.readFile(`${folder.path}/file`), content);
    await download.read();
    const objects = await download.objects();
    assertEquals(await download.ended(), 0);
    const types = objects.map(({ type }) => type);
    assertEquals(types.slice(-2), ["complete", "result"]);
    assertEquals(types.filter((type) => type === "contents").length, 1);
    // The seeder's output was never read: it ends all the same when it is asked to.
    await seeder.signal("SIGTERM");
    assertEquals(await seeder.ended(), 0);
  },
);
