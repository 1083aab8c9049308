import { parse, TomlDate, TomlError, type TomlTable, type TomlValue } from "npm:smol-toml@1";

/** A table of a TOML document: whole numbers are bigints, others numbers. It has no prototype. */
export type { TomlTable, TomlValue };

/** Why a text is no TOML, and where: line and column count from 1. */
export class TomlSyntaxError extends Error {
  override readonly name = "TomlSyntaxError";
  readonly line: number;
  readonly column: number;

  constructor(message: string, line: number, column: number) {
    super(message);
    this.line = line;
    this.column = column;
  }
}

/**
 * Reads a TOML document (version 1.0). Tables inside tables are followed to a fixed depth.
 *
 * @throws {TomlSyntaxError} With a few words that say why.
 */
export function parseToml(text: string): TomlTable {
  try {
    return parse(text, { integersAsBigInt: true });
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [first = ""] = error.message.split("\n");
    const why = first.replace(/^Invalid TOML document: /, "");
    throw new TomlSyntaxError(why, error.line, error.column);
  }
}

/** A value as a document would have it, on one line, for messages. */
export function tomlText(value: TomlValue): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value !== "object") return String(value);
  if (value instanceof TomlDate) return value.toISOString();
  if (Array.isArray(value)) return `[${value.map(tomlText).join(", ")}]`;
  return "{…}";
}
