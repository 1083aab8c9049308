/** What is measured of a tracker alone: how soon it answers, how much it holds, what it withstands. */
import type { LoadOptions } from "./load/load.ts";
import { median, peakMemory } from "./program.ts";
import { type BenchTracker, crowd, load, processorSeconds, startOurs } from "./tracker_sides.ts";

/** A way to announce. */
export interface Door {
  readonly name: string;
  readonly options: Pick<LoadOptions, "dialect" | "clients" | "keep" | "depth">;
}

/** Peers that fill a tracker. */
const MILLION = 1_000_000;

/** Some have the port of another in their swarm, by chance. */
const TWINS = 8_000;

const FILL: Omit<LoadOptions, "port"> = {
  dialect: "udp",
  clients: 8,
  keep: true,
  depth: 8,
  warmUpMs: 0,
  ms: 0,
  peers: MILLION + TWINS,
  swarms: 1_000,
  once: true,
};

/** The port of a door. */
export function portOf(tracker: BenchTracker, { options }: Door): number {
  return options.dialect === "lines" ? tracker.linePort! : tracker.port;
}

/** How soon each door answers at half of the load that it can take. */
export async function measureLatency(
  doors: readonly Door[],
  tops: ReadonlyMap<string, number>,
  common: Pick<LoadOptions, "warmUpMs" | "ms" | "peers" | "swarms">,
): Promise<void> {
  console.log("at half of the top load, milliseconds:");
  for (const door of doors) {
    await using tracker = await startOurs();
    const top = tops.get(door.name)!;
    const port = portOf(tracker, door);
    const paced = { ...common, ...door.options, port, depth: 1, rate: top / 2 };
    const { perSecond, errors, broken, median, p99, worst } = await load(tracker, paced);
    console.log(
      `  ${door.name}: ${perSecond.toFixed(0)}/s, median ${median.toFixed(2)}, ` +
        `99th percentile ${p99.toFixed(2)}, worst ${worst.toFixed(1)}${wrong(errors, broken)}`,
    );
  }
}

/** A million peers, and all doors at once. */
export async function measureMillion(doors: readonly Door[], ms: number): Promise<void> {
  await using tracker = await startOurs();
  const filled = await load(tracker, { ...FILL, port: tracker.port });
  console.log(`a million peers live at once, all doors at 1,000/s each:`);
  const took = `filled in ${filled.seconds.toFixed(1)} s${wrong(filled.errors, filled.broken)}`;
  console.log(`  ${await peersOf(tracker)} peers are known; ${took}`);
  const all = doors.map(async (door) => {
    const options = { ...FILL, ...door.options, clients: 16, depth: 1, once: false, rate: 1_000 };
    const port = portOf(tracker, door);
    const peers = 100_000;
    const { perSecond, errors, broken, p99 } = await load(tracker, {
      ...options,
      port,
      peers,
      // Until all of these processes have started.
      warmUpMs: 5_000,
      ms,
    });
    const rate = `${perSecond.toFixed(0)}/s, 99th percentile ${p99.toFixed(2)} ms`;
    return `  ${door.name}: ${rate}${wrong(errors, broken)}`;
  });
  for (const text of await Promise.all(all)) console.log(text);
  console.log(`  peak memory: ${peakMemory(tracker.pid) ?? "unknown"} MiB`);
}

/** From the start of the program until it listens, with a million peers that were saved. */
export async function measureStart(rounds: number): Promise<void> {
  // Not in memory: a compiled tracker may not write below /dev.
  const folder = await Deno.makeTempDir({ prefix: "mini-torrent-bench-" });
  const file = ["--db", `${folder}/tracker.db`];
  try {
    {
      await using tracker = await startOurs(...file);
      await load(tracker, { ...FILL, port: tracker.port });
    }
    const { size } = await Deno.stat(`${folder}/tracker.db`);
    const times: number[] = [];
    const used: number[] = [];
    let peers = 0;
    for (let round = 0; round <= rounds; round++) {
      const began = performance.now();
      await using tracker = await startOurs(...file);
      if (round > 0) times.push((performance.now() - began) / 1_000);
      if (round > 0) used.push(processorSeconds(tracker.pid));
      peers = await peersOf(tracker);
    }
    console.log(
      `start with ${peers} saved peers (${(size / 2 ** 20).toFixed(0)} MiB): ` +
        `median ${median(times).toFixed(2)} s (processor ${median(used).toFixed(2)} s)`,
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A good client among very many connections, half of them silent or slow. */
export async function measureOverload(connections: number, ms: number): Promise<void> {
  await using tracker = await startOurs();
  const { port } = tracker;
  const half = Math.floor(connections / 2);
  const common = { dialect: "http", port, keep: true, depth: 1, swarms: 1_000, ms } as const;
  await using _idlers = await crowd({ port, connections: half, sources: 500 });
  const others = { ...common, clients: connections - half - 1, sources: 500, peers: 100_000 };
  const busy = load(tracker, { ...others, rate: 2_000, warmUpMs: 5_000 });
  const one = { ...common, clients: 1, peers: 1_000, rate: 200, warmUpMs: 6_000 };
  const [used, began] = [processorSeconds(tracker.pid), performance.now()];
  const good = await load(tracker, { ...one, ms: ms - 2_000 });
  const share = (processorSeconds(tracker.pid) - used) / (performance.now() - began) * 1e5;
  const rest = await busy;
  console.log(`${connections} connections, half of them silent or of a byte a second:`);
  console.log(
    `  a good client: median ${good.median.toFixed(2)} ms, 99th percentile ` +
      `${good.p99.toFixed(2)} ms, worst ${good.worst.toFixed(1)} ms${
        wrong(good.errors, good.broken)
      }`,
  );
  const others99 = `99th percentile ${rest.p99.toFixed(2)} ms`;
  console.log(
    `  the other half: ${rest.perSecond.toFixed(0)}/s, ${others99}${
      wrong(rest.errors, rest.broken)
    }`,
  );
  const memory = `peak memory ${peakMemory(tracker.pid) ?? "unknown"} MiB`;
  console.log(`  the tracker: ${share.toFixed(0)} % of a processor, ${memory}`);
}

/** What went wrong, if anything did. */
export function wrong(errors: number, broken: number): string {
  return errors + broken === 0 ? "" : ` (${errors} errors, ${broken} not answered)`;
}

async function peersOf({ port }: BenchTracker): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}/api/v1/stats`);
  const { seeders, leechers } = await response.json() as { seeders: number; leechers: number };
  return seeders + leechers;
}
