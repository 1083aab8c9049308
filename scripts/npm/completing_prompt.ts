/** A line of text that Tab completes as far as it is unambiguous. */
import {
  createPrompt,
  isEnterKey,
  isTabKey,
  makeTheme,
  useKeypress,
  usePrefix,
  useState,
} from "npm:@inquirer/core@10";

import type { PromptContext } from "./keyboard.ts";

export interface CompletingPromptConfig {
  readonly message: string;
  readonly default?: string;
  readonly suggestions: (typed: string) => string[] | Promise<string[]>;
  readonly validate: (value: string) => Promise<string | boolean>;
}

/** Asks for a line of text. */
export const completingPrompt: (
  config: CompletingPromptConfig,
  context: PromptContext,
) => Promise<string> = createPrompt<
  string,
  CompletingPromptConfig
>((config, done) => {
  const theme = makeTheme({});
  const [status, setStatus] = useState<"idle" | "loading" | "done">("idle");
  const [value, setValue] = useState("");
  const [below, setBelow] = useState("");
  const prefix = usePrefix({ status, theme });
  useKeypress(async (key, readline) => {
    if (status !== "idle") return;
    if (isEnterKey(key)) {
      const answer = value || (config.default ?? "");
      setStatus("loading");
      const verdict = await config.validate(answer);
      if (verdict === true) {
        setValue(answer);
        setStatus("done");
        done(answer);
        return;
      }
      readline.write(value);
      setBelow(theme.style.error(verdict === false ? "Invalid answer." : verdict));
      setStatus("idle");
    } else if (isTabKey(key)) {
      const choices = await config.suggestions(value);
      const text = commonBeginning(value, choices);
      readline.clearLine(0);
      readline.write(text);
      setValue(text);
      const shown = choices.length === 1 ? [] : choices.slice(0, 10);
      setBelow(shown.join("  ") + (choices.length > 10 ? "  …" : ""));
    } else {
      setValue(readline.line);
      setBelow("");
    }
  });
  const answer = status === "done" ? theme.style.answer(value) : value;
  const fallback = config.default !== undefined && value === "" && status !== "done"
    ? theme.style.defaultAnswer(config.default)
    : undefined;
  const message = theme.style.message(config.message, status);
  return [
    [prefix, message, fallback, answer].filter((part) => part !== undefined).join(" "),
    below,
  ];
});

/** The longest text that all suggestions begin with; what is typed, if there are none. */
export function commonBeginning(typed: string, suggestions: readonly string[]): string {
  let common = suggestions[0] ?? typed;
  for (const one of suggestions) while (!one.startsWith(common)) common = common.slice(0, -1);
  return common;
}
