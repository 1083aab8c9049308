/** What the value of a flag is; `strings`, `addresses` and `trackers` add up. */
export type FlagKind =
  | "string"
  | "strings"
  | "number"
  | "duration"
  | "rate"
  | "decimal"
  | "boolean"
  | "addresses"
  | "trackers";

/** One flag; parsing, environment, help and completions are all driven by this. */
export interface FlagSpec {
  /** The name without dashes. */
  readonly name: string;
  /** One letter. */
  readonly short?: string;
  readonly kind: FlagKind;
  /** What help calls the value: `PORT`. */
  readonly value?: string;
  readonly help: string;
  /** The default as a person would write it. */
  readonly default?: string;
  /** The least and the greatest number. */
  readonly min?: number;
  readonly max?: number;
  /** The only values. */
  readonly choices?: readonly string[];
  /** A form that the value must have, and its name. */
  readonly form?: { readonly pattern: RegExp; readonly called: string };
  /** For addresses: the port where the text names none. */
  readonly defaultPort?: number;
  /** False: read neither from the environment nor from a file of settings. */
  readonly env?: false;
  /** What it holds is not to be shown: a password, a token. */
  readonly secret?: true;
}

/** The flag that names a file of settings, in commands that have one. */
export const CONFIG_FLAG = "config";

/** What an operand (an argument without dashes) is, for completions. */
export type OperandKind = "file" | "name" | "shell" | "command" | "action";

/** One operand of a command. */
export interface OperandSpec {
  readonly name: string;
  readonly kind: OperandKind;
  readonly help: string;
  readonly optional?: boolean;
  /** The only words that it may be. */
  readonly choices?: readonly string[];
  /** Asked for on a terminal when it is missing; elsewhere the command itself complains. */
  readonly asked?: boolean;
  /** May be given several times; the last operand only. */
  readonly many?: boolean;
}

/** An example for the help. */
export interface Example {
  readonly line: string;
  readonly what: string;
}

/** One command of a program. */
export interface CommandSpec {
  /** Its name; the empty name is what the program does when none is named. */
  readonly name: string;
  readonly aliases: readonly string[];
  readonly help: string;
  readonly operands: readonly OperandSpec[];
  readonly flags: readonly FlagSpec[];
  /** It goes on serving others while nobody takes its output. */
  readonly serves?: true;
  readonly examples: readonly Example[];
}

/** A program: its commands, the one without a name among them. */
export interface ProgramSpec {
  readonly name: string;
  readonly help: string;
  readonly commands: readonly CommandSpec[];
}

/** Shells that completions are written for. */
export const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;

/** One of {@linkcode SHELLS}. */
export type Shell = (typeof SHELLS)[number];

/** The flags of every command. */
export const COMMON_FLAGS: readonly FlagSpec[] = [
  {
    name: "log-level",
    kind: "string",
    value: "LEVEL",
    help: "least severe log lines to show",
    default: "info",
    choices: ["debug", "info", "warn", "error", "fatal"],
  },
  {
    name: "log-format",
    kind: "string",
    value: "FORMAT",
    help: "form of the log on standard error",
    default: "text",
    choices: ["text", "json"],
  },
  { name: "quiet", short: "q", kind: "boolean", help: "no progress; log warnings and worse only" },
  { name: "json", kind: "boolean", help: "one JSON object a line on standard output" },
  { name: "yes", short: "y", kind: "boolean", help: "answer yes to every question" },
  { name: "no-color", kind: "boolean", help: "no colours (as NO_COLOR)" },
  { name: "help", short: "h", kind: "boolean", help: "show help", env: false },
  { name: "version", short: "V", kind: "boolean", help: "show the version", env: false },
];

/** The environment variable that a flag is read from: `MINI_TORRENT_LOG_LEVEL`. */
export function envName(flag: FlagSpec): string | undefined {
  if (flag.env === false) return undefined;
  return `MINI_TORRENT_${flag.name.toUpperCase().replaceAll("-", "_")}`;
}

/** Whether the flag may be set in a file of settings. */
export function inFile(flag: FlagSpec): boolean {
  return flag.env !== false && flag.name !== CONFIG_FLAG;
}

/** All flags of a command, its own first. */
export function flagsOf(command: CommandSpec): readonly FlagSpec[] {
  return [...command.flags, ...COMMON_FLAGS];
}

/** The command of a name or alias. */
export function findCommand(program: ProgramSpec, name: string): CommandSpec | undefined {
  return program.commands.find((one) => one.name === name || one.aliases.includes(name));
}

/** The two commands that every program has. */
export function standardCommands(program: string): readonly CommandSpec[] {
  return [
    {
      name: "completions",
      aliases: [],
      help: "print completions for a shell",
      operands: [{ name: "SHELL", kind: "shell", help: SHELLS.join(", ") }],
      flags: [],
      examples: [
        { line: `source <(${program} completions bash)`, what: "complete in this bash" },
        {
          line: `${program} completions fish > ~/.config/fish/completions/${program}.fish`,
          what: "complete in every fish from now on",
        },
      ],
    },
    {
      name: "help",
      aliases: [],
      help: "show help, of one command or of the program",
      operands: [{ name: "COMMAND", kind: "command", help: "a command", optional: true }],
      flags: [],
      examples: [],
    },
  ];
}
