/** Stands in for `jsr:@cliffy/prompt@1/confirm` where JSR cannot be reached. */
import { askWith } from "./keyboard.ts";
import { type PromptOptions, question } from "./prompt_options.ts";
import { keepPromptsPlain } from "./uncoloured.ts";

export type ConfirmOptions = PromptOptions<boolean, string>;

/** Asks for a yes or a no. */
export class Confirm {
  static async prompt(options: ConfirmOptions): Promise<boolean> {
    keepPromptsPlain();
    // Loaded late: its modules read the environment, which may not be permitted.
    const { confirm } = await import("npm:@inquirer/prompts@7");
    const config = {
      message: question(options),
      ...(options.default === undefined ? {} : { default: options.default }),
    };
    return await askWith(options.reader, (context) => confirm(config, context));
  }
}
