/** Stands in for `jsr:@cliffy/prompt@1/checkbox` where JSR cannot be reached. */
import { askWith } from "./keyboard.ts";
import { type PromptOptions, question } from "./prompt_options.ts";
import type { Widen } from "./select.ts";

export interface CheckboxOptions<T> extends PromptOptions<T[], T[]> {
  options: Array<{ name: string; value: T; checked?: boolean; disabled?: boolean }>;
  maxRows?: number;
  minOptions?: number;
  /** Inquirer never asks for a second Enter: only `false` can be had. */
  confirmSubmit: false;
}

/** Asks for any of several answers. */
export class Checkbox {
  static async prompt<T>(options: CheckboxOptions<T>): Promise<Array<Widen<T>>> {
    const { minOptions = 0, maxRows, default: checked = [] } = options;
    // Loaded late: its modules read the environment, which may not be permitted.
    const { checkbox } = await import("npm:@inquirer/prompts@7");
    const config = {
      message: question(options),
      choices: options.options.map((option) => ({
        ...option,
        checked: option.checked ?? checked.includes(option.value),
      })),
      ...(maxRows === undefined ? {} : { pageSize: maxRows }),
      validate: (chosen: readonly unknown[]) => {
        return chosen.length >= minOptions || `At least ${minOptions} of them, please.`;
      },
    };
    const answer = await askWith(options.reader, (context) => checkbox<T>(config, context));
    return answer as Array<Widen<T>>;
  }
}
