import { TextLineStream } from "jsr:@std/streams@1/text-line-stream";
import { chosenPackages, inRoot, packageFlags, V8_FLAGS } from "../../scripts/packages.ts";

/** How long anything may take before a test gives up; generous, it decides nothing else. */
const PATIENCE_MS = 240_000;

/** A program that has ended. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Where the compiled programs are, if they are to be tested. */
export const BIN_DIR: string | undefined = Deno.env.get("MINI_TORRENT_BIN_DIR");

/** The command and the first arguments that start one of our programs. */
export function commandOf(name: "tracker" | "peer"): [string, string[]] {
  const suffix = Deno.build.os === "windows" ? ".exe" : "";
  if (BIN_DIR) return [`${BIN_DIR}/${name}${suffix}`, []];
  const flags = packageFlags(chosenPackages());
  return [Deno.execPath(), ["run", "-A", "--quiet", V8_FLAGS, ...flags, inRoot(`${name}.ts`)]];
}

/** How a program is started. */
export interface StartOptions {
  readonly cwd?: string;
  readonly env?: Record<string, string>;
  /** A command and its arguments that run the program in their own place. */
  readonly under?: readonly string[];
}

/** One of our programs while it runs; killed when disposed of. */
export class Program implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #out: Lines;
  readonly #err: Lines;
  readonly #status: Promise<Deno.CommandStatus>;

  constructor(name: "tracker" | "peer", args: readonly string[], options: StartOptions = {}) {
    const { under = [], ...start } = options;
    const [program, before] = commandOf(name);
    const [command, ...words] = [...under, program, ...before, ...args];
    this.#child = new Deno.Command(command!, {
      args: words,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      ...start,
      // What was hashed or heard before is not remembered, unless a test wants that.
      env: { MINI_TORRENT_CACHE: "", MINI_TORRENT_DB: ":memory:", ...options.env },
    }).spawn();
    this.#out = new Lines(this.#child.stdout);
    this.#err = new Lines(this.#child.stderr);
    this.#status = this.#child.status;
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Waits for a line on standard output. */
  out(pattern: RegExp): Promise<RegExpExecArray> {
    return this.#found(this.#out, pattern);
  }

  /** Waits for a line of the log. */
  log(pattern: RegExp): Promise<RegExpExecArray> {
    return this.#found(this.#err, pattern);
  }

  signal(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** Waits until it has ended by itself. */
  async ended(): Promise<Ended> {
    const { code } = await withPatience(this.#status, () => `it did not end\n${this.#said()}`);
    await Promise.all([this.#out.done, this.#err.done]);
    return { code, out: this.#out.text, err: this.#err.text };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
    await this.#status;
    await Promise.all([this.#out.done, this.#err.done]);
  }

  #found(lines: Lines, pattern: RegExp): Promise<RegExpExecArray> {
    return withPatience(lines.find(pattern), () => `no line ${pattern}\n${this.#said()}`);
  }

  #said(): string {
    return `stdout:\n${this.#out.text}\nstderr:\n${this.#err.text}`;
  }
}

/** The lines of a stream, as they come. */
class Lines {
  text = "";
  readonly done: Promise<void>;
  readonly #lines: string[] = [];
  readonly #waiting = new Set<() => void>();
  #ended = false;

  constructor(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
    this.done = this.#read(stream);
  }

  async find(pattern: RegExp): Promise<RegExpExecArray> {
    for (let at = 0;;) {
      for (; at < this.#lines.length; at++) {
        const match = pattern.exec(this.#lines[at]!);
        if (match) return match;
      }
      if (this.#ended) throw new Error(`it ended without a line ${pattern}:\n${this.text}`);
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  async #read(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    const lines = stream.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
    for await (const line of lines) {
      this.#lines.push(line);
      this.text += line + "\n";
      this.#wake();
    }
    this.#ended = true;
    this.#wake();
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

async function withPatience<T>(promise: Promise<T>, what: () => string): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(what())), PATIENCE_MS);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A tracker of ours on a free port of loopback. */
export async function startTracker(...args: string[]): Promise<Program & { port: number }> {
  const program = new Program("tracker", ["--host", "127.0.0.1", "--port", "0", ...args]);
  const match = await program.log(/listening on 127\.0\.0\.1:(\d+)/);
  return Object.assign(program, { port: Number(match[1]) });
}

/** A seeding peer of ours; resolves when it serves. */
export async function startSeeder(
  path: string,
  tracker: number,
  ...args: string[]
): Promise<Program & { port: number }> {
  const program = new Program("peer", ["seed", path, "--tracker", `127.0.0.1:${tracker}`, ...args]);
  const match = await program.out(/^sharing .* on port (\d+)/);
  return Object.assign(program, { port: Number(match[1]) });
}

/** Runs a peer to its end. */
export async function runPeer(args: readonly string[], options?: StartOptions): Promise<Ended> {
  await using program = new Program("peer", args, options);
  return await program.ended();
}

/** On Windows nothing can be removed that is open, and a thread that ends closes its files late. */
const WINDOWS_TRIES = Deno.build.os === "windows" ? 50 : 0;

/** A folder of the test's own, removed at its end. */
export async function temporaryFolder(dir?: string): Promise<{ path: string } & AsyncDisposable> {
  const path = await Deno.makeTempDir({ prefix: "mini-torrent-test-", ...(dir ? { dir } : {}) });
  return {
    path,
    async [Symbol.asyncDispose]() {
      for (let tries = WINDOWS_TRIES;; tries--) {
        try {
          return await Deno.remove(path, { recursive: true });
        } catch (error) {
          if (tries === 0) throw error;
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      }
    },
  };
}

/** Names of what lies in a folder. */
export function namesIn(path: string): string[] {
  return [...Deno.readDirSync(path)].map((entry) => entry.name).sort();
}

/** Bytes that look random and are the same every time. */
export function bytesOf(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  const words = new Uint32Array(bytes.buffer, 0, length >> 2);
  let state = seed;
  for (let at = 0; at < words.length; at++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    words[at] = state ^ (state >>> 15);
  }
  return bytes;
}

/** What Deno is not to look for after a test. */
export type Sanitizers = Pick<Deno.TestDefinition, "sanitizeOps" | "sanitizeResources">;

/** Registers a test, or one that is skipped with its reason in its name. */
export function skippable(
  name: string,
  reason: string | undefined,
  fn: () => Promise<void>,
  options: Sanitizers = {},
): void {
  if (reason === undefined) Deno.test({ ...options, name, fn });
  else Deno.test({ name: `${name} [skipped: ${reason}]`, ignore: true, fn });
}
