/** What the programs write with `--json` is what docs/json.md says. */
import { assert, assertEquals } from "jsr:@std/assert@1";
import { inRoot } from "../../scripts/packages.ts";
import { classicAsk, classicSeeder } from "../support/originals.ts";
import { bytesOf, Program, runPeer, skippable, temporaryFolder } from "../support/programs.ts";

/** One section of the document: its fields by path, and whether each object has them. */
type Section = ReadonlyMap<string, { readonly always: boolean }>;

type Json = Readonly<Record<string, unknown>>;

const WINDOWS = Deno.build.os === "windows" ? "Windows sends no signals to children" : undefined;

/** Sections by type and program or command: `result of peer seed`. */
async function readDocument(): Promise<Map<string, Section>> {
  const text = await Deno.readTextFile(inRoot("docs/json.md"));
  const sections = new Map<string, Section>();
  for (const part of text.split(/^## /m).slice(1)) {
    const [, type, commands = ""] = /^(\w+)(?:, of (.*))?\n/.exec(part) ?? [];
    if (type === undefined) continue;
    const fields = new Map<string, { always: boolean }>();
    for (const [, names, when] of part.matchAll(/^\| (`[^|]*) \|[^|]*\| ([^|]*?) *\|/gm)) {
      for (const [, name] of names!.matchAll(/`([^`]+)`/g)) {
        fields.set(name!, { always: when === "always" });
      }
    }
    for (const command of commands.split(/, | and /)) {
      sections.set(command === "" ? type : `${type} of ${command}`, fields);
    }
  }
  return sections;
}

/** The paths of all fields: `trackers[].address`. */
function pathsOf(object: Json, before = ""): string[] {
  return Object.entries(object).flatMap(([name, value]) => {
    const path = `${before}${name}`;
    if (Array.isArray(value)) {
      const objects = value.filter((one): one is Json => typeof one === "object" && one !== null);
      return objects.length === 0
        ? [path]
        : [...new Set(objects.flatMap((one) => pathsOf(one, `${path}[].`)))];
    }
    return typeof value === "object" && value !== null
      ? pathsOf(value as Json, `${path}.`)
      : [path];
  });
}

/** What is wrong with an object, as the document has it. */
function problemsOf(object: Json, command: string, sections: Map<string, Section>): string[] {
  const name = `${object.type} of ${command}`;
  const section = sections.get(name) ?? sections.get(String(object.type));
  if (!section) return [`no section for ${name}`];
  const { v, type: _, ...rest } = object;
  const found = pathsOf(rest);
  const known = (path: string) => {
    const [list] = path.split("[]");
    return section.has(path) || section.has(`${path}[]`) || section.has(`${list}[]`) ||
      [...section.keys()].some((one) => one.startsWith(`${path}[].`));
  };
  const missing = [...section].filter(([path, { always }]) => {
    const [outer] = path.split("[]");
    return always && !found.some((one) => one === path || one.startsWith(outer!));
  });
  return [
    ...(v === 1 ? [] : [`${name}: v is ${v}`]),
    ...found.filter((path) => !known(path)).map((path) => `${name}: ${path} is not documented`),
    ...missing.map(([path]) => `${name}: ${path} is missing`),
  ];
}

function objectsIn(out: string): Json[] {
  return out.trimEnd().split("\n").map((line) => JSON.parse(line));
}

skippable("json document: every object and field of the programs is in it", WINDOWS, async () => {
  const sections = await readDocument();
  const problems: string[] = [];
  const seen = new Set<string>();
  const check = (command: string, out: string) => {
    for (const object of objectsIn(out)) {
      seen.add(`${object.type} of ${command}`);
      problems.push(...problemsOf(object, command, sections));
    }
  };
  await using folder = await temporaryFolder();
  await Deno.writeFile(`${folder.path}/shared`, bytesOf(300_000));
  await using tracker = new Program("tracker", ["--host", "127.0.0.1", "-p", "0", "--json"]);
  const port = Number((await tracker.out(/"port":(\d+)/))[1]);
  const at = ["--tracker", `127.0.0.1:${port}`, "--json"];
  await using seeder = new Program("peer", ["seed", `${folder.path}/shared`, ...at]);
  await seeder.out(/"type":"share"/);
  await using broken = classicSeeder(bytesOf(100), { hangUpAfter: 10 });
  await using classic = classicSeeder(bytesOf(100));
  for (const one of [classic, broken]) await classicAsk(port, `REGISTER classic ${one.port}\n`);

  const run = async (...args: string[]) => {
    const { out } = await runPeer([...args, ...at], { cwd: folder.path });
    check(`peer ${args[0]}`, out);
  };
  await run("download", "shared", "copy");
  await run("download", "classic");
  await run("download", "nothing");
  await run("list", "shared");
  for (const program of [seeder, tracker]) program.signal("SIGTERM");
  check("peer seed", (await seeder.ended()).out);
  check("tracker", (await tracker.ended()).out);
  assertEquals([...new Set(problems)], []);
  for (const result of ["tracker", "peer seed", "peer download", "peer list"]) {
    assert(seen.has(`result of ${result}`), result);
  }
});
