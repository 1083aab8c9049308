/**
 * What `deno task NAME` runs: finds out where the packages come from, then starts the task with them.
 *
 *     deno run -A scripts/task.ts NAME ARGS...
 */
import {
  choosePackages,
  inRoot,
  NET_FLAG,
  packageFlags,
  PACKAGES_VARIABLE,
  ROOT,
  V8_FLAGS,
} from "./packages.ts";
import { run } from "./run.ts";

interface Task {
  readonly file: string;
  /** Runs where the user stands, not in the project. */
  readonly here?: boolean;
}

const TASKS: Readonly<Record<string, Task>> = {
  check: { file: "scripts/check.ts" },
  test: { file: "scripts/suite.ts" },
  demo: { file: "scripts/demo.ts", here: true },
  compile: { file: "scripts/compile.ts" },
  bench: { file: "scripts/bench.ts" },
  tracker: { file: "tracker.ts", here: true },
  peer: { file: "peer.ts", here: true },
};

async function main(args: readonly string[]): Promise<number> {
  const [name = "", ...given] = args;
  const task = Object.hasOwn(TASKS, name) ? TASKS[name] : undefined;
  if (!task) {
    console.error(`task: there is no task "${name}". Tasks: ${Object.keys(TASKS).join(", ")}`);
    return 64;
  }
  // npm and pnpm put a `--` before what is meant for the task; people do so too.
  const rest = given[0] === "--" ? given.slice(1) : given;
  const announced = Deno.env.get("MINI_TORRENT_PACKAGES_SAID") === "1";
  const { source, why } = await choosePackages();
  if (!announced) console.error(`packages: ${source === "jsr" ? "JSR" : "npm"} (${why})`);
  const cwd = task.here ? Deno.env.get("INIT_CWD") || Deno.cwd() : ROOT;
  return await run(
    Deno.execPath(),
    ["run", "-A", V8_FLAGS, NET_FLAG, ...packageFlags(source), inRoot(task.file), ...rest],
    { cwd, env: { [PACKAGES_VARIABLE]: source, MINI_TORRENT_PACKAGES_SAID: "1" } },
  );
}

if (import.meta.main) Deno.exit(await main(Deno.args));
