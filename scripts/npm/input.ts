/** Stands in for `jsr:@cliffy/prompt@1/input` where JSR cannot be reached. */
import { askWith } from "./keyboard.ts";
import { type PromptOptions, question } from "./prompt_options.ts";

export interface InputOptions extends PromptOptions<string, string> {
  /** The answer is a path: Tab completes it. */
  files?: boolean;
  minLength?: number;
  suggestions?: string[];
}

/** Asks for a line of text. */
export class Input {
  static async prompt(options: InputOptions): Promise<string> {
    const config = {
      message: question(options),
      ...(options.default === undefined ? {} : { default: options.default }),
      validate: async (value: string) => {
        if (value.length < (options.minLength ?? 0)) return "Too short.";
        const verdict = await options.validate?.(value) ?? true;
        return verdict === false ? "Invalid answer." : verdict;
      },
    };
    // Loaded late: their modules read the environment, which may not be permitted.
    const prompt = options.files
      ? (await import("./path_prompt.ts")).pathPrompt
      : (await import("npm:@inquirer/prompts@7")).input;
    return await askWith(options.reader, (context) => prompt(config, context));
  }
}
