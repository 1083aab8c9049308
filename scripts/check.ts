/** `deno task check`: formatting, lint, types and the directions of the layers. */
import { chosenPackages, packageFlags, ROOT } from "./packages.ts";
import { sources } from "./files.ts";
import { layerReport } from "./layers.ts";
import { run } from "./run.ts";

async function main(): Promise<number> {
  const files = sources(["tracker.ts", "peer.ts", "lib", "scripts", "tests"]);
  const steps: Array<[string, () => Promise<number> | number]> = [
    ["formatting", () => deno(["fmt", "--check"])],
    ["lint", () => deno(["lint"])],
    ["types", () => deno(["check", "--quiet", ...packageFlags(chosenPackages()), ...files])],
    ["layers", () => layerReport()],
  ];
  const failed: string[] = [];
  for (const [name, step] of steps) if (await step() !== 0) failed.push(name);
  console.log(failed.length === 0 ? "check: all well" : `check: failed: ${failed.join(", ")}`);
  return failed.length === 0 ? 0 : 1;
}

function deno(args: string[]): Promise<number> {
  return run(Deno.execPath(), args, { cwd: ROOT });
}

if (import.meta.main) Deno.exit(await main());
