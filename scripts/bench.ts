/** Measures speed: `deno task bench NAME [OPTIONS]`; without a name, all of them. */
import { chosenPackages, inRoot, packageFlags } from "./packages.ts";
import { run } from "./run.ts";

const BENCHMARKS = ["transfer", "spread", "hashing", "idle", "classic", "registry", "tracker"];

async function main([name, ...rest]: readonly string[]): Promise<number> {
  if (name !== undefined && !BENCHMARKS.includes(name)) {
    console.error(`bench: there is no benchmark "${name}". Benchmarks: ${BENCHMARKS.join(", ")}`);
    return 64;
  }
  const flags = packageFlags(chosenPackages());
  for (const one of name === undefined ? BENCHMARKS : [name]) {
    const file = inRoot(`scripts/bench/${one}.ts`);
    const code = await run(Deno.execPath(), ["run", "-A", ...flags, file, ...rest]);
    if (code !== 0) return code;
  }
  return 0;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
