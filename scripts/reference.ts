/** Writes the reference of commands, flags and exit codes from the tables that the programs run by. */
import { type AppErrorCode, EXIT_CODES } from "../lib/app/errors.ts";
import {
  type CommandSpec,
  COMMON_FLAGS,
  envName,
  type FlagSpec,
  type OperandSpec,
  type ProgramSpec,
} from "../lib/cli/spec.ts";

/** What ends a program with each code. */
const ENDINGS: Readonly<Record<AppErrorCode, string>> = {
  socket_create: "a socket cannot be made",
  connect: "a connection cannot be made",
  bind: "a port cannot be had: it is taken, or not allowed",
  listen: "a port cannot be listened on",
  accept: "connections cannot be accepted",
  file_open: "a file or folder is not there, or may not be opened",
  file_read: "a file cannot be read",
  file_write: "a file cannot be written: no right, no room, a failing disk",
  tracker_connect: "no tracker answered",
  peer_connect: "no peer answered, or all of them failed",
  invalid_input: "a name, an address or a file that cannot be used",
  checksum_mismatch: "data is not what it should be",
  usage: "the command line is wrong",
  not_found: "nobody shares it",
  internal: "an error of the program itself; please report it",
  file_exists: "the destination exists, and nobody said to replace it",
  protocol: "the other end broke the protocol",
  interrupted: "ended by Ctrl-C or a signal before it was done",
};

/** Commands and flags of all programs, short: for README.md. */
export function flagTables(programs: readonly ProgramSpec[]): string {
  const common = "These flags go with every command of both programs:";
  return [
    ...programs.map((program) => programTables(program)),
    `${common}\n\n${shortTable(COMMON_FLAGS.map((flag) => ({ flag, commands: [] })))}`,
  ].join("\n\n");
}

/** Exit codes with their names in JSON. */
export function exitCodeTable(): string {
  const rows = Object.entries(ENDINGS).map(([name, what]) => {
    return [String(EXIT_CODES[name as AppErrorCode]), code(name), what];
  });
  const all = [["0", "", "success; also a server that was stopped"], ...rows];
  return table(["code", "name", "when"], all);
}

/** Everything about every command: the text of docs/commands.md. */
export function commandPages(programs: readonly ProgramSpec[]): string {
  return [
    "<!-- Written by scripts/docs.ts from the programs' own tables. -->",
    "# Commands and flags",
    "`tracker` and `peer` are the compiled programs. From source, write `deno task tracker` and " +
    "`deno task peer` instead; the rest of the line is the same.",
    ...programs.flatMap((program) => [
      `## ${program.name}`,
      program.help,
      ...program.commands.flatMap((command) => commandPage(program, command)),
    ]),
    "## Common flags",
    "These go with every command of both programs.",
    longTable(COMMON_FLAGS),
    "## Values",
    valueTable(),
    "Every flag but `--help` and `--version` can also be set by the environment variable that " +
    "stands beside it; a flag on the command line beats its variable, and both beat the file of " +
    "`--config` ([operating.md](operating.md#settings)). A variable holds several " +
    "addresses with commas between them; of other flags that may be given several times it " +
    "holds one.",
    "## Exit codes",
    exitCodeTable(),
    "The names are the `code` of an `error` object ([json.md](json.md)).",
  ].join("\n\n") + "\n";
}

function programTables(program: ProgramSpec): string {
  const commands = program.commands.map((command) => [
    code(usage(program, command)),
    command.aliases.map(code).join(", "),
    command.help,
  ]);
  const found: { flag: FlagSpec; commands: string[] }[] = [];
  for (const command of program.commands) {
    if (sharesFlagsWith(program, command)) continue;
    for (const flag of command.flags) {
      const known = found.find((one) => one.flag.name === flag.name && one.flag.help === flag.help);
      if (known) known.commands.push(nameOf(program, command));
      else found.push({ flag, commands: [nameOf(program, command)] });
    }
  }
  const parts = [table(["command", "also called", "what it does"], commands)];
  if (found.length > 0) parts.push(shortTable(found));
  return `### ${code(program.name)}\n\n${parts.join("\n\n")}`;
}

/** The command before this one that has the very same flags. */
function sharesFlagsWith(program: ProgramSpec, command: CommandSpec): CommandSpec | undefined {
  const first = program.commands.find(({ flags }) => flags === command.flags);
  return command.flags.length > 0 && first !== command ? first : undefined;
}

function shortTable(
  rows: readonly { readonly flag: FlagSpec; readonly commands: readonly string[] }[],
): string {
  const several = new Set(rows.flatMap(({ commands }) => commands)).size > 1;
  const heads = ["flag", ...(several ? ["of"] : []), "default", "what it does"];
  return table(
    heads,
    rows.map(({ flag, commands }) => [
      flagTitle(flag),
      ...(several ? [commands.join(", ")] : []),
      flag.default === undefined ? "" : code(flag.default),
      meaning(flag),
    ]),
  );
}

function commandPage(program: ProgramSpec, command: CommandSpec): string[] {
  const parts = [
    `### ${command.name === "" ? `${program.name}, alone` : `${program.name} ${command.name}`}`,
    `${code(usage(program, command))}: ${command.help}.`,
  ];
  if (command.aliases.length > 0) {
    parts.push(`Also called ${command.aliases.map(code).join(", ")}.`);
  }
  if (command.operands.length > 0) {
    const rows = command.operands.map((one) => [code(one.name), one.help]);
    parts.push(table(["argument", "what it is"], rows));
  }
  const other = sharesFlagsWith(program, command);
  if (other) parts.push(`Its flags are those of ${code(usage(program, other))}.`);
  else if (command.flags.length > 0) parts.push(longTable(command.flags));
  if (command.examples.length > 0) {
    const longest = Math.max(...command.examples.map(({ line }) => line.length));
    const lines = command.examples.map(({ line, what }) => `${line.padEnd(longest)}  # ${what}`);
    parts.push(`\`\`\`sh\n${lines.join("\n")}\n\`\`\``);
  }
  return parts;
}

function longTable(flags: readonly FlagSpec[]): string {
  return table(
    ["flag", "default", "what it does", "variable"],
    flags.map((flag) => [
      flagTitle(flag),
      flag.default === undefined ? "" : code(flag.default),
      `${meaning(flag)}${range(flag)}`,
      code(envName(flag) ?? ""),
    ]),
  );
}

function valueTable(): string {
  return table(["value", "how it is written"], [
    ["a time", "`500ms`, `60s`, `10m`, `24h`, `1h30m`; a bare number counts seconds"],
    [
      "a rate",
      "`500KB`, `1.5MB`, `60MiB`, each a second; a bare number counts bytes; K, M and G are " +
      "decimal, Ki, Mi and Gi binary",
    ],
    ["an address", "`HOST:PORT`, `[IPv6]:PORT`; several with commas, or the flag several times"],
    ["a tracker", "an address, or a URL that begins with `http:`, `https:`, `udp:` or `tcp:`"],
    ["a number of times", "`2`, `1.5`"],
    ["a switch in a variable", "`1`, `true`, `yes`, `on`, or `0`, `false`, `no`, `off`"],
  ]);
}

function usage(program: ProgramSpec, command: CommandSpec): string {
  const words = [program.name, command.name].filter((word) => word !== "");
  return [...words, ...command.operands.map(operandUsage)].join(" ");
}

function operandUsage(operand: OperandSpec): string {
  const name = operand.many ? `${operand.name}...` : operand.name;
  return operand.optional ? `[${name}]` : name;
}

function nameOf(program: ProgramSpec, command: CommandSpec): string {
  return command.name === "" ? program.name : command.name;
}

function flagTitle(flag: FlagSpec): string {
  const value = flag.kind === "boolean" ? "" : ` ${flag.value ?? "VALUE"}`;
  return code(`${flag.short ? `-${flag.short}, ` : ""}--${flag.name}${value}`);
}

function meaning(flag: FlagSpec): string {
  return flag.choices ? `${flag.help}: ${flag.choices.map(code).join(", ")}` : flag.help;
}

function range({ kind, min, max }: FlagSpec): string {
  if (kind !== "number" || (min === undefined && max === undefined)) return "";
  if (max === undefined) return `; at least ${count(min!)}`;
  return `; ${count(min ?? 0)} to ${count(max)}`;
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}

function code(text: string): string {
  return text === "" ? "" : `\`${text}\``;
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(heads), line(heads.map(() => "---")), ...rows.map(line)].join("\n");
}
