import { assertEquals } from "jsr:@std/assert@1";
import { runPeer, skippable, temporaryFolder } from "../support/programs.ts";

/** Lines as far as they are typed, and what Tab makes of their last word, the only answer there is. */
const TYPED: readonly [string, string][] = [
  ["peer compl", "completions"],
  ["peer seed --po", "--port"],
  ["peer seed -p 9000 a\\ f", "a file.bin"],
  ["peer get --sta", "--stall-timeout"],
  ["peer get name fol", "folder/"],
  ["peer list --log-format te", "text"],
  ["peer completions z", "zsh"],
  ["peer help downl", "download"],
];

/** Why a shell cannot be tried. */
async function without(shell: string): Promise<string | undefined> {
  if (Deno.build.os === "windows") return `on Windows ${shell} has paths of its own`;
  const found = await new Deno.Command(shell, { args: ["-c", "exit 0"], stdin: "null" }).output()
    .catch(() => undefined);
  return found?.success ? undefined : `${shell} is not installed`;
}

/** Runs a script in a shell, in a folder with `a file.bin`, `folder` and the completions. */
async function answers(shell: string, args: readonly string[], script: string): Promise<string[]> {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/work`;
  await Deno.mkdir(`${path}/folder`, { recursive: true });
  await Deno.writeTextFile(`${path}/a file.bin`, "");
  const { out } = await runPeer(["completions", shell]);
  await Deno.writeTextFile(`${folder.path}/completions`, out);
  await Deno.writeTextFile(`${folder.path}/script`, script);
  const ended = await new Deno.Command(shell, {
    args: [...args, `${folder.path}/script`],
    cwd: path,
    env: { HOME: folder.path, TERM: "dumb" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const [said, complained] = [ended.stdout, ended.stderr].map((b) => new TextDecoder().decode(b));
  assertEquals([ended.code, complained], [0, ""], said);
  return said!.trimEnd().split("\n");
}

const EXPECTED = TYPED.map(([line, word]) => `${line} => ${word}`);

skippable("completions: bash completes with them", await without("bash"), async () => {
  const asks = TYPED.map(([line]) => `ask '${line}' ${line}`).join("\n");
  const said = await answers(
    "bash",
    ["--norc"],
    `source ../completions
ask() {
  local line="$1"; shift
  COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
  _peer_completions
  local found=("\${COMPREPLY[@]}")
  [[ -d $found ]] && found+=/ # readline adds it
  printf '%s => %s\\n' "$line" "$(IFS=; echo "\${found[*]}")"
}
complete -p peer >/dev/null
${asks}
`,
  );
  assertEquals(said, EXPECTED);
});

skippable("completions: bash completes the value after a =", await without("bash"), async () => {
  const said = await answers(
    "bash",
    ["--norc"],
    `source ../completions
for words in 'peer list --log-format =' 'peer list --log-format = te'; do
  COMP_WORDS=($words) COMP_CWORD=$(($(wc -w <<< "$words") - 1)) COMPREPLY=()
  _peer_completions
  echo "\${COMPREPLY[*]}"
done
`,
  );
  assertEquals(said, ["text json", "text"]);
});

skippable("completions: fish completes with them", await without("fish"), async () => {
  const asks = TYPED.map(([line]) =>
    `echo '${line} =>' (complete -C '${line}' | string split -f1 \\t | string unescape)`
  );
  const said = await answers(
    "fish",
    ["--no-config"],
    ["source ../completions", ...asks, ""].join("\n"),
  );
  assertEquals(said, EXPECTED);
});

skippable("completions: zsh completes with them", await without("zsh"), async () => {
  // A line editor is needed: one runs in a terminal of its own, and each wait ends with what is seen.
  const asks = TYPED.map(([line, word]) => {
    const whole = `${line.replace(/(?:[^ \\]|\\.)*$/, "")}${word.replaceAll(" ", "\\ ")}`;
    return `ask ${quote(line)} ${quote(whole)} ${quote(word)}`;
  });
  const said = await answers(
    "zsh",
    ["-f"],
    `zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z 'PS1=; unset zle_bracketed_paste; stty -echo; autoload -Uz compinit; compinit -u -D'
zpty -w z 'source ../completions; show() { print -r -- "<$BUFFER>"; BUFFER=; zle redisplay }'
zpty -w z 'zle -N show; bindkey "^G" show; print REA""DY'
zpty -r z seen '*READY*'
ask() {
  zpty -n -w z "$1"$'\\t\\a'
  zpty -r z seen '*<*>*'
  local buffer=\${\${seen##*<}%%>*}
  [[ \${buffer% } == $2 ]] && print -r -- "$1 => $3" || print -r -- "$1 => $buffer?"
}
${asks.join("\n")}
zpty -d z
`,
  );
  assertEquals(said, EXPECTED);
});

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
