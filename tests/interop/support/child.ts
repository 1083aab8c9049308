import { TextLineStream } from "jsr:@std/streams@1/text-line-stream";

/** How long anything may take before a test gives up; generous, it decides nothing else. */
export const PATIENCE_MS = 90_000;

const MOST_LOG_LINES = 300;

/** How a program is started. */
export interface ChildOptions {
  readonly cwd?: string;
  readonly env?: Record<string, string>;
  /** Ends it, where a signal would not reach it or not all of it. Default: SIGKILL. */
  readonly end?: (input: WritableStreamDefaultWriter<Uint8Array>) => Promise<void>;
}

/**
 * A program that a test started; ended when disposed of. Its standard input stays open as long as
 * the test runs, so that a program which ends with it outlives no test.
 */
export class Child implements AsyncDisposable {
  readonly #name: string;
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #end: ChildOptions["end"];
  readonly #log: string[] = [];
  readonly #lines: string[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #gone: Promise<void>;
  #ended = false;

  constructor(command: string, args: readonly string[], options: ChildOptions = {}) {
    const { end, ...start } = options;
    this.#name = command;
    this.#end = end;
    this.#child = new Deno.Command(command, {
      args: [...args],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      ...start,
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#input.closed.catch(() => {}); // it ended before its input did
    const { stdout, stderr } = this.#child;
    this.#gone = Promise.all([this.#read(stdout), this.#read(stderr)]).then(async () => {
      const { code, signal } = await this.#child.status;
      this.#log.push(`(ended with ${signal ?? code})`);
      this.#ended = true;
      this.#wake();
    });
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Whether it has ended by itself. */
  get ended(): boolean {
    return this.#ended;
  }

  /** The last lines of both outputs. */
  get log(): string {
    return `${this.#name}:\n${this.#log.join("\n")}`;
  }

  /** Waits for something in a line of either output, of those that are there and those to come. */
  async find<T>(look: (line: string) => T | undefined, what: string): Promise<T> {
    const deadline = performance.now() + PATIENCE_MS;
    for (let at = 0;;) {
      for (; at < this.#lines.length; at++) {
        const found = look(this.#lines[at]!);
        if (found !== undefined) return found;
      }
      if (this.#ended) throw new Error(`it ended without ${what}\n${this.log}`);
      const left = deadline - performance.now();
      if (left <= 0) throw new Error(`no ${what} in ${PATIENCE_MS / 1000} s\n${this.log}`);
      await this.#more(left);
    }
  }

  /** Waits for a line. */
  line(pattern: RegExp): Promise<RegExpExecArray> {
    return this.find((line) => pattern.exec(line) ?? undefined, `line ${pattern}`);
  }

  /** Writes a line to its standard input. */
  async say(line: string): Promise<void> {
    await this.#input.write(new TextEncoder().encode(`${line}\n`));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#end) await this.#end(this.#input);
    else if (!this.#ended) this.#kill();
    await this.#gone;
    await this.#input.close().catch(() => {});
  }

  #kill(): void {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }

  async #read(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    const lines = stream.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
    for await (const line of lines) {
      this.#lines.push(line);
      this.#log.push(line);
      if (this.#log.length > MOST_LOG_LINES) this.#log.shift();
      this.#wake();
    }
  }

  async #more(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    this.#waiting.add(resolve);
    await promise;
    clearTimeout(timer);
    this.#waiting.delete(resolve);
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
  }
}

/** Whether a command ends with 0; a missing one does not. */
export function succeeds(command: string, ...args: string[]): boolean {
  try {
    const options = { args, stdin: "null", stdout: "null", stderr: "null" } as const;
    return new Deno.Command(command, options).outputSync().success;
  } catch {
    return false;
  }
}
