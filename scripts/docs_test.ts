import { assertEquals, assertStringIncludes } from "jsr:@std/assert@1";
import { EXIT_CODES } from "../lib/app/errors.ts";
import { PEER_SPEC } from "../lib/cli/peer_spec.ts";
import { COMMON_FLAGS } from "../lib/cli/spec.ts";
import { TRACKER_SPEC } from "../lib/cli/tracker_spec.ts";
import { outdatedDocs } from "./docs.ts";
import { inRoot } from "./packages.ts";
import { commandPages, exitCodeTable } from "./reference.ts";

Deno.test("docs: README.md and docs/commands.md are what the programs' tables say", async () => {
  const outdated = [...(await outdatedDocs()).keys()];
  assertEquals(outdated, [], "run: deno run -A scripts/docs.ts");
});

Deno.test("docs: the reference names every command, flag, default and exit code", () => {
  const text = commandPages([PEER_SPEC, TRACKER_SPEC]);
  const commands = [...PEER_SPEC.commands, ...TRACKER_SPEC.commands];
  for (const { name, aliases, flags, operands, help } of commands) {
    assertStringIncludes(text, help);
    for (const alias of aliases) assertStringIncludes(text, `\`${alias}\``);
    for (const operand of operands) assertStringIncludes(text, operand.name, name);
    for (const flag of [...flags, ...COMMON_FLAGS]) {
      assertStringIncludes(text, `--${flag.name}`);
      assertStringIncludes(text, flag.help.replaceAll("|", "\\|"));
      if (flag.default !== undefined) assertStringIncludes(text, `\`${flag.default}\``);
    }
  }
  for (const [name, code] of Object.entries(EXIT_CODES)) {
    assertStringIncludes(exitCodeTable(), `| ${code} | \`${name}\` |`);
  }
});

Deno.test("docs: links inside the project lead somewhere", async () => {
  const documents = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"];
  for (const { name } of Deno.readDirSync(inRoot("docs"))) {
    if (name.endsWith(".md")) documents.push(`docs/${name}`);
  }
  const broken: string[] = [];
  for (const document of documents) {
    const text = await Deno.readTextFile(inRoot(document));
    for (const [, link] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^(https?|mailto):/.test(link!)) continue;
      const [path, anchor] = link!.split("#");
      const base = new URL(`file:///${document}`);
      const target = path === "" ? document : new URL(path!, base).pathname.slice(1);
      const there = await Deno.readTextFile(inRoot(target)).catch(() => undefined);
      const exists = there !== undefined ||
        await Deno.stat(inRoot(target)).then(() => true, () => false);
      if (!exists || (anchor && !anchors(there ?? "").includes(anchor))) {
        broken.push(`${document}: ${link}`);
      }
    }
  }
  assertEquals(broken, []);
});

/** The anchors that a code host gives to the headings of a document. */
function anchors(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading!.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-")
  );
}
