import {
  type CommandSpec,
  type FlagKind,
  flagsOf,
  type FlagSpec,
  type OperandSpec,
  type ProgramSpec,
  type Shell,
  SHELLS,
} from "./spec.ts";

/** Flags that may be given several times. */
const REPEATED: ReadonlySet<FlagKind> = new Set(["addresses", "strings", "trackers"]);

/** A script that teaches a shell a program's commands, flags and where files are meant. */
export function completions(program: ProgramSpec, shell: Shell): string {
  switch (shell) {
    case "bash":
      return bash(program);
    case "zsh":
      return zsh(program);
    case "fish":
      return fish(program);
    case "powershell":
      return powershell(program);
    default:
      return shell satisfies never;
  }
}

function named(program: ProgramSpec): readonly CommandSpec[] {
  return program.commands.filter((command) => command.name !== "");
}

function names(command: CommandSpec): readonly string[] {
  return [command.name, ...command.aliases];
}

function flagWords(command: CommandSpec): string[] {
  return flagsOf(command).flatMap((flag) =>
    flag.short ? [`--${flag.name}`, `-${flag.short}`] : [`--${flag.name}`]
  );
}

function wordsOf(operand: OperandSpec | undefined, program: ProgramSpec): readonly string[] {
  if (operand?.choices) return operand.choices;
  if (operand?.kind === "shell") return SHELLS;
  if (operand?.kind === "command") return named(program).map((command) => command.name);
  return [];
}

function takesFiles(command: CommandSpec): boolean {
  return command.operands.some((operand) => operand.kind === "file");
}

/** Every flag with a value, of any command, once. */
function valued(program: ProgramSpec): readonly FlagSpec[] {
  const flags = program.commands.flatMap((command) => flagsOf(command));
  const kept = new Map(
    flags.filter((flag) => flag.kind !== "boolean").map((flag) => [flag.name, flag]),
  );
  return [...kept.values()];
}

function bash(program: ProgramSpec): string {
  const fn = `_${program.name}_completions`;
  const all = named(program).flatMap(names);
  const nameless = program.commands.find((command) => command.name === "")!;
  const spell = (flag: FlagSpec) => flag.short ? `--${flag.name}|-${flag.short}` : `--${flag.name}`;
  const values = valued(program).map((flag) =>
    flag.choices
      ? `    ${spell(flag)}) COMPREPLY=($(compgen -W '${
        flag.choices.join(" ")
      }' -- "$cur")); return ;;`
      : `    ${spell(flag)}) return ;;`
  );
  const cases = named(program).map((command) => {
    const words = [...flagWords(command), ...wordsOf(command.operands[0], program)];
    return `    ${names(command).join("|")}) words='${words.join(" ")}'; files=${
      takesFiles(command) ? 1 : 0
    } ;;`;
  });
  return [
    `# bash completions of ${program.name}`,
    `${fn}() {`,
    `  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}"`,
    `  local command='' words='' files=0 word`,
    `  COMPREPLY=()`,
    `  if [[ $cur == = ]]; then cur=''`, // the = of --flag=value is a word of its own
    `  elif [[ $prev == = ]]; then prev="\${COMP_WORDS[COMP_CWORD-2]}"; fi`,
    `  case "$prev" in`,
    ...values,
    `  esac`,
    `  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do`,
    `    case "$word" in ${all.join("|")}) command="$word"; break ;; esac`,
    `  done`,
    `  case "$command" in`,
    ...cases,
    `    *) words='${[...all, ...flagWords(nameless)].join(" ")}' ;;`,
    `  esac`,
    `  COMPREPLY=($(compgen -W "$words" -- "$cur"))`,
    `  if [[ $files == 1 && $cur != -* ]]; then`,
    `    compopt -o filenames 2>/dev/null`,
    // macOS has a bash of 2007, without mapfile
    `    while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$cur")`,
    `  fi`,
    `}`,
    `complete -F ${fn} ${program.name}`,
    "",
  ].join("\n");
}

function zsh(program: ProgramSpec): string {
  const clean = (text: string) => text.replace(/[[\]:'`$\\"]/g, "");
  const flagArgs = (command: CommandSpec) =>
    flagsOf(command).flatMap((flag) => {
      const many = REPEATED.has(flag.kind) ? "*" : "";
      const hint = flag.kind === "boolean"
        ? ""
        : `:${clean(flag.value ?? "value")}:${flag.choices ? `(${flag.choices.join(" ")})` : " "}`;
      const forms = flag.short ? [`--${flag.name}`, `-${flag.short}`] : [`--${flag.name}`];
      return forms.map((form) => `'${many}${form}[${clean(flag.help)}]${hint}'`);
    });
  const operandArgs = (command: CommandSpec) =>
    command.operands.map((operand, index) => {
      const words = wordsOf(operand, program);
      const what = operand.kind === "file"
        ? "_files"
        : words.length > 0
        ? `(${words.join(" ")})`
        : "()"; // a message, which a blank would be, keeps zsh from completing the flags
      return `'${operand.many ? "*" : index + 1}:${operand.name}:${what}'`;
    });
  const call = (command: CommandSpec, indent: string) =>
    ["_arguments -s", ...flagArgs(command), ...operandArgs(command)].join(` \\\n${indent}  `);
  const nameless = program.commands.find((command) => command.name === "")!;
  const described = named(program).flatMap((command) =>
    names(command).map((name) => `    '${name}:${clean(command.help)}'`)
  );
  const cases = named(program).flatMap((command) => [
    `    ${names(command).join("|")})`,
    `      ${call(command, "      ")} ;;`,
  ]);
  return [
    `#compdef ${program.name}`,
    `_${program.name}() {`,
    `  local line state`,
    `  local -a commands=(`,
    ...described,
    `  )`,
    `  ${call(nameless, "  ")} \\`,
    `    '1:command:->command' '*::argument:->argument'`,
    `  if [[ $state == command ]]; then _describe command commands; return; fi`,
    `  case $line[1] in`,
    ...cases,
    `  esac`,
    `}`,
    `if [[ $funcstack[1] == _${program.name} ]]; then`,
    `  _${program.name} "$@"`,
    `else`,
    `  compdef _${program.name} ${program.name}`,
    `fi`,
    "",
  ].join("\n");
}

function fish(program: ProgramSpec): string {
  const quote = (text: string) => `'${text.replace(/[\\']/g, "\\$&")}'`;
  const begin = `complete -c ${program.name}`;
  const all = named(program).flatMap(names);
  const none = quote(`not __fish_seen_subcommand_from ${all.join(" ")}`);
  const lines = [`# fish completions of ${program.name}`, `${begin} -f`];
  for (const command of named(program)) {
    for (const name of names(command)) {
      lines.push(`${begin} -n ${none} -a ${name} -d ${quote(command.help)}`);
    }
  }
  for (const command of program.commands) {
    const when = command.name === ""
      ? none
      : quote(`__fish_seen_subcommand_from ${names(command).join(" ")}`);
    for (const flag of flagsOf(command)) {
      const short = flag.short ? ` -s ${flag.short}` : "";
      const value = flag.kind === "boolean"
        ? ""
        : flag.choices
        ? ` -x -a ${quote(flag.choices.join(" "))}`
        : " -x";
      lines.push(`${begin} -n ${when} -l ${flag.name}${short}${value} -d ${quote(flag.help)}`);
    }
    const words = wordsOf(command.operands[0], program);
    if (words.length > 0) lines.push(`${begin} -n ${when} -a ${quote(words.join(" "))}`);
    if (takesFiles(command)) lines.push(`${begin} -n ${when} -F`);
  }
  return lines.join("\n") + "\n";
}

function powershell(program: ProgramSpec): string {
  const quote = (text: string) => `'${text.replaceAll("'", "''")}'`;
  const array = (words: readonly string[]) => `@(${words.map(quote).join(", ")})`;
  const nameless = program.commands.find((command) => command.name === "")!;
  const all = named(program).flatMap(names);
  const entries = named(program).flatMap((command) =>
    names(command).map((name) => {
      const words = [...wordsOf(command.operands[0], program), ...flagWords(command)];
      return `    ${quote(name)} = ${array(words)}`;
    })
  );
  const files = named(program).filter(takesFiles).flatMap(names);
  const choices = valued(program).filter((flag) => flag.choices).map((flag) =>
    `    ${quote(`--${flag.name}`)} = ${array(flag.choices!)}`
  );
  return [
    `# PowerShell completions of ${program.name}`,
    `Register-ArgumentCompleter -Native -CommandName ${quote(program.name)} -ScriptBlock {`,
    `  param($wordToComplete, $commandAst, $cursorPosition)`,
    `  $commands = @{`,
    ...entries,
    `  }`,
    `  $choices = @{`,
    ...choices,
    `  }`,
    `  $given = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { "$_" })`,
    `  $before = @($given | Where-Object { $_ -ne $wordToComplete })`,
    `  $command = $before | Where-Object { $commands.ContainsKey($_) } | Select-Object -First 1`,
    `  $last = $before | Select-Object -Last 1`,
    `  if ($last -and $choices.ContainsKey($last)) { $words = $choices[$last] }`,
    `  elseif ($command) { $words = $commands[$command] }`,
    `  else { $words = ${array([...all, ...flagWords(nameless)])} }`,
    `  $words | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {`,
    `    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)`,
    `  }`,
    `  if ($command -in ${array(files)} -and $wordToComplete -notlike '-*') {`,
    `    [System.Management.Automation.CompletionCompleters]::CompleteFilename($wordToComplete)`,
    `  }`,
    `}`,
    "",
  ].join("\n");
}
