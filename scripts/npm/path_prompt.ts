/** A line of text that is a path: Tab completes it as far as it is unambiguous. */
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

export interface PathPromptConfig {
  readonly message: string;
  readonly default?: string;
  readonly validate: (value: string) => Promise<string | boolean>;
}

/** Asks for a path. */
export const pathPrompt: (
  config: PathPromptConfig,
  context: PromptContext,
) => Promise<string> = createPrompt<
  string,
  PathPromptConfig
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
      readline.clearLine(0);
      const { text, choices } = completePath(value);
      readline.write(text);
      setValue(text);
      setBelow(choices.slice(0, 10).join("  ") + (choices.length > 10 ? "  …" : ""));
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

/** The longest unambiguous continuation of a path that is begun, and what could follow it. */
export function completePath(typed: string): { text: string; choices: string[] } {
  const quote = /^["']?/.exec(typed)![0];
  const cut = Math.max(typed.lastIndexOf("/") + 1, quote.length);
  const folder = typed.slice(quote.length, cut);
  const begun = typed.slice(cut);
  const home = Deno.env.get("HOME") ?? Deno.env.get("USERPROFILE") ?? "~";
  try {
    const choices = [...Deno.readDirSync(folder.replace(/^~(?=\/)/, home) || ".")]
      .filter((entry) =>
        entry.name.startsWith(begun) && (begun !== "" || !entry.name.startsWith("."))
      )
      .map((entry) => entry.isDirectory ? `${entry.name}/` : entry.name).sort();
    if (choices.length === 0) return { text: typed, choices };
    let common = choices[0] ?? "";
    for (const name of choices) while (!name.startsWith(common)) common = common.slice(0, -1);
    return { text: quote + folder + common, choices: choices.length === 1 ? [] : choices };
  } catch {
    return { text: typed, choices: [] };
  }
}
