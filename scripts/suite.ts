/**
 * `deno task test [PATH | FILTER]...`: the whole test suite, or the files and names given.
 *
 * What failed and what was skipped is told once more at the end. The last line is `N passed, N failed` or `N passed, N failed, N skipped`; the exit code is 1 if anything failed.
 *
 * MINI_TORRENT_BIN_DIR           folder of compiled programs for the end-to-end tests; absent: compiled here if possible
 * MINI_TORRENT_COMPILER          shell command of the Deno to compile with; DENORT_BIN: its base executable
 * MINI_TORRENT_OLDER_DENO        shell command of an older Deno that must do, too: the units and the loopback tests run there
 * MINI_TORRENT_SCREENS           folder for pictures of the tracker's pages; absent: a new one in the system's temporary folder
 * MINI_TORRENT_SEED              for property tests: an integer for other cases than always, or "random"
 * MINI_TORRENT_WINDOWS_DENO      executable that runs the Windows build of Deno (under Wine) with this file system as Z:
 */
import { build, executableName, PROGRAMS, shellCommand } from "./build.ts";
import { sources } from "./files.ts";
import { emptyTally, summary, type Tally, tally } from "./junit.ts";
import { layerReport } from "./layers.ts";
import { chosenPackages, NET_FLAG, packageFlags, ROOT } from "./packages.ts";
import { run } from "./run.ts";

const COMPILE_TIMEOUT_MS = 90_000;

/** What all runs of tests have. */
const TEST_FLAGS = ["-A", NET_FLAG, "--no-check", "--preload", "tests/support/property_seed.ts"];

async function main(args: readonly string[]): Promise<number> {
  const folder = await Deno.makeTempDir({ prefix: "mini-torrent-test-" });
  const total = emptyTally();
  try {
    const paths = args.filter((arg) => sources([arg]).length > 0);
    const filters = args.filter((arg) => !paths.includes(arg));
    const binaries = await executables(folder, paths.length === 0 || paths.some(isEndToEnd));
    const files = testFiles(paths.length > 0 ? paths : ["lib", "scripts", "tests"]);
    if (files.length === 0) {
      console.error(`test: there are no tests in ${paths.join(", ")}`);
      return 64;
    }
    const junit = `${folder}/junit.xml`;
    const code = await run(
      Deno.execPath(),
      [
        ...["test", ...TEST_FLAGS, "--junit-path", junit, ...packageFlags(chosenPackages())],
        ...filters.slice(0, 1).flatMap((filter) => ["--filter", filter]),
        ...files,
      ],
      { cwd: ROOT, env: binaries },
    );
    add(total, await readReport(junit, code, "the test run"));
    if (filters.length > 0) {
      // The report calls what a filter leaves out skipped, too.
      total.skipped = total.skipped.filter((name) => name.includes("[skipped:"));
      if (total.passed + total.failed === 0) {
        console.error(`test: nothing matches ${filters[0]}`);
        total.failed = 1;
      }
    }
    if (args.length === 0) {
      add(total, layers());
      add(total, await olderRun(folder));
      add(total, await windowsRun(folder));
    }
  } finally {
    await Deno.remove(folder, { recursive: true }).catch(() => {});
  }
  for (const name of total.skipped) console.log(`skipped: ${name}`);
  for (const { name, why } of total.failures) {
    console.log(`failed: ${name}\n${why.replaceAll(/^/gm, "    ")}`);
  }
  console.log(summary(total));
  return total.failed === 0 ? 0 : 1;
}

function isEndToEnd(path: string): boolean {
  return path.startsWith("tests");
}

function testFiles(paths: readonly string[]): string[] {
  return sources(paths).filter((path) => path.endsWith("_test.ts"));
}

/** Compiles both programs for the end-to-end tests. @returns The environment that names their folder. */
async function executables(folder: string, needed: boolean): Promise<Record<string, string>> {
  if (!needed || Deno.env.get("MINI_TORRENT_BIN_DIR")) return {};
  const started = performance.now();
  const failures = await Promise.all(
    PROGRAMS.map((program) =>
      build(program, {
        output: `${folder}/bin/${executableName(program)}`,
        timeoutMs: COMPILE_TIMEOUT_MS,
      })
    ),
  );
  const why = failures.find((failure) => failure !== undefined);
  if (why !== undefined) {
    console.error(`end-to-end tests run from source; compiling failed: ${why}`);
    return {};
  }
  const seconds = ((performance.now() - started) / 1_000).toFixed(0);
  console.error(`end-to-end tests run the executables compiled just now (${seconds} s)`);
  return { MINI_TORRENT_BIN_DIR: `${folder}/bin` };
}

/** A run that ended badly counts as a failure even if its report knows of none. */
async function readReport(path: string, code: number, what: string): Promise<Tally> {
  const result = tally(await Deno.readTextFile(path).catch(() => ""));
  if (code !== 0 && result.failed === 0) {
    result.failed = 1;
    result.failures.push({
      name: what,
      why: `exit code ${code}, and no failed test in its report`,
    });
  }
  return result;
}

function layers(): Tally {
  const good = layerReport() === 0;
  return good ? { ...emptyTally(), passed: 1 } : {
    ...emptyTally(),
    failed: 1,
    failures: [{ name: "layers", why: "imports go the wrong way: see above" }],
  };
}

/** The units and the loopback tests once more under the oldest Deno that is to do. */
async function olderRun(folder: string): Promise<Tally> {
  const name = "units and loopback tests under an older Deno";
  const deno = Deno.env.get("MINI_TORRENT_OLDER_DENO");
  if (!deno) {
    const why = "MINI_TORRENT_OLDER_DENO is not set";
    return { ...emptyTally(), skipped: [`${name} [skipped: ${why}]`] };
  }
  console.error(`${name}: ${deno}`);
  const junit = `${folder}/older.xml`;
  const [command, first] = shellCommand(deno);
  const flags = [...TEST_FLAGS, "--junit-path", junit, ...packageFlags(chosenPackages())];
  const files = testFiles(["lib", "scripts", "tests/loopback"]);
  const code = await run(command, [...first, "test", ...flags, ...files], {
    cwd: ROOT,
  });
  return named("older Deno", await readReport(junit, code, name));
}

/** The units and the loopback tests once more under the Windows build of Deno. */
async function windowsRun(folder: string): Promise<Tally> {
  const name = "units and loopback tests under Windows";
  const deno = Deno.env.get("MINI_TORRENT_WINDOWS_DENO");
  const files = testFiles(["lib", "tests/loopback"]);
  if (Deno.build.os === "windows" || !deno || files.length === 0) {
    const why = Deno.build.os === "windows"
      ? "this is Windows"
      : deno
      ? "there are none"
      : "MINI_TORRENT_WINDOWS_DENO is not set";
    return { ...emptyTally(), skipped: [`${name} [skipped: ${why}]`] };
  }
  console.error(`${name}: ${deno}`);
  const junit = `${folder}/windows.xml`;
  const code = await run(deno, [
    ...["test", ...TEST_FLAGS, "--junit-path", `Z:${junit.replaceAll("/", "\\")}`],
    ...["--import-map", "deno.npm.json", ...files],
  ], { cwd: ROOT, env: { MINI_TORRENT_PACKAGES: "npm" } });
  return named("Windows", await readReport(junit, code, name));
}

/** Tells in the names where the tests ran. */
function named(where: string, { failures, skipped, ...counts }: Tally): Tally {
  return {
    ...counts,
    failures: failures.map(({ name, why }) => ({ name: `${where}: ${name}`, why })),
    skipped: skipped.map((name) => `${where}: ${name}`),
  };
}

function add(total: Tally, part: Tally): void {
  total.passed += part.passed;
  total.failed += part.failed;
  total.failures.push(...part.failures);
  total.skipped.push(...part.skipped);
}

if (import.meta.main) Deno.exit(await main(Deno.args));
