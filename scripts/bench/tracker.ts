/**
 * Classic requests to one tracker over loopback, a new connection for each, as the original asks.
 *
 *     deno task bench tracker [SECONDS [CLIENTS]]
 *
 * The clients share this process; half of the requests register, half ask. The first second is
 * thrown away.
 */
import { peakMemory, start } from "./program.ts";

const seconds = Number(Deno.args[0] ?? 5);
const clients = Number(Deno.args[1] ?? 32);

async function request(port: number, line: string): Promise<string> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  await conn.write(new TextEncoder().encode(line));
  const buffer = new Uint8Array(4095);
  const count = await conn.read(buffer) ?? 0;
  return new TextDecoder().decode(buffer.subarray(0, count));
}

await using tracker = start(
  "tracker",
  "--host",
  "127.0.0.1",
  "--port",
  "0",
  "--max-connections-per-address",
  "10000",
);
const port = Number((await tracker.line("listening")).port);
const latencies: number[] = [];
const began = performance.now();
let wrong = 0;
await Promise.all(Array.from({ length: clients }, async (_, client) => {
  for (let n = 0; performance.now() - began < (seconds + 1) * 1000; n++) {
    const name = `file-${(client * 7919 + n) % 1000}`;
    const asked = performance.now();
    const reply = await request(
      port,
      n % 2 ? `GETPEERS ${name}\n` : `REGISTER ${name} ${2000 + client}\n`,
    );
    if (!reply.endsWith("\n") || reply.startsWith("ERROR")) wrong++;
    if (asked - began > 1000) latencies.push(performance.now() - asked);
  }
}));
latencies.sort((a, b) => a - b);
const at = (part: number) => latencies[Math.floor(latencies.length * part)]!.toFixed(2);
console.log(`tracker: ${clients} clients, ${seconds} s, one connection for each request`);
console.log(`  requests/s: ${(latencies.length / seconds).toFixed(0)}, wrong answers: ${wrong}`);
console.log(`  milliseconds: median ${at(0.5)}, 99th percentile ${at(0.99)}`);
console.log(`  peak memory of the tracker: ${peakMemory(tracker.pid) ?? "unknown"} MiB`);
