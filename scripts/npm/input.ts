/** Stands in for `jsr:@cliffy/prompt@1/input` where JSR cannot be reached. */
import { askWith } from "./keyboard.ts";
import { type PromptOptions, question } from "./prompt_options.ts";
import { keepPromptsPlain } from "./uncoloured.ts";

export interface InputOptions extends PromptOptions<string, string> {
  minLength?: number;
  /** What could follow what is typed so far: Tab completes it as far as it is unambiguous. */
  suggestions?: (typed: string) => string[] | Promise<string[]>;
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
    keepPromptsPlain();
    // Loaded late: their modules read the environment, which may not be permitted.
    const { suggestions } = options;
    if (suggestions) {
      const { completingPrompt } = await import("./completing_prompt.ts");
      const completing = { ...config, suggestions };
      return await askWith(options.reader, (context) => completingPrompt(completing, context));
    }
    const { input } = await import("npm:@inquirer/prompts@7");
    return await askWith(options.reader, (context) => input(config, context));
  }
}
