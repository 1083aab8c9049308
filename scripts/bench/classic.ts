/**
 * One file from one peer to another by the original's protocol, over loopback, through a tracker, all
 * of them processes.
 *
 *     deno task bench classic [MEBIBYTES [ROUNDS]]
 *
 * The file lies in memory (/dev/shm) where there is such a place. The first round is thrown away.
 */
import { memoryFolder, writeRandom } from "./content.ts";
import { median, peakMemory, start } from "./program.ts";

const mebibytes = Number(Deno.args[0] ?? 512);
const rounds = Number(Deno.args[1] ?? 5);

const dir = await memoryFolder();
try {
  await writeRandom(`${dir}/file.bin`, mebibytes);
  await using tracker = start("tracker", "--host", "127.0.0.1", "--port", "0");
  const at = `127.0.0.1:${(await tracker.line("listening")).port}`;
  const began = performance.now();
  await using seeder = start("peer", "seed", `${dir}/file.bin`, "--tracker", at);
  await seeder.line("share");
  const hashed = (performance.now() - began) / 1000;
  const rates: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    await using peer = start(
      "peer",
      "download",
      "file.bin",
      `${dir}/copy.bin`,
      "--tracker",
      at,
      "--classic",
      "--force",
    );
    const result = await peer.line("result", "error");
    if (result.type === "error") throw new Error(String(result.message));
    const rate = mebibytes * 1.048576 / (Number(result.elapsedMs) / 1000);
    if (round > 0) rates.push(rate);
  }
  console.log(`classic: ${mebibytes} MiB, ${rounds} rounds after one thrown away`);
  console.log(
    `  MB/s: median ${median(rates).toFixed(0)}, ` +
      `${Math.min(...rates).toFixed(0)} to ${Math.max(...rates).toFixed(0)}`,
  );
  console.log(`  ready to serve after ${hashed.toFixed(2)} s (start, checksum and SHA-256)`);
  console.log(`  peak memory of the seeder: ${peakMemory(seeder.pid) ?? "unknown"} MiB`);
} finally {
  await Deno.remove(dir, { recursive: true });
}
