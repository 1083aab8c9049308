/**
 * What a share costs while nobody fetches it, on Linux: processor time of a seeder and of a tracker, in
 * percent of one core.
 *
 *     deno task bench idle [SECONDS]
 */
import { memoryFolder, writeRandom } from "./content.ts";
import { peakMemory, start } from "./program.ts";

const seconds = Number(Deno.args[0] ?? 30);

/** Ticks a second of the times in /proc; so on every Linux that Deno runs on. */
const TICKS = 100;

const folder = await memoryFolder();
try {
  await writeRandom(`${folder}/file.bin`, 64);
  await using tracker = start("tracker", "--host", "127.0.0.1", "--port", "0");
  const at = `127.0.0.1:${(await tracker.line("listening")).port}`;
  await using seed = start("peer", "seed", `${folder}/file.bin`, "--tracker", at);
  await seed.line("share");
  await pause(5); // what starting left behind
  const before = [processorTime(seed.pid), processorTime(tracker.pid)];
  await pause(seconds);
  console.log(`idle: ${seconds} s`);
  for (const [index, [name, pid]] of [["seeder", seed.pid], ["tracker", tracker.pid]].entries()) {
    const used = processorTime(Number(pid)) - before[index]!;
    const percent = (used / seconds * 100).toFixed(2);
    console.log(`  ${name}: ${percent} % of a core, at most ${peakMemory(Number(pid))} MiB`);
  }
} finally {
  await Deno.remove(folder, { recursive: true });
}

function processorTime(pid: number): number {
  const fields = Deno.readTextFileSync(`/proc/${pid}/stat`).replace(/^.*\) /, "").split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

function pause(length: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, length * 1000));
}
