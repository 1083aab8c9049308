/** Starts the programs from source, for the demo and the benchmarks. */
import { TextLineStream } from "jsr:@std/streams@1/text-line-stream";
import type { Program } from "./build.ts";
import { chosenPackages, inRoot, packageFlags } from "./packages.ts";

/** One object of a program's `--json` output. */
export type Message = Readonly<Record<string, unknown>>;

/** The arguments that run a program from source with this Deno. */
export function programArgs(program: Program, args: readonly string[]): string[] {
  return ["run", "-A", ...packageFlags(chosenPackages()), inRoot(`${program}.ts`), ...args];
}

/** A program that runs in the background and tells what it does as JSON; its log goes to a file. */
export class BackgroundProgram implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #messages: ReadableStreamDefaultReader<string>;
  readonly #log: Promise<void>;

  /** @param signal Ends the program when it aborts. */
  constructor(program: Program, args: readonly string[], logPath: string, signal?: AbortSignal) {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: programArgs(program, [...args, "--json"]),
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      env: { MINI_TORRENT_DB: ":memory:" },
      signal,
    }).spawn();
    this.#log = Deno.open(logPath, { create: true, write: true, truncate: true })
      .then((file) => this.#child.stderr.pipeTo(file.writable));
    this.#messages = this.#child.stdout
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream())
      .getReader();
  }

  /**
   * Waits for a message of the type.
   * @throws {Error} When the program ends first or says that it failed.
   */
  async message(type: string): Promise<Message> {
    for (;;) {
      const { done, value } = await this.#messages.read();
      if (done) throw new Error(`the program ended before it said "${type}"`);
      const message: Message = JSON.parse(value);
      if (message.type === type) {
        this.#drain();
        return message;
      }
      if (message.type === "error") throw new Error(String(message.message));
    }
  }

  /** Asks the program to stop and waits for it. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill(Deno.build.os === "windows" ? "SIGKILL" : "SIGINT");
    } catch {
      // It has ended already.
    }
    await this.#child.status;
    await this.#log.catch(() => {});
  }

  /** Reads on, so that the program never waits for us. */
  async #drain(): Promise<void> {
    while (!(await this.#messages.read()).done);
  }
}
