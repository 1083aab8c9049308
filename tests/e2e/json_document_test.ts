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
    const [, types, commands = ""] = /^([a-z ]+)(?:, of (.*))?\n/.exec(part) ?? [];
    if (types === undefined) continue;
    const fields = new Map<string, { always: boolean }>();
    for (const [, names, when] of part.matchAll(/^\| (`[^|]*) \|[^|]*\| ([^|]*?) *\| /gm)) {
      for (const [, name] of names!.matchAll(/`([^`]+)`/g)) {
        fields.set(name!, { always: when === "always" });
      }
    }
    for (const type of types.split(" and ")) {
      for (const command of commands.split(/, | and /)) {
        sections.set(command === "" ? type : `${type} of ${command}`, fields);
      }
    }
  }
  return sections;
}

/** The sections that an object's fields are in; only those of the first have to be there. */
function sectionsOf(object: Json, command: string): string[] {
  const { type } = object;
  switch (type) {
    case "error":
      return [type, `error of ${command}`];
    case "progress":
      return [object.id === undefined ? "progress of peer" : `progress of ${command}`];
    case "complete":
      return [`complete of ${command}`, `result of ${command}`];
    default:
      if (object.downloads !== undefined) return [`result of ${command} of several`];
      return object.checksum !== undefined && command === "peer download"
        ? [`result of peer download by the original's protocol`]
        : [`${type} of ${command}`];
  }
}

/** The paths of all fields: `trackers[].address`. */
function pathsOf(object: Json, before = ""): string[] {
  return Object.entries(object).flatMap(([name, value]) => {
    const path = `${before}${name}`;
    if (Array.isArray(value)) {
      const objects = value.filter(isObject);
      return objects.length === 0
        ? [path]
        : [...new Set(objects.flatMap((one) => pathsOf(one, `${path}[].`)))];
    }
    return isObject(value) ? pathsOf(value, `${path}.`) : [path];
  });
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What is wrong with an object, as the document has it. */
function problemsOf(object: Json, command: string, sections: Map<string, Section>): string[] {
  const names = sectionsOf(object, command);
  const [section, ...more] = names.flatMap((name) => sections.get(name) ?? []);
  const name = names[0]!;
  if (!section) return [`no section for ${name}`];
  const { v, type: _, ...rest } = object;
  const found = pathsOf(rest);
  const fields = [section, ...more].flatMap((one) => [...one.keys()]);
  const known = (path: string) => {
    const [list] = path.split("[]");
    return fields.includes(path) || fields.includes(`${list}[]`) ||
      fields.some((one) => one.startsWith(`${path}[].`));
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
  await Deno.mkdir(`${folder.path}/Folder`);
  for (const name of ["a", "b"]) {
    await Deno.writeFile(`${folder.path}/Folder/${name}`, bytesOf(50_000, name.charCodeAt(0)));
  }
  await using tracker = new Program("tracker", ["--host", "127.0.0.1", "-p", "0", "--json"]);
  const port = Number((await tracker.out(/"port":(\d+)/))[1]);
  const at = ["--tracker", `127.0.0.1:${port}`, "--json"];
  const paths = ["shared", "Folder"].map((name) => `${folder.path}/${name}`);
  await using seeder = new Program("peer", ["seed", ...paths, ...at]);
  await seeder.out(/"type":"share","name":"Folder"/);
  await using broken = classicSeeder(bytesOf(100), { hangUpAfter: 10 });
  await using classic = classicSeeder(bytesOf(100));
  for (const one of [classic, broken]) await classicAsk(port, `REGISTER classic ${one.port}\n`);

  const run = async (command: string, args: string[], common: string[] = at) => {
    const { out } = await runPeer([command, ...args, ...common], { cwd: folder.path });
    check(`peer ${command}`, out);
    return objectsIn(out).at(-1)!;
  };
  const { magnet } = await run("info", ["Folder"], ["--json"]);
  await run("info", [String(magnet)], ["--json"]);
  await run("create", ["Folder"], ["--json", "-t", "udp://127.0.0.1:9", "--comment", "ours"]);
  await run("info", ["Folder.torrent"], ["--json"]);
  await run("verify", ["Folder.torrent", "Folder"], ["--json"]);
  await Deno.mkdir(`${folder.path}/in`);
  await run("download", ["Folder", "in"]);
  await Deno.writeFile(`${folder.path}/in/Folder/a`, bytesOf(50_000, 3));
  await run("verify", ["Folder.torrent", "in"], ["--json"]);
  await run("download", ["shared", "copy"]);
  await run("download", ["shared", "Folder", "--to", "in", "--force"]);
  await run("download", ["classic"]);
  await run("download", ["nothing"]);
  for (const name of ["shared", "Folder", "classic"]) await run("list", [name]);
  for (const program of [seeder, tracker]) program.signal("SIGTERM");
  check("peer seed", (await seeder.ended()).out);
  check("tracker", (await tracker.ended()).out);
  await using config = new Program("tracker", ["config", "check", "--json"]);
  check("tracker config", (await config.ended()).out);
  for (const words of [["add", "anna"], ["add"], ["list"], ["revoke", "anna"]]) {
    const args = ["key", ...words, "--keys", `${folder.path}/keys.db`, "--json"];
    await using keys = new Program("tracker", args);
    check("tracker key", (await keys.ended()).out);
  }
  assertEquals([...new Set(problems)], []);
  for (
    const result of [
      "tracker",
      "tracker config",
      "tracker key",
      ...["seed", "download", "list", "info", "create", "verify"].map((one) => `peer ${one}`),
    ]
  ) {
    assert(seen.has(`result of ${result}`), result);
  }
});
