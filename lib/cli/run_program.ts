import process from "node:process";
import { systemClock } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import { LOG_LEVELS, type LogLevel } from "../base/log.ts";
import { printable } from "../base/printable.ts";
import { AppError, EXIT_CODES } from "../app/errors.ts";
import { cacheFolder } from "./cache_folder.ts";
import { completions } from "./completions.ts";
import {
  checkOperands,
  type CommandLine,
  parseCommandLine,
  type ReadConfig,
  usageError,
} from "./flags.ts";
import { helpText } from "./help.ts";
import { Interrupts } from "./interrupts.ts";
import { Logger } from "./logger.ts";
import { Output } from "./output.ts";
import { queuedTerminal } from "./queued_terminal.ts";
import type { CommandHandler, Session } from "./session.ts";
import { findCommand, type ProgramSpec, type Shell, SHELLS } from "./spec.ts";
import { makeStyle, wantsColor } from "./style.ts";
import { systemTerminal, type Terminal } from "./terminal.ts";
import { VERSION } from "./version.ts";

/** What a program runs on; absent parts are the machine's own. */
export interface RunOptions {
  readonly terminal?: Terminal;
  /** False: the system's signals are left alone. */
  readonly signals?: boolean;
  /** Reads the file of settings that `--config` names, where a program has that flag. */
  readonly readConfig?: ReadConfig;
  /** Ends the process at once. */
  readonly exit?: (code: number) => void;
}

/** How long a reader has to take the last lines of a program that is done. */
const READER_MS = 60_000;

/** The same where somebody asked it to end: with what a stop takes it is less than most wait. */
const READER_STOPPED_MS = 3_000;

/**
 * Runs one command of a program: reads the command line, hands signals to the command, and turns
 * whatever it throws into a message and an exit code.
 *
 * @param program The program's table.
 * @param handlers What does each command of it, by name.
 * @param args The arguments, without the program's name.
 * @returns The exit code.
 */
export async function runProgram(
  program: ProgramSpec,
  handlers: Readonly<Record<string, CommandHandler>>,
  args: readonly string[],
  options: RunOptions = {},
): Promise<number> {
  // A runtime's words to programmers tell a person nothing.
  Object.assign(process, { noDeprecation: true });
  const terminal = options.terminal ?? systemTerminal();
  const write = (text: string) => terminal.out(text);
  let line: CommandLine;
  try {
    line = parseCommandLine(program, args, (name) => terminal.env(name), options.readConfig);
    const standard = runStandard(program, line, terminal);
    if (standard !== undefined) {
      write(standard);
      return 0;
    }
    checkOperands(program.name, line);
  } catch (error) {
    return usageFailure(error, terminal, new Output({ write, json: asksForJson(args, terminal) }));
  }
  const exit = options.exit ?? Deno.exit;
  using interrupts = new Interrupts(() => {
    // All that is shown live is taken off, however many lines it has, and the line of a question.
    session.logger.clearOfLive(() => {
      if (terminal.stderrIsTerminal) terminal.err("\r\x1b[K\x1b[?25h");
      exit(EXIT_CODES.interrupted);
    });
  });
  // Others are not to wait because nobody reads what this program says of them.
  const queued = line.command.serves && !options.terminal
    ? queuedTerminal(terminal, {
      onClosed: () => session.output.close(),
      onLeftOut: (what, count) => {
        const lines = count === 1 ? "1 line was" : `${count} lines were`;
        session.logger.log("warn", `nobody read ${what} for a while: ${lines} left out`);
      },
    })
    : undefined;
  const session: Session = makeSession(line, queued ?? terminal, interrupts);
  if (options.signals !== false) interrupts.listen();
  try {
    const handler = handlers[line.command.name];
    if (!handler) throw new TypeError(`no handler for the command "${line.command.name}"`);
    const code = await handler(session);
    session.output.end("result", {});
    return code;
  } catch (error) {
    return failure(error, session);
  } finally {
    await queued?.flush(READER_MS, session.signal);
    if (session.signal.aborted) await queued?.flush(READER_STOPPED_MS);
  }
}

/** Whether results are to be JSON, where the command line could not be read. */
function asksForJson(args: readonly string[], terminal: Terminal): boolean {
  const end = args.indexOf("--");
  const flags = end < 0 ? args : args.slice(0, end);
  const given = flags.includes("--json") ? "yes" : terminal.env("MINI_TORRENT_JSON") ?? "";
  return /^(1|true|yes|on)$/i.test(given);
}

/** Help, version and completions, which need nothing but the table. */
function runStandard(
  program: ProgramSpec,
  line: CommandLine,
  terminal: Terminal,
): string | undefined {
  const { command, flags, operands } = line;
  const style = makeStyle(wantsColor({
    isTerminal: terminal.stdoutIsTerminal,
    noColorFlag: flags.boolean("no-color"),
    noColorEnv: terminal.env("NO_COLOR"),
  }));
  if (flags.boolean("help")) return helpText(program, command, style);
  if (flags.boolean("version")) return `${program.name} ${VERSION}\n`;
  if (command.name !== "help" && command.name !== "completions") return undefined;
  checkOperands(program.name, line);
  const [operand = ""] = operands;
  if (command.name === "help") {
    const about = findCommand(program, operand);
    if (about) return helpText(program, about, style);
    throw usageError(program.name, "", `unknown command "${printable(operand, 100)}".`);
  }
  const shell = SHELLS.find((one): one is Shell => one === operand);
  if (shell) return completions(program, shell);
  const known = SHELLS.join(", ");
  throw usageError(program.name, command.name, `SHELL is one of ${known}.`);
}

function makeSession(line: CommandLine, terminal: Terminal, interrupts: Interrupts): Session {
  const { flags } = line;
  const style = (isTerminal: boolean) =>
    makeStyle(wantsColor({
      isTerminal,
      noColorFlag: flags.boolean("no-color"),
      noColorEnv: terminal.env("NO_COLOR"),
    }));
  const quiet = flags.boolean("quiet") && !flags.given("log-level");
  const logger = new Logger({
    write: (text) => terminal.err(text),
    level: quiet ? "warn" : levelOf(flags.string("log-level")),
    format: flags.string("log-format") === "json" ? "json" : "text",
    date: () => new Date(),
    style: style(terminal.stderrIsTerminal),
  });
  const controller = new AbortController();
  interrupts.add((signal) => {
    controller.abort(new AppError("interrupted", `Ended by ${signal}.`));
    return true;
  });
  const output = new Output({
    write: (text, kind) => logger.clearOfLive(() => terminal.out(text, kind)),
    json: flags.boolean("json"),
    // Nobody is left to tell: end as if asked to, without a word about it.
    onClosed: () => controller.abort(new AppError("interrupted", "Standard output was closed.")),
  });
  const { signal } = controller;
  const cache = cacheFolder((name) => terminal.env(name));
  return {
    line,
    flags,
    terminal,
    clock: systemClock,
    logger,
    output,
    style: style(terminal.stdoutIsTerminal),
    interrupts,
    signal,
    context: {
      log: logger.log,
      clock: systemClock,
      signal,
      client: `Mini-Torrent ${VERSION}`,
      ...cache !== undefined && { cacheFolder: cache },
    },
    interactive: terminal.stdinIsTerminal && terminal.stdoutIsTerminal && !output.json,
  };
}

function levelOf(text: string | undefined): LogLevel {
  return LOG_LEVELS.find((level) => level === text) ?? "info";
}

function usageFailure(error: unknown, terminal: Terminal, output: Output): number {
  if (!(error instanceof AppError)) throw error;
  const lines = error.message.split("\n").map((line) => printable(line, 4096));
  terminal.err(`${lines.join("\n")}\n`);
  const exit = EXIT_CODES[error.code];
  output.end("error", { code: error.code, exit, message: error.message });
  return exit;
}

function failure(error: unknown, session: Session): number {
  const { logger, output, flags, terminal } = session;
  if (error instanceof AppError && error.code === "usage") {
    return usageFailure(error, terminal, output);
  }
  const known = error instanceof AppError ? error : undefined;
  const code = known?.code ?? "internal";
  const message = known?.message ??
    `Something went wrong inside the program: ${messageOf(error)}. Please report this; ` +
      `--log-level debug shows where it happened.`;
  if (code === "internal") logger.always("fatal", message);
  else if (code !== "interrupted") logger.always("error", message);
  else if (!output.closed) logger.always("warn", message);
  if (flags.string("log-level") === "debug") logDetails(error, logger);
  const exit = EXIT_CODES[code];
  output.end("error", { code, exit, message });
  return exit;
}

function logDetails(error: unknown, logger: Logger): void {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    logger.log("debug", cause.stack ?? cause.message);
  }
}
