/** Stands in for `jsr:@cliffy/prompt@1/select` where JSR cannot be reached. */
import { askWith } from "./keyboard.ts";
import { type PromptOptions, question } from "./prompt_options.ts";
import { keepPromptsPlain } from "./uncoloured.ts";

export interface SelectOptions<T> extends PromptOptions<T, T> {
  options: Array<{ name: string; value: T; disabled?: boolean }>;
  maxRows?: number;
}

/** A literal type made wide, as the prompts of Cliffy do. */
export type Widen<T> = T extends string ? string : T extends number ? number : T;

/** Asks for one of several answers. */
export class Select {
  static async prompt<T>(options: SelectOptions<T>): Promise<Widen<T>> {
    keepPromptsPlain();
    // Loaded late: its modules read the environment, which may not be permitted.
    const { select } = await import("npm:@inquirer/prompts@7");
    const config = {
      message: question(options),
      choices: options.options,
      ...(options.default === undefined ? {} : { default: options.default }),
      ...(options.maxRows === undefined ? {} : { pageSize: options.maxRows }),
    };
    const answer = await askWith(options.reader, (context) => select<T>(config, context));
    return answer as Widen<T>;
  }
}
