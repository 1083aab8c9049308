/** Starts our programs for a benchmark: the compiled ones where `MINI_TORRENT_BIN_DIR` names them. */
import { chosenPackages, inRoot, packageFlags, V8_FLAGS } from "../packages.ts";

/** A program that runs and writes JSON lines. */
export interface Program extends AsyncDisposable {
  readonly pid: number;
  /** Waits for the first line of one of these types. */
  line(...types: string[]): Promise<Record<string, unknown>>;
}

/** Starts `tracker` or `peer` with `--json`; its log goes nowhere. */
export function start(name: "tracker" | "peer", ...args: string[]): Program {
  const folder = Deno.env.get("MINI_TORRENT_BIN_DIR");
  const command = folder ? `${folder}/${name}` : Deno.execPath();
  const before = folder
    ? []
    : ["run", "-A", V8_FLAGS, ...packageFlags(chosenPackages()), inRoot(`${name}.ts`)];
  const child = new Deno.Command(command, {
    args: [...before, ...args, "--json", "--log-level", "error"],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
    env: { MINI_TORRENT_CACHE: "", MINI_TORRENT_DB: ":memory:" },
  }).spawn();
  const lines = readLines(child.stdout);
  return {
    pid: child.pid,
    async line(...types) {
      for (;;) {
        const { value, done } = await lines.next();
        if (done) throw new Error(`${name} ended without a line of type ${types.join(" or ")}`);
        const object = JSON.parse(value) as Record<string, unknown>;
        if (types.includes(String(object.type))) return object;
      }
    },
    async [Symbol.asyncDispose]() {
      try {
        child.kill("SIGTERM");
      } catch {
        // It has ended by itself.
      }
      while (!(await lines.next()).done);
      await child.status;
    },
  };
}

async function* readLines(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream() as TransformStream)) {
    const parts = (rest + text).split("\n");
    rest = parts.pop()!;
    yield* parts.filter((part) => part !== "");
  }
}

/** The most memory a process ever had resident, MiB; undefined where the system does not tell. */
export function peakMemory(pid: number): number | undefined {
  try {
    const status = Deno.readTextFileSync(`/proc/${pid}/status`);
    return Math.round(Number(/VmHWM:\s+(\d+) kB/.exec(status)![1]) / 1024);
  } catch {
    return undefined;
  }
}

/** The middle value. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
