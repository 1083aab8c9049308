/** Starts our programs for a benchmark: the compiled ones where `MINI_TORRENT_BIN_DIR` names them. */
import { chosenPackages, inRoot, NET_FLAG, packageFlags, V8_FLAGS } from "../packages.ts";

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
    : ["run", "-A", V8_FLAGS, NET_FLAG, ...packageFlags(chosenPackages()), inRoot(`${name}.ts`)];
  const child = new Deno.Command(command, {
    args: [...before, ...args, "--json", "--log-level", "error"],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
    env: { MINI_TORRENT_CACHE: "", MINI_TORRENT_DB: ":memory:" },
  }).spawn();
  const objects = new Objects(name, child.stdout);
  return {
    pid: child.pid,
    line: (...types) => objects.next(types),
    async [Symbol.asyncDispose]() {
      try {
        child.kill("SIGTERM");
      } catch {
        // It has ended by itself.
      }
      await objects.done;
      await child.status;
    },
  };
}

/** What a program writes, read as it comes: one whose output nobody reads would wait for its reader. */
class Objects {
  readonly done: Promise<void>;
  readonly #name: string;
  #unread: Record<string, unknown>[] = [];
  #wake = Promise.withResolvers<void>();
  #ended = false;

  constructor(name: string, stream: ReadableStream<Uint8Array>) {
    this.#name = name;
    this.done = this.#read(stream);
  }

  async next(types: readonly string[]): Promise<Record<string, unknown>> {
    for (;;) {
      const at = this.#unread.findIndex(({ type }) => types.includes(String(type)));
      const [found] = this.#unread.splice(0, at < 0 ? Infinity : at + 1).slice(-1);
      if (at >= 0 && found) return found;
      if (this.#ended) {
        throw new Error(`${this.#name} ended without a line of type ${types.join(" or ")}`);
      }
      await this.#wake.promise;
    }
  }

  async #read(stream: ReadableStream<Uint8Array>): Promise<void> {
    for await (const line of readLines(stream)) {
      const object = JSON.parse(line) as Record<string, unknown>;
      // Nobody waits for these, and a seeder tells them for ever.
      if (object.type === "progress" || (object.type === "share" && this.#unread.length > 100)) {
        continue;
      }
      this.#unread.push(object);
      this.#stir();
    }
    this.#ended = true;
    this.#stir();
  }

  #stir(): void {
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }
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
