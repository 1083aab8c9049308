/**
 * `deno task compile [--target TARGET]...`: builds both programs into dist/, for the targets named or for all five.
 *
 * Files: `dist/tracker-VERSION-TARGET`, `dist/peer-VERSION-TARGET` (`.exe` for Windows), for the host also
 * `dist/tracker` and `dist/peer`, and `dist/SHA256SUMS` over all of this version that lie there.
 *
 * `DENORT_BIN` is the base executable for the host's own target; the others' bases are downloaded by Deno.
 * `MINI_TORRENT_COMPILER` is the shell command of another Deno to compile with.
 *
 * Exit code: 1 if the host's own target or one that was asked for by name failed, or if nothing could be built;
 * 64 for a wrong command line; else 0, with a warning for each target that failed.
 */
import { crypto } from "jsr:@std/crypto@1/crypto";
import config from "../deno.json" with { type: "json" };
import { build, executableName, PROGRAMS } from "./build.ts";
import { inRoot } from "./packages.ts";

const TARGETS: readonly string[] = [
  "x86_64-unknown-linux-gnu",
  "aarch64-unknown-linux-gnu",
  "x86_64-apple-darwin",
  "aarch64-apple-darwin",
  "x86_64-pc-windows-msvc",
];

async function main(args: readonly string[]): Promise<number> {
  const asked = readTargets(args);
  if (typeof asked === "string") {
    console.error(`compile: ${asked}`);
    return 64;
  }
  Deno.mkdirSync(inRoot("dist"), { recursive: true });
  const failed = new Map<string, string>();
  const wanted = asked.length > 0 ? asked : TARGETS;
  for (const target of wanted) {
    const why = await buildTarget(target);
    if (why !== undefined) {
      failed.set(target, why);
      console.error(`compile: WARNING: ${target} was not built: ${why}`);
    }
  }
  await writeSums();
  const must = asked.length > 0 ? asked : [Deno.build.target];
  console.error(`compile: built ${wanted.length - failed.size} of ${wanted.length} targets`);
  return failed.size === wanted.length || must.some((target) => failed.has(target)) ? 1 : 0;
}

function readTargets(args: readonly string[]): string[] | string {
  const targets: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? "";
    const target = arg.startsWith("--target=")
      ? arg.slice("--target=".length)
      : arg === "--target"
      ? args[++i] ?? ""
      : undefined;
    if (target === undefined) return `unknown argument ${arg}. Usage: compile [--target TARGET]...`;
    if (!TARGETS.includes(target)) return `no target "${target}". Targets: ${TARGETS.join(", ")}`;
    targets.push(target);
  }
  return targets;
}

async function buildTarget(target: string): Promise<string | undefined> {
  for (const program of PROGRAMS) {
    const name = executableName(`${program}-${config.version}-${target}`, target);
    const why = await build(program, { output: inRoot(`dist/${name}`), target });
    if (why !== undefined) return why;
    console.error(`compile: dist/${name}`);
    if (target === Deno.build.target) await place(name, executableName(program));
  }
  return undefined;
}

/** Gives `dist/from` the second name `dist/to`. */
async function place(from: string, to: string): Promise<void> {
  await Deno.remove(inRoot(`dist/${to}`)).catch(() => {});
  await Deno.link(inRoot(`dist/${from}`), inRoot(`dist/${to}`))
    .catch(() => Deno.copyFile(inRoot(`dist/${from}`), inRoot(`dist/${to}`)));
  console.error(`compile: dist/${to}`);
}

async function writeSums(): Promise<void> {
  const names = [...Deno.readDirSync(inRoot("dist"))]
    .map((entry) => entry.name)
    .filter((name) => PROGRAMS.some((program) => name.startsWith(`${program}-${config.version}-`)))
    .sort();
  const lines: string[] = [];
  for (const name of names) {
    using file = await Deno.open(inRoot(`dist/${name}`));
    const sum = await crypto.subtle.digest("SHA-256", chunks(file));
    lines.push(`${hex(new Uint8Array(sum))}  ${name}\n`);
  }
  await Deno.writeTextFile(inRoot("dist/SHA256SUMS"), lines.join(""));
}

async function* chunks(file: Deno.FsFile): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (;;) {
    const buffer = new Uint8Array(1 << 20);
    const read = await file.read(buffer);
    if (read === null) return;
    yield buffer.subarray(0, read);
  }
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

if (import.meta.main) Deno.exit(await main(Deno.args));
