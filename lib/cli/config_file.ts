import { nearest } from "./suggest.ts";
import { printable } from "../base/printable.ts";
import { AppError } from "../app/errors.ts";
import { readFlagValue } from "./flag_values.ts";
import { type FlagKind, type FlagSpec, inFile } from "./spec.ts";
import { parseToml, TomlSyntaxError, type TomlTable, tomlText, type TomlValue } from "./toml.ts";

/** The most bytes of a file of settings: a hundred times what all of them need. */
export const MAX_CONFIG_BYTES = 65_536;

/** The most problems that are told at once. */
const MAX_PROBLEMS = 20;

/** Settings of a file by the names of their flags; texts as they would stand on a command line. */
export type FileSettings = ReadonlyMap<string, readonly string[]>;

/** What a value in a file has to be, in words, where the table says nothing narrower. */
const EXPECTED: Readonly<Record<FlagKind, string>> = {
  string: "a text",
  strings: 'a list of texts, ["…"],',
  number: "a whole number",
  duration: 'a time such as "60s" or "24h"',
  rate: 'a rate such as "1.5MB"',
  decimal: "a number such as 2 or 1.5",
  boolean: "true or false",
  addresses: 'a list of addresses, ["HOST:PORT"],',
  trackers: 'a list of trackers, ["HOST:PORT"],',
};

/**
 * Reads settings from the text of a TOML file: each key is the name of a flag.
 *
 * @param path What to call the file in messages.
 * @param flags The flags that there are.
 * @throws {AppError} `usage`, whose message has a line for each thing that is wrong: the file, the key, what it
 * holds and what is expected.
 */
export function parseConfig(
  path: string,
  text: string,
  flags: readonly FlagSpec[],
): FileSettings {
  const where = printable(path, 500);
  const table = parseTable(where, text);
  const known = flags.filter(inFile);
  const settings = new Map<string, readonly string[]>();
  const problems: string[] = [];
  for (const [key, value] of Object.entries(table)) {
    const flag = known.find((one) => one.name === key);
    const problem = flag ? take(flag, value, settings) : unknownKey(key, value, known);
    if (problem !== undefined) problems.push(`${where}: ${problem}`);
  }
  if (problems.length > MAX_PROBLEMS) {
    problems.push(`${where}: and ${problems.splice(MAX_PROBLEMS).length} more.`);
  }
  if (problems.length > 0) throw new AppError("usage", problems.join("\n"));
  return settings;
}

function parseTable(where: string, text: string): TomlTable {
  try {
    return parseToml(text);
  } catch (error) {
    if (!(error instanceof TomlSyntaxError)) throw error;
    const place = `line ${error.line}, column ${error.column}`;
    throw new AppError("usage", `${where}: ${place}: this is not TOML: ${error.message}.`, {
      cause: error,
    });
  }
}

function unknownKey(key: string, value: TomlValue, known: readonly FlagSpec[]): string {
  const what = `unknown key "${printable(key, 100)}"`;
  const meant = nearest(key.replaceAll("_", "-"), known.map((flag) => flag.name));
  if (meant !== undefined) return `${what}. Did you mean ${meant}?`;
  const table = typeof value === "object" && !Array.isArray(value);
  return table ? `${what}: settings stand in no table.` : `${what}.`;
}

/** Takes a value as the flag's, or says what is wrong with it. */
function take(
  flag: FlagSpec,
  value: TomlValue,
  settings: Map<string, readonly string[]>,
): string | undefined {
  const held = flag.secret ? "what it holds" : printable(tomlText(value), 100);
  const texts = textsOf(flag.kind, value);
  if (texts === undefined || texts.includes("")) {
    return `${flag.name} = ${held}: ${expected(flag)} is expected.`;
  }
  // An empty list says nothing.
  if (texts.length === 0) return undefined;
  try {
    readFlagValue(flag, texts, (why) => new AppError("usage", why));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return `${flag.name} = ${held} ${error.message}: ${expected(flag)} is expected.`;
  }
  settings.set(flag.name, texts);
  return undefined;
}

/** A value as texts of a command line; undefined where its type is not one of the flag's. */
function textsOf(kind: FlagKind, value: TomlValue): readonly string[] | undefined {
  switch (kind) {
    case "string":
      return typeof value === "string" ? [value] : undefined;
    case "number":
      return typeof value === "bigint" ? [String(value)] : undefined;
    case "duration":
    case "rate":
      return typeof value === "bigint" || typeof value === "string" ? [String(value)] : undefined;
    case "decimal":
      return typeof value === "bigint" || typeof value === "number" ? [String(value)] : undefined;
    case "boolean":
      return typeof value === "boolean" ? [String(value)] : undefined;
    case "strings":
    case "addresses":
    case "trackers": {
      if (!Array.isArray(value)) return undefined;
      const texts = value.filter((one) => typeof one === "string");
      return texts.length === value.length ? texts : undefined;
    }
    default:
      return kind satisfies never;
  }
}

/** What the flag's value has to be, in words. */
function expected(flag: FlagSpec): string {
  const { kind, choices, form, min, max } = flag;
  if (choices) return `one of ${choices.map((one) => `"${one}"`).join(", ")}`;
  if (form) return form.called;
  const what = EXPECTED[kind];
  if (kind !== "number" || min === undefined) return what;
  return max === undefined ? `${what} of at least ${min}` : `${what} from ${min} to ${max}`;
}
