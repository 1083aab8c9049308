import { silentLog } from "../base/log.ts";
import { printable } from "../base/printable.ts";
import { AppError } from "../app/errors.ts";
import { startTracker } from "../app/tracker/tracker.ts";
import type { AppContext, TrackerOptions } from "../app/types.ts";
import type { Setting } from "./flags.ts";
import type { Session } from "./session.ts";
import { CONFIG_FLAG, envName } from "./spec.ts";
import { trackerOptions } from "./tracker_options.ts";

/**
 * Tells what is set and where: on the command line, in the environment, in the file of settings, or
 * by default. What is wrong with one of them was told before, when it was read.
 *
 * @returns The exit code.
 * @throws {AppError} `usage` where a tracker would not start with them.
 */
export async function checkConfig(session: Session): Promise<number> {
  const { line, output, flags, terminal, context } = session;
  await tryOut(trackerOptions(flags, (name) => terminal.env(name)), context);
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
  return 0;
}

/**
 * Starts a tracker for a moment, on free ports of loopback and without its state and its keys, to
 * see whether the files that its settings name can be used.
 */
async function tryOut(
  { state: _state, keys: _keys, httpPort, ...options }: TrackerOptions,
  context: AppContext,
): Promise<void> {
  const http = httpPort === undefined ? {} : { httpPort: 0 };
  const silent = { ...context, log: silentLog };
  try {
    const tried = { ...options, ...http, host: "127.0.0.1", port: 0 };
    await (await startTracker(tried, silent)).stop(0);
  } catch (error) {
    if (!(error instanceof AppError) || error.code === "interrupted") throw error;
    throw new AppError("usage", error.message, { cause: error });
  }
}

/** The value as it was written, several with commas, without what is secret. */
function shown({ flag, texts }: Setting): string {
  if (flag.secret) return "(secret)";
  // A password may hold what should be encoded: all up to the last @ is hidden.
  return texts.map((text) => text.replace(/(?<=:\/\/).*@/s, "(secret)@")).join(",");
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
