/**
 * Downloads that are ended while they are brought to the disk at their end. strace makes each sync so slow that there
 * is a moment to do it in.
 */
import { assertEquals, assertMatch } from "jsr:@std/assert@1";
import {
  bytesOf,
  type Ended,
  namesIn,
  Program,
  runPeer,
  skippable,
  startSeeder,
  startTracker,
  temporaryFolder,
} from "../support/programs.ts";
import { assertSameFile, readDownload, startSeed, writeFiles } from "../support/swarm_programs.ts";

/** Why no sync can be made slow. */
async function withoutStrace(): Promise<string | undefined> {
  const args = ["-f", "-o", "/dev/null", "-e", "inject=fsync:delay_enter=1", "true"];
  const ended = await new Deno.Command("strace", { args, stdout: "null", stderr: "null" }).output()
    .catch(() => undefined);
  if (!ended) return "strace is not installed";
  return ended.success ? undefined : "strace may trace nothing here";
}

/**
 * A peer whose syncs take so long. strace is its parent, and not the other way round, so that what waits for a child's
 * end is told of it.
 */
class SlowPeer implements AsyncDisposable {
  readonly program: Program;
  readonly #pid: string;
  #over = false;

  /** @param folder Takes a file that has the peer's process id. */
  constructor(args: readonly string[], ms: number, folder: string) {
    this.#pid = `${folder}/pid`;
    const inject = `inject=fsync,fdatasync:delay_enter=${ms * 1000}`;
    const trace = ["-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync,fdatasync", "-e", inject];
    const tell = ["sh", "-c", 'echo $$ >"$0" && exec "$@"', this.#pid];
    this.program = new Program("peer", args, { under: ["strace", ...trace, ...tell] });
  }

  /** Signals the peer itself. */
  signal(signal: Deno.Signal): void {
    Deno.kill(Number(Deno.readTextFileSync(this.#pid)), signal);
  }

  /** Whether it has ended. */
  get over(): boolean {
    return this.#over;
  }

  /** Waits until it has ended by itself. */
  async ended(): Promise<Ended> {
    const ended = await this.program.ended();
    this.#over = true;
    return ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      if (!this.#over) this.signal("SIGKILL");
    } catch {
      // It has not begun, or has ended.
    }
    await this.program[Symbol.asyncDispose]();
  }
}

// Windows has no strace either.
const NO_STRACE = await withoutStrace();
const NAMES = Array.from({ length: 8 }, (_, index) => `file ${index}`);
const CONTENTS = new Map(NAMES.map((name, index) => [name, bytesOf(150_000, index + 1)]));

/** Names in a folder that are not of parts. */
function finalNames(path: string): string[] {
  try {
    return namesIn(path).filter((name) => !name.endsWith(".part"));
  } catch {
    return [];
  }
}

for (const signal of ["SIGINT", "SIGKILL"] as const) {
  // Before the first file has its name, and when some have.
  for (const named of [0, 1, 4]) {
    const when = named === 0
      ? "before a file has its name"
      : `after ${named} of 8 files have theirs`;
    skippable(
      `finishing: ${signal} ${when}, and the next run fetches nothing twice`,
      NO_STRACE,
      async () => {
        await using tracker = await startTracker();
        await using folder = await temporaryFolder();
        const { path } = folder;
        await writeFiles(
          path,
          Object.fromEntries([...CONTENTS].map(([name, bytes]) => [`Set/${name}`, bytes])),
        );
        const at = ["--tracker", `127.0.0.1:${tracker.port}`, "--json"];
        await using _seed = await startSeed(`${path}/Set`, ...at.slice(0, 2));
        await Deno.mkdir(`${path}/in`);
        const args = ["get", "Set", `${path}/in`, ...at];
        await using peer = new SlowPeer(args, named === 0 ? 1_000 : 300, path);
        await peer.program.out(/"phase":"finishing"/);
        const ending = peer.ended();
        while (finalNames(`${path}/in/Set`).length < named && !peer.over) {
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
        if (!peer.over) peer.signal(signal);
        const ended = await ending;
        // Where the signal came too late, because this machine is slow, all is there.
        if (ended.code === 0 && named > 0) assertEquals(finalNames(`${path}/in/Set`), NAMES);
        else if (signal === "SIGKILL") assertEquals(ended.code, 137, ended.err);
        else {
          const { last } = readDownload(ended);
          assertEquals([ended.code, last.code], [130, "interrupted"], ended.err);
          assertMatch(String(last.message), /100 % is kept; the same command goes on from there/);
        }
        for (const name of finalNames(`${path}/in/Set`)) {
          await assertSameFile(`${path}/in/Set/${name}`, CONTENTS.get(name)!);
        }

        const again = readDownload(await runPeer(args));
        assertEquals(again.code, 0, again.err);
        assertEquals([again.last.downloaded, again.last.wasted], [0, 0]);
        assertEquals(namesIn(`${path}/in`), ["Set"]);
        assertEquals(namesIn(`${path}/in/Set`), NAMES);
        for (const [name, bytes] of CONTENTS) await assertSameFile(`${path}/in/Set/${name}`, bytes);
      },
    );
  }

  skippable(
    `finishing: ${signal} while a file from the original's protocol is synced`,
    NO_STRACE,
    async () => {
      await using tracker = await startTracker();
      await using folder = await temporaryFolder();
      const { path } = folder;
      const [content, old] = [bytesOf(1_000_000), bytesOf(10)];
      await Deno.mkdir(`${path}/in`);
      await Deno.writeFile(`${path}/file`, content);
      await Deno.writeFile(`${path}/in/file`, old);
      await using _seeder = await startSeeder(`${path}/file`, tracker.port);
      const at = ["--tracker", `127.0.0.1:${tracker.port}`, "--json"];
      const args = ["get", "file", `${path}/in`, "--classic", "--force", ...at];
      await using peer = new SlowPeer(args, signal === "SIGKILL" ? 20_000 : 1_000, path);
      await peer.program.out(/"phase":"finishing"/);
      peer.signal(signal);
      const ended = await peer.ended();
      if (signal === "SIGINT") {
        // All that was left to do was done first, and that is told.
        assertEquals([ended.code, readDownload(ended).last.type], [0, "result"], ended.err);
        assertEquals(namesIn(`${path}/in`), ["file"]);
        return await assertSameFile(`${path}/in/file`, content);
      }
      assertEquals(ended.code, 137);
      assertEquals(namesIn(`${path}/in`), ["file", "file.part"]);
      await assertSameFile(`${path}/in/file`, old);
      await Deno.remove(`${path}/in/file.part`);
      assertEquals((await runPeer(args)).code, 0);
      await assertSameFile(`${path}/in/file`, content);
    },
  );
}
