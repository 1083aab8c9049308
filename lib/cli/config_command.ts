import { printable } from "../base/printable.ts";
import type { Setting } from "./flags.ts";
import type { Session } from "./session.ts";
import { CONFIG_FLAG, envName } from "./spec.ts";

/**
 * Tells what is set and where: on the command line, in the environment, in the file of settings, or
 * by default. What is wrong with any of it was told before, when it was read.
 *
 * @returns The exit code.
 */
export function checkConfig({ line, output, flags }: Session): Promise<number> {
  const file = flags.string(CONFIG_FLAG);
  const settings = line.settings.filter(({ flag }) => flag.name !== CONFIG_FLAG);
  const rows = settings.map((
    setting,
  ) => [setting.flag.name, printable(shown(setting), 60), source(setting, file)]);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  for (const [name, value, from] of rows) {
    output.line(`${name!.padEnd(widths[0]!)}  ${value!.padEnd(widths[1]!)}  ${from}`);
  }
  output.end("result", {
    command: "config check",
    ...file !== undefined && { file },
    settings: settings.map((setting) => {
      return { name: setting.flag.name, value: shown(setting), from: setting.from };
    }),
  });
  return Promise.resolve(0);
}

/** The value as it was written, several with commas, without what is secret. */
function shown({ flag, texts }: Setting): string {
  if (flag.secret) return "(secret)";
  return texts.join(",").replace(/(?<=:\/\/)[^@/]*@/g, "(secret)@");
}

function source({ flag, from }: Setting, file: string | undefined): string {
  switch (from) {
    case "flag":
      return `flag --${flag.name}`;
    case "environment":
      return `environment ${envName(flag)}`;
    case "file":
      return `file ${printable(file ?? "", 500)}`;
    case "default":
      return "default";
    default:
      return from satisfies never;
  }
}
