import { EXIT_CODES } from "../app/errors.ts";
import {
  type CommandSpec,
  COMMON_FLAGS,
  envName,
  type FlagSpec,
  type OperandSpec,
  type ProgramSpec,
} from "./spec.ts";
import type { Style } from "./style.ts";
import { width } from "./width.ts";

const COLUMNS = 80;

/** The help of a program's command; that of the nameless one is the help of the program. */
export function helpText(program: ProgramSpec, command: CommandSpec, style: Style): string {
  const parts = [
    command.name === "" ? wrap(program.help, 0) : wrap(sentence(command.help), 0),
    section("Usage", usageLines(program, command), style),
  ];
  if (command.aliases.length > 0) {
    parts.push(section("Also called", [`  ${command.aliases.join(", ")}`], style));
  }
  if (command.operands.length > 0) {
    parts.push(
      section("Arguments", rows(command.operands.map((one) => [one.name, one.help])), style),
    );
  }
  if (command.name === "") {
    const named = program.commands.filter((one) => one.name !== "");
    const lines = rows(named.map((one) => [commandTitle(one), one.help]));
    parts.push(section("Commands", lines, style));
  }
  if (command.flags.length > 0) parts.push(section("Flags", flagRows(command.flags), style));
  parts.push(section("Common flags", flagRows(COMMON_FLAGS), style));
  if (command.examples.length > 0) {
    const lines = command.examples.flatMap((one) => [`  ${one.line}`, `      ${one.what}`]);
    parts.push(section("Examples", lines, style));
  }
  parts.push(wrap(
    `Every flag can also be set by an environment variable: --log-level is ` +
      `${envName(COMMON_FLAGS[0]!)}. A flag beats its variable.`,
    0,
  ));
  if (command.name === "") {
    const codes = Object.entries(EXIT_CODES).map(([name, code]) => `${code} ${name}`);
    parts.push(wrap(`Exit codes: 0 success, ${codes.join(", ")}.`, 0));
    parts.push(`Help of one command: ${program.name} COMMAND --help`);
  }
  return parts.join("\n\n") + "\n";
}

function usageLines(program: ProgramSpec, command: CommandSpec): string[] {
  const words = [program.name, command.name].filter((word) => word !== "");
  const lines = [`  ${[...words, "[FLAGS]", ...command.operands.map(operandUsage)].join(" ")}`];
  if (command.name === "") lines.push(`  ${program.name} COMMAND …`);
  return lines;
}

function operandUsage(operand: OperandSpec): string {
  const name = operand.many ? `${operand.name}...` : operand.name;
  return operand.optional ? `[${name}]` : name;
}

function commandTitle(command: CommandSpec): string {
  return [command.name, ...command.operands.map(operandUsage)].join(" ");
}

function flagRows(flags: readonly FlagSpec[]): string[] {
  return rows(flags.map((flag) => {
    const short = flag.short ? `-${flag.short}, ` : "    ";
    const value = flag.kind === "boolean" ? "" : ` ${flag.value ?? "VALUE"}`;
    const choices = flag.choices ? `: ${flag.choices.join(", ")}` : "";
    const fallback = flag.default === undefined ? "" : ` (default: ${flag.default})`;
    return [`${short}--${flag.name}${value}`, `${flag.help}${choices}${fallback}`];
  }));
}

function rows(pairs: readonly (readonly [string, string] | readonly string[])[]): string[] {
  const indent = Math.min(30, Math.max(...pairs.map(([left]) => width(left!))) + 4);
  return pairs.flatMap(([left, right]) => {
    const text = wrap(right!, indent);
    const head = `  ${left!}`;
    return width(head) + 2 > indent
      ? [head, " ".repeat(indent) + text]
      : [head + " ".repeat(indent - width(head)) + text];
  });
}

function section(title: string, lines: readonly string[], style: Style): string {
  return [style.bold(`${title}:`), ...lines].join("\n");
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function wrap(text: string, indent: number): string {
  const lines: string[] = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1)!;
    if (line === "") lines[lines.length - 1] = word;
    else if (indent + width(line) + 1 + width(word) < COLUMNS) {
      lines[lines.length - 1] = `${line} ${word}`;
    } else lines.push(word);
  }
  return lines.join("\n" + " ".repeat(indent));
}
