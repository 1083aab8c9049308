/** Stands in for `jsr:@cliffy/prompt@1/number` where JSR cannot be reached. */
import { askWith } from "./keyboard.ts";
import { type PromptOptions, question } from "./prompt_options.ts";
import { keepPromptsPlain } from "./uncoloured.ts";

export interface NumberOptions extends PromptOptions<number, string> {
  min?: number;
  max?: number;
}

/** Asks for a whole number. */
class NumberPrompt {
  static async prompt(options: NumberOptions): Promise<number> {
    keepPromptsPlain();
    // Loaded late: its modules read the environment, which may not be permitted.
    const { number } = await import("npm:@inquirer/prompts@7");
    const config = {
      message: question(options),
      required: true,
      ...(options.default === undefined ? {} : { default: options.default }),
      ...(options.min === undefined ? {} : { min: options.min }),
      ...(options.max === undefined ? {} : { max: options.max }),
      validate: async (value: number | undefined) => {
        const verdict = await options.validate?.(`${value ?? ""}`) ?? true;
        return verdict === false ? "Invalid answer." : verdict;
      },
    };
    const answer = await askWith(options.reader, (context) => number(config, context));
    if (answer === undefined) throw new TypeError("the prompt ended without a number");
    return answer;
  }
}

export { NumberPrompt as Number };
