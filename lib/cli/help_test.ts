import { assert, assertEquals, assertMatch, assertStringIncludes } from "jsr:@std/assert@1";
import { EXIT_CODES } from "../app/errors.ts";
import { helpText } from "./help.ts";
import { PEER_SPEC } from "./peer_spec.ts";
import { type CommandSpec, COMMON_FLAGS, flagsOf, type ProgramSpec } from "./spec.ts";
import { makeStyle } from "./style.ts";
import { TRACKER_SPEC } from "./tracker_spec.ts";
import { width } from "./width.ts";

const PLAIN = makeStyle(false);
const COMMANDS = [PEER_SPEC, TRACKER_SPEC].flatMap((program) =>
  program.commands.map((command): [ProgramSpec, CommandSpec] => [program, command])
);

Deno.test("the help of every command tells all of its flags, arguments, aliases and examples", () => {
  for (const [program, command] of COMMANDS) {
    const lines = helpText(program, command, PLAIN).split("\n");
    const text = lines.map((line) => line.trim()).join(" ");
    for (const flag of flagsOf(command)) {
      const row = lines.findIndex((line) =>
        line.includes(`--${flag.name}`) && /^ {2}\S|^ {6}-/.test(line)
      );
      assert(row >= 0, `${program.name} ${command.name} --${flag.name}`);
      if (flag.short) assertStringIncludes(lines[row]!, `-${flag.short}, `);
      if (flag.kind !== "boolean") assertStringIncludes(lines[row]!, flag.value!);
      assertStringIncludes(text, flag.help);
      if (flag.default !== undefined) assertStringIncludes(text, `(default: ${flag.default})`);
      for (const choice of flag.choices ?? []) assertStringIncludes(text, choice);
    }
    for (const { name, help } of command.operands) {
      assertStringIncludes(text, name);
      assertStringIncludes(text, help);
    }
    for (const alias of command.aliases) {
      assertMatch(text, new RegExp(`Also called:.*\\b${alias}\\b`));
    }
    for (const { line, what } of command.examples) {
      assert(lines.includes(`  ${line}`) && lines.includes(`      ${what}`), line);
    }
  }
});

Deno.test("no line of a help is wider than 80 columns or ends in a space", () => {
  for (const [program, command] of COMMANDS) {
    const text = helpText(program, command, PLAIN);
    assert(text.endsWith("\n") && !text.endsWith("\n\n"));
    for (const line of text.split("\n")) {
      assert(width(line) <= 80, line);
      assertEquals(line, line.trimEnd());
    }
  }
});

Deno.test("the help of a program lists its commands and every exit code", () => {
  for (const program of [PEER_SPEC, TRACKER_SPEC]) {
    const nameless = program.commands.find(({ name }) => name === "")!;
    const text = helpText(program, nameless, PLAIN);
    const flat = text.replaceAll("\n", " ");
    for (const { name, help } of program.commands) {
      if (name !== "") {
        assertMatch(text, new RegExp(`^  ${name}\\b.*\\n?.*${help.slice(0, 20)}`, "m"));
      }
    }
    for (const [name, code] of Object.entries(EXIT_CODES)) {
      assertMatch(flat, new RegExp(`[ ,]${code} +${name}[,.]`));
    }
  }
});

Deno.test("a small program's help, to the letter", () => {
  const program: ProgramSpec = {
    name: "cook",
    help: "Cooks.",
    commands: [{
      name: "boil",
      aliases: ["simmer"],
      help: "boil things",
      operands: [
        { name: "POT", kind: "file", help: "where" },
        { name: "EGG", kind: "name", help: "what", optional: true, many: true },
      ],
      flags: [
        {
          name: "time",
          short: "t",
          kind: "duration",
          value: "TIME",
          help: "how long",
          default: "3m",
        },
        {
          name: "a-flag-with-a-very-long-name",
          kind: "string",
          value: "WORD",
          help: "it takes one of several words, which is told on lines of their own below it",
          choices: ["soft", "hard"],
        },
      ],
      examples: [{ line: "cook boil pan", what: "an egg" }],
    }],
  };
  const shown = helpText(program, program.commands[0]!, PLAIN);
  assertEquals(
    shown.slice(0, shown.indexOf("Common flags:")),
    `Boil things.

Usage:
  cook boil [FLAGS] POT [EGG...]

Also called:
  simmer

Arguments:
  POT  where
  EGG  what

Flags:
  -t, --time TIME             how long (default: 3m)
      --a-flag-with-a-very-long-name WORD
                              it takes one of several words, which is told on
                              lines of their own below it: soft, hard

`,
  );
  assertStringIncludes(shown, "\nExamples:\n  cook boil pan\n      an egg\n");
});

Deno.test("titles are set off where there are colours, and nothing else is", () => {
  const style = { ...PLAIN, bold: (text: string) => `<b>${text}</b>` };
  const [program, command] = COMMANDS[1]!;
  const marked = helpText(program, command, style);
  assertEquals(marked.replace(/<\/?b>/g, ""), helpText(program, command, PLAIN));
  assert(marked.split("\n").every((line) => /^<b>[A-Z][a-z ]+:<\/b>$|^[^<]*$/.test(line)));
  assertEquals(marked.split("<b>Common flags:</b>").length, 2);
  assert(COMMON_FLAGS.every(({ name }) => marked.includes(`--${name}`)));
});
