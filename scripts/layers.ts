/** Checks that imports point down only, and that the sans-io layers reach for nothing outside themselves. */
import { sources } from "./files.ts";
import { inRoot } from "./packages.ts";

/** Layers from the lowest up; those of one row never import each other. */
const ROWS: readonly (readonly string[])[] = [
  ["base"],
  ["meta"],
  ["wire"],
  ["tracker", "swarm"],
  ["net", "disk", "nat", "discovery"],
  ["app"],
  ["cli", "web"],
];

/** Layers that know fewer layers than those below them. */
const ONLY: Readonly<Record<string, readonly string[]>> = {
  cli: ["app", "base"],
  web: ["app", "base"],
};

const SANS_IO: ReadonlySet<string> = new Set(["base", "meta", "wire", "tracker", "swarm"]);

/** The one place that may read the machine's clock. */
const CLOCK = "lib/base/clock.ts";

const OUTSIDE: readonly RegExp[] = [
  /\bDeno\./,
  /\bDate\.now\b/,
  /\bnew Date\(\)/,
  /\bperformance\.now\b/,
  /\bset(?:Timeout|Interval|Immediate)\b/,
  /\bAbortSignal\.timeout\b/,
  /\bMath\.random\b/,
  /\bgetRandomValues\b/,
  /\brandomUUID\b/,
  /\brandomBytes\b/,
  /\bfetch\(/,
];

/** Built-in modules that compute only. */
const PURE_BUILTINS: ReadonlySet<string> = new Set(["node:crypto", "node:buffer", "node:util"]);

/** A file's path from the root, with `/`, and its text. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

/** What is wrong with the files, one sentence each, starting with the place. */
export function layerProblems(files: readonly Source[]): string[] {
  return files.flatMap((file) => {
    const layer = layerOf(file.path);
    if (layer === undefined) return [];
    if (rowOf(layer) < 0) return [`${file.path}: lib/${layer} is no layer of the plan`];
    const test = file.path.endsWith("_test.ts");
    const code = withoutComments(file.text);
    const problems = [...importProblems(file.path, layer, code, test)];
    if (SANS_IO.has(layer) && !test) problems.push(...outsideProblems(file.path, layer, code));
    return problems;
  });
}

function* importProblems(path: string, layer: string, code: string, test: boolean) {
  for (const match of code.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*["'](\.[^"']*)["']/g)) {
    const specifier = match[1] ?? "";
    const target = new URL(specifier, `file:///${path}`).pathname.slice(1);
    const other = layerOf(target);
    if (other === layer || (test && other === undefined) || target === "deno.json") continue;
    if (other === undefined) {
      yield `${path}: lib/${layer} imports ${target}, which is outside lib`;
    } else if (rowOf(other) >= rowOf(layer)) {
      yield `${path}: lib/${layer} imports lib/${other}, which is not below it`;
    } else if (ONLY[layer] && !ONLY[layer].includes(other)) {
      yield `${path}: lib/${layer} imports lib/${other}; it knows only ${ONLY[layer].join(", ")}`;
    }
  }
}

function* outsideProblems(path: string, layer: string, code: string) {
  for (const pattern of OUTSIDE) {
    if (path === CLOCK && pattern.source.includes("performance")) continue;
    const found = pattern.exec(code)?.[0];
    if (found) yield `${path}: lib/${layer} is sans-io but uses ${found}`;
  }
  for (const match of code.matchAll(/["'](node:[\w/]+)["']/g)) {
    const builtin = match[1] ?? "";
    if (!PURE_BUILTINS.has(builtin)) yield `${path}: lib/${layer} is sans-io but uses ${builtin}`;
  }
}

function layerOf(path: string): string | undefined {
  return /^lib\/([^/]+)\//.exec(path)?.[1];
}

function rowOf(layer: string): number {
  return ROWS.findIndex((row) => row.includes(layer));
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|[^:"'`\\])\/\/.*$/gm, "$1");
}

/** Prints what is wrong with the project's own files. @returns 1 if anything is, else 0. */
export function layerReport(): number {
  const files = sources(["lib"]).map((path) => ({
    path,
    text: Deno.readTextFileSync(inRoot(path)),
  }));
  const problems = layerProblems(files);
  for (const problem of problems) console.error(problem);
  console.error(`layers: ${files.length} files, ${problems.length} problems`);
  return problems.length === 0 ? 0 : 1;
}

if (import.meta.main) Deno.exit(layerReport());
