/**
 * Writes what the documents take from the programs' own tables: docs/commands.md, and in README.md the parts between
 * `<!-- flags -->` or `<!-- exit codes -->` and their ends.
 *
 *     deno run -A scripts/docs.ts            writes them
 *     deno run -A scripts/docs.ts --check    writes nothing; exit code 1 if something is not current
 */
import { PEER_SPEC } from "../lib/cli/peer_spec.ts";
import { TRACKER_SPEC } from "../lib/cli/tracker_spec.ts";
import { inRoot, ROOT } from "./packages.ts";
import { commandPages, exitCodeTable, flagTables } from "./reference.ts";
import { run } from "./run.ts";

const PROGRAMS = [PEER_SPEC, TRACKER_SPEC];

/** The documents that are not what the tables say, by path; texts as they should be, before they are formatted. */
export async function outdatedDocs(): Promise<ReadonlyMap<string, string>> {
  const readme = await Deno.readTextFile(inRoot("README.md"));
  const wanted = new Map([
    ["docs/commands.md", commandPages(PROGRAMS)],
    [
      "README.md",
      withParts(readme, { flags: flagTables(PROGRAMS), "exit codes": exitCodeTable() }),
    ],
  ]);
  for (const [path, text] of [...wanted]) {
    const current = await Deno.readTextFile(inRoot(path)).catch(() => "");
    if (unformatted(current) === unformatted(text)) wanted.delete(path);
  }
  return wanted;
}

/** Puts each part between its two marks. */
function withParts(text: string, parts: Readonly<Record<string, string>>): string {
  for (const [name, part] of Object.entries(parts)) {
    const [start, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
    const [from, to] = [text.indexOf(start), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`README.md lacks ${start} … ${end}`);
    text = `${text.slice(0, from + start.length)}\n\n${part}\n\n${text.slice(to)}`;
  }
  return text;
}

/** Text without what a formatter may change: line ends, and the width of a table's columns. */
function unformatted(text: string): string {
  return text.replace(/-{3,}/g, "---").replace(/\s+/g, " ").trim();
}

async function main(args: readonly string[]): Promise<number> {
  const outdated = await outdatedDocs();
  if (args.includes("--check")) {
    for (const path of outdated.keys()) console.error(`${path} is not current`);
    return outdated.size === 0 ? 0 : 1;
  }
  for (const [path, text] of outdated) {
    await Deno.writeTextFile(inRoot(path), text);
    console.error(`docs: ${path}`);
  }
  if (outdated.size === 0) return 0;
  return await run(Deno.execPath(), ["fmt", "--quiet", ...outdated.keys()], { cwd: ROOT });
}

if (import.meta.main) Deno.exit(await main(Deno.args));
