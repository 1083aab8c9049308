import { systemClock } from "../../lib/base/clock.ts";
import { parseCommandLine } from "../../lib/cli/flags.ts";
import { Interrupts } from "../../lib/cli/interrupts.ts";
import { Logger } from "../../lib/cli/logger.ts";
import { Output } from "../../lib/cli/output.ts";
import { PEER_SPEC } from "../../lib/cli/peer_spec.ts";
import { type Choice, PromptLeft, type Prompts } from "../../lib/cli/prompts.ts";
import type { Session } from "../../lib/cli/session.ts";
import { makeStyle } from "../../lib/cli/style.ts";

/**
 * An answer to a question; null leaves it; a function makes it when the question is asked, from the
 * choices where there are some.
 */
export type Answer = string | null | ((choices: readonly Choice[]) => string | Promise<string>);

/** A session on no terminal, and prompts that are answered in advance. */
export class MenuSession {
  /** What was asked, in order. */
  readonly asked: string[] = [];
  readonly session: Session;
  readonly prompts: Prompts;
  readonly #answers: Answer[];
  #text = "";

  constructor(answers: readonly Answer[], args: readonly string[] = []) {
    this.#answers = [...answers];
    this.session = this.#newSession(args);
    this.prompts = {
      text: async (message, options) => await this.#answer(message) || (options?.default ?? ""),
      path: async (message, options) => await this.#answer(message) || (options?.default ?? ""),
      number: async (message, options) => Number(await this.#answer(message) || options.default),
      choose: (message, choices) => this.#answer(message, choices),
      pick: async (message, choices) => (await this.#answer(message, choices)).split(","),
      confirm: async (message) => await this.#answer(message) === "y",
      anyKey: async (until) => {
        // Whoever waits for a key sees the end of it first, if there is one.
        if (!until.aborted) await Promise.race([this.#key(), ended(until)]);
      },
    };
  }

  /** All that was written. */
  get text(): string {
    return this.#text;
  }

  /** Answers that nobody asked for. */
  get left(): number {
    return this.#answers.length;
  }

  /** A key is pressed where the next answer is `(key)`; else it is only waited. */
  async #key(): Promise<void> {
    if (this.#answers[0] !== "(key)") return await new Promise(() => {});
    this.#answers.shift();
  }

  async #answer(message: string, choices: readonly Choice[] = []): Promise<string> {
    this.asked.push(message);
    const next = this.#answers.shift();
    if (next === undefined) throw new Error(`nobody expected "${message}"`);
    if (next === null) throw new PromptLeft();
    return typeof next === "string" ? next : await next(choices);
  }

  #newSession(args: readonly string[]): Session {
    const write = (more: string) => {
      this.#text += more;
      return true;
    };
    const line = parseCommandLine(PEER_SPEC, args, () => undefined);
    const style = makeStyle(false);
    const { signal } = new AbortController();
    const date = () => new Date();
    const logger = new Logger({ write, level: "info", format: "text", date, style });
    return {
      line,
      flags: line.flags,
      terminal: {
        stdinIsTerminal: true,
        stdoutIsTerminal: true,
        stderrIsTerminal: true,
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
  }
}

function ended(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
