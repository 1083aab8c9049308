import { Checkbox } from "jsr:@cliffy/prompt@1/checkbox";
import { Confirm } from "jsr:@cliffy/prompt@1/confirm";
import { Input } from "jsr:@cliffy/prompt@1/input";
import { Number as NumberPrompt } from "jsr:@cliffy/prompt@1/number";
import { Select } from "jsr:@cliffy/prompt@1/select";
import type { Interrupts } from "./interrupts.ts";
import { suggestPaths } from "./menu_paths.ts";
import { StdinReader } from "./stdin_reader.ts";

/** Bytes of the longest key that a terminal sends, an escape sequence, and some more. */
const LONGEST_KEY = 64;

/** Thrown where a person left a question with Ctrl-C, or its input ended. */
export class PromptLeft extends Error {
  override readonly name = "PromptLeft";
  constructor(options?: ErrorOptions) {
    super("the question was left without an answer", options);
  }
}

/** Says whether an answer will do: true, or why not. */
export type Verdict = true | string;

/** One answer to choose. */
export interface Choice {
  readonly name: string;
  readonly value: string;
}

/** Questions to a person on a terminal. All of them throw {@linkcode PromptLeft} on Ctrl-C. */
export interface Prompts {
  text(
    message: string,
    options?: { default?: string; check?: (text: string) => Verdict | Promise<Verdict> },
  ): Promise<string>;
  /** Asks for a path; Tab completes it, in the home folder after `~`. */
  path(
    message: string,
    options?: {
      default?: string;
      check?: (text: string) => Verdict | Promise<Verdict>;
      home?: string | undefined;
    },
  ): Promise<string>;
  number(
    message: string,
    options: { default: number; min: number; max: number },
  ): Promise<number>;
  choose(message: string, choices: readonly Choice[], preselected?: string): Promise<string>;
  /** Asks for some of several answers, at least one; at first all of them are. */
  pick(message: string, choices: readonly Choice[]): Promise<string[]>;
  confirm(message: string, fallback: boolean): Promise<boolean>;
  /** Waits for any key, or for the signal, without a question. */
  anyKey(until: AbortSignal): Promise<void>;
}

/** Questions on the program's own terminal. */
export function systemPrompts(interrupts: Interrupts): Prompts {
  const reader = new StdinReader();
  const ask = <T>(start: (terminal: { reader: StdinReader }) => Promise<T>) =>
    askOnce(reader, interrupts, start);
  return {
    text: (message, { default: fallback, check } = {}) =>
      ask((terminal) =>
        Input.prompt({
          message,
          ...(fallback === undefined ? {} : { default: fallback }),
          validate: (value) => check?.(value || (fallback ?? "")) ?? true,
          ...terminal,
        })
      ),
    path: (message, { default: fallback, check, home } = {}) =>
      ask((terminal) =>
        Input.prompt({
          message,
          suggestions: (typed) => suggestPaths(typed, home),
          ...(fallback === undefined ? {} : { default: fallback }),
          validate: (value) => check?.(value || (fallback ?? "")) ?? true,
          ...terminal,
        })
      ),
    number: (message, { default: fallback, min, max }) =>
      ask((terminal) => {
        const validate = (text: string): Verdict => {
          const value = Number(text === "" ? fallback : text);
          const fits = Number.isInteger(value) && value >= min && value <= max;
          return fits || `A whole number from ${min} to ${max}, please.`;
        };
        return NumberPrompt.prompt({ message, default: fallback, min, max, validate, ...terminal });
      }),
    choose: (message, choices, preselected) =>
      ask((terminal) =>
        Select.prompt<string>({
          message,
          options: choices.map(({ name, value }) => ({ name, value })),
          ...(preselected === undefined ? {} : { default: preselected, hideDefault: true }),
          ...terminal,
        })
      ),
    pick: (message, choices) =>
      ask((terminal) =>
        Checkbox.prompt<string>({
          message,
          options: choices.map(({ name, value }) => ({ name, value, checked: true })),
          minOptions: 1,
          confirmSubmit: false,
          ...terminal,
        })
      ),
    confirm: (message, fallback) =>
      ask((terminal) => Confirm.prompt({ message, default: fallback, ...terminal })),
    anyKey: (until) => ask(({ reader }) => keyOrSignal(reader, until)),
  };
}

async function keyOrSignal(reader: StdinReader, until: AbortSignal): Promise<void> {
  if (until.aborted) return;
  const over = Promise.withResolvers<void>();
  const onAbort = () => over.resolve();
  until.addEventListener("abort", onAbort, { once: true });
  reader.setRaw(true);
  const key = reader.read(new Uint8Array(LONGEST_KEY));
  // Where the signal came first, the key is the next question's.
  key.catch(() => {});
  await Promise.race([key, over.promise]);
  until.removeEventListener("abort", onAbort);
}

/**
 * Asks one question. Ctrl-C reaches a prompt in three ways: as a byte that the reader sees, as an
 * error of a prompt that reads the keyboard itself, or as a signal from outside.
 */
async function askOnce<T>(
  reader: StdinReader,
  interrupts: Interrupts,
  start: (terminal: { reader: StdinReader }) => Promise<T>,
): Promise<T> {
  const left = Promise.withResolvers<never>();
  using _handler = interrupts.add((signal) => {
    left.reject(new PromptLeft());
    return signal === "SIGINT";
  });
  reader.begin(() => new PromptLeft());
  let answered = false;
  try {
    const answer = await Promise.race([start({ reader }), left.promise]);
    answered = true;
    return answer;
  } catch (error) {
    if (error instanceof Error && error.name === "ExitPromptError") {
      throw new PromptLeft({ cause: error });
    }
    throw error;
  } finally {
    reader.end(!answered);
  }
}
