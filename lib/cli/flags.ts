import { parseArgs } from "jsr:@std/cli@1/parse-args";
import { printable } from "../base/printable.ts";
import { AppError } from "../app/errors.ts";
import type { HostPort, TrackerName } from "../app/types.ts";
import {
  type CommandSpec,
  COMMON_FLAGS,
  CONFIG_FLAG,
  envName,
  findCommand,
  flagsOf,
  type FlagSpec,
  type ProgramSpec,
} from "./spec.ts";
import { type FlagValue, readFlagValue } from "./flag_values.ts";
import { nearest } from "./suggest.ts";

/** Reads an environment variable; undefined when it is unset or may not be read. */
export type ReadEnv = (name: string) => string | undefined;

/** The values of a command's flags, defaults and environment included. */
export class Flags {
  readonly #values: ReadonlyMap<string, FlagValue>;
  readonly #given: ReadonlySet<string>;

  constructor(values: ReadonlyMap<string, FlagValue>, given: ReadonlySet<string>) {
    this.#values = values;
    this.#given = given;
  }

  /** Whether a person set the flag, on the command line or in the environment. */
  given(name: string): boolean {
    return this.#given.has(name);
  }

  boolean(name: string): boolean {
    return this.#values.get(name) === true;
  }

  string(name: string): string | undefined {
    const value = this.#values.get(name);
    return typeof value === "string" ? value : undefined;
  }

  /** A number, a duration in milliseconds or a rate in bytes a second; undefined when the flag has no default. */
  number(name: string): number | undefined {
    const value = this.#values.get(name);
    return typeof value === "number" ? value : undefined;
  }

  /** Like `number`, for a flag that has a default. */
  count(name: string): number {
    const value = this.number(name);
    if (value === undefined) throw new TypeError(`--${name} has no value and no default`);
    return value;
  }

  strings(name: string): readonly string[] {
    return this.#list(name).filter((one) => typeof one === "string");
  }

  addresses(name: string): readonly HostPort[] {
    return this.#list(name).filter((one) => typeof one !== "string");
  }

  trackers(name: string): readonly TrackerName[] {
    return this.#list(name);
  }

  #list(name: string): readonly (string | HostPort)[] {
    const value = this.#values.get(name);
    return typeof value === "object" ? value : [];
  }
}

/** Where a setting was made. */
export type SettingSource = "flag" | "environment" | "file" | "default";

/** A flag that has a value: the texts that it was read from, and where they stood. */
export interface Setting {
  readonly flag: FlagSpec;
  readonly from: SettingSource;
  readonly texts: readonly string[];
}

/** A command line, read. */
export interface CommandLine {
  readonly command: CommandSpec;
  readonly operands: readonly string[];
  readonly flags: Flags;
  /** All that is set, in the order of the command's table. */
  readonly settings: readonly Setting[];
}

/**
 * Reads the file of settings that a person named, for a command's flags; by flag, the texts that it
 * holds. It throws an AppError.
 */
export type ReadConfig = (
  path: string,
  flags: readonly FlagSpec[],
) => ReadonlyMap<string, readonly string[]>;

/** An error of the command line, in the one form that all of them have. */
export function usageError(program: string, command: string, what: string): AppError {
  const see = [program, command, "--help"].filter((word) => word !== "").join(" ");
  return new AppError("usage", `${program}: ${what} See: ${see}`);
}

/**
 * Reads a command line against a program's table.
 *
 * @param program The table.
 * @param args The arguments, without the program's name.
 * @param readEnv Where flags that are not given come from.
 * @param readConfig Where those come from that are not in the environment either.
 * @throws {AppError} `usage`, with a message that names the argument and what was meant, or what
 * `readConfig` throws.
 */
export function parseCommandLine(
  program: ProgramSpec,
  args: readonly string[],
  readEnv: ReadEnv,
  readConfig?: ReadConfig,
): CommandLine {
  const { command, rest } = splitCommand(program, args);
  const specs = flagsOf(command);
  const fail = (what: string) => usageError(program.name, command.name, what);
  const parsed = parseFlags(rest, specs, fail);
  const operands = [list(parsed._), list(parsed["--"])].flat();
  const given = new Map(specs.flatMap((flag) => {
    const found = givenSetting(flag, parsed, rest, readEnv, fail);
    return found ? [[flag.name, found]] : [];
  }));
  const path = given.get(CONFIG_FLAG)?.texts.at(-1);
  const asked = parsed.help === true || parsed.version === true;
  const file = path === undefined || asked ? undefined : readConfig?.(path, specs);
  const settings = specs.flatMap((flag): Setting[] => {
    const inFile = file?.get(flag.name);
    const found = given.get(flag.name) ?? (inFile && { flag, from: "file", texts: inFile });
    if (found) return [found];
    return flag.default === undefined ? [] : [{ flag, from: "default", texts: [flag.default] }];
  });
  const values = new Map(settings.map((setting) => [setting.flag.name, valueOf(setting, fail)]));
  const set = settings.filter(({ from }) => from !== "default").map(({ flag }) => flag.name);
  return { command, operands, flags: new Flags(values, new Set(set)), settings };
}

function parseFlags(
  args: readonly string[],
  specs: readonly FlagSpec[],
  fail: (what: string) => AppError,
): Record<string, unknown> {
  const valued = specs.filter((flag) => flag.kind !== "boolean").map((flag) => flag.name);
  const alias: Record<string, string> = {};
  for (const flag of specs) if (flag.short) alias[flag.name] = flag.short;
  return parseArgs([...args], {
    boolean: specs.filter((flag) => flag.kind === "boolean").map((flag) => flag.name),
    string: ["_", ...valued],
    collect: valued,
    alias,
    "--": true,
    unknown: (arg: string, key?: string) => {
      if (key === undefined) return true;
      throw fail(unknownFlag(arg, key, specs));
    },
  });
}

/** What the command line or else the environment says of a flag. */
function givenSetting(
  flag: FlagSpec,
  parsed: Record<string, unknown>,
  args: readonly string[],
  readEnv: ReadEnv,
  fail: (what: string) => AppError,
): Setting | undefined {
  const texts = flag.kind === "boolean"
    ? parsed[flag.name] === true ? ["true", ...spelledOut(flag, args)] : spelledOut(flag, args)
    : list(parsed[flag.name]);
  if (texts.includes("")) throw fail(`--${flag.name} needs a value${hintOf(flag)}.`);
  if (texts.length > 0) return { flag, from: "flag", texts };
  const name = envName(flag);
  const fromEnv = name && readEnv(name);
  return fromEnv ? { flag, from: "environment", texts: [fromEnv] } : undefined;
}

function valueOf({ flag, from, texts }: Setting, fail: (what: string) => AppError): FlagValue {
  const where = from === "environment" ? envName(flag) : `--${flag.name}`;
  return readFlagValue(flag, texts, (why) => {
    const held = flag.secret ? "" : ` "${printable(texts.at(-1)!, 100)}"`;
    return fail(`${where}${held} ${why}.`);
  });
}

/** Checks the number of operands of a command. */
export function checkOperands(program: string, line: CommandLine): void {
  const { command, operands } = line;
  const fail = (what: string) => usageError(program, command.name, what);
  const needed = command.operands.filter((operand) => !operand.optional && !operand.asked);
  const missing = needed[operands.length];
  if (missing) throw fail(`${missing.name} is missing.`);
  const most = command.operands.at(-1)?.many ? Infinity : command.operands.length;
  if (operands.length > most) {
    const extra = printable(operands[command.operands.length]!, 100);
    throw fail(`"${extra}" is one argument too many.`);
  }
  for (const [index, { name, choices }] of command.operands.entries()) {
    const word = operands[index];
    if (!choices || word === undefined || choices.includes(word)) continue;
    const meant = nearest(word, choices);
    const ask = meant ? ` Did you mean ${meant}?` : "";
    throw fail(`${name} "${printable(word, 100)}" is none of ${choices.join(", ")}.${ask}`);
  }
}

function splitCommand(program: ProgramSpec, args: readonly string[]) {
  const flags = program.commands.flatMap((command) => command.flags).concat(COMMON_FLAGS);
  const nameless = findCommand(program, "")!;
  for (let index = 0; index < args.length; index++) {
    const arg = args[index]!;
    if (arg === "--") break;
    if (arg.startsWith("-") && arg !== "-") {
      const flag = flags.find((one) => arg === `--${one.name}` || arg === `-${one.short}`);
      if (flag && flag.kind !== "boolean") index++;
      continue;
    }
    const command = arg === "" ? undefined : findCommand(program, arg);
    if (command) {
      return { command, rest: [...args.slice(0, index), ...args.slice(index + 1)] };
    }
    const names = program.commands.flatMap((one) => [one.name, ...one.aliases]).filter(Boolean);
    const meant = nearest(arg, names);
    const ask = meant ? ` Did you mean ${meant}?` : "";
    throw usageError(program.name, "", `unknown command "${printable(arg, 100)}".${ask}`);
  }
  return { command: nameless, rest: args };
}

function unknownFlag(arg: string, key: string, specs: readonly FlagSpec[]): string {
  const name = arg.startsWith("--") ? arg.replace(/=.*$/s, "") : `-${key}`;
  const meant = arg.startsWith("--") ? nearest(key, specs.map((flag) => flag.name)) : undefined;
  return `unknown flag ${printable(name, 100)}.${meant ? ` Did you mean --${meant}?` : ""}`;
}

/** The values of `--flag=VALUE`: a yes or no that is spelled out, to overrule the environment. */
function spelledOut(flag: FlagSpec, args: readonly string[]): string[] {
  const end = args.indexOf("--");
  const begin = `--${flag.name}=`;
  return args.slice(0, end < 0 ? args.length : end)
    .filter((arg) => arg.startsWith(begin))
    .map((arg) => arg.slice(begin.length));
}

function list(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function hintOf(flag: FlagSpec): string {
  if (flag.choices) return `: ${flag.choices.join(", ")}`;
  return flag.value ? `: --${flag.name} ${flag.value}` : "";
}
