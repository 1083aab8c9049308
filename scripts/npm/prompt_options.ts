import type { KeyReader } from "./keyboard.ts";

/** What the prompts share of the options of `@cliffy/prompt`. */
export interface PromptOptions<T, Raw> {
  reader: KeyReader;
  message: string;
  default?: T;
  hint?: string;
  validate?: (value: Raw) => string | boolean | Promise<string | boolean>;
}

/** The message, with the hint behind it. */
export function question(options: { message: string; hint?: string }): string {
  return options.hint === undefined ? options.message : `${options.message} (${options.hint})`;
}
