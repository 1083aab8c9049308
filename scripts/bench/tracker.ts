/**
 * The tracker, beside those of others that are installed (`tests/interop/install`): announces a second
 * by every door, in 1,000 swarms with random peers; how soon it answers; a million peers; overload.
 *
 *     deno task bench tracker [SECONDS [PART...]]
 *
 * Parts: `rates`, `latency` (after `rates`), `million`, `start`, `overload`; without one, all. The
 * load comes from processes of its own that speak to the sockets directly (Linux only), since it must
 * cost less than a tracker. Every answer is looked at, and errors do not count as announces. The
 * trackers take turns, and the first round is thrown away. Beside each rate stands the processor time
 * that the tracker took for an announce: that counts on a machine that others use, too.
 */
import type { LoadOptions } from "./load/load.ts";
import { median } from "./program.ts";
import {
  type Door,
  measureLatency,
  measureMillion,
  measureOverload,
  measureStart,
  portOf,
  wrong,
} from "./tracker_parts.ts";
import { load, type Measured, trackerSides } from "./tracker_sides.ts";

const ROUNDS = 3;
const PARTS = ["rates", "latency", "million", "start", "overload"];

/** A descriptor is needed for each connection, and for some other things. */
const SPARE_FILES = 200;
const CROWD = 20_000;

/** So long it is looked at: V8 collects all garbage every ten seconds or so, and that counts. */
const CROWD_MS = 30_000;

const DOORS: readonly Door[] = [
  {
    name: "HTTP, kept connections",
    options: { dialect: "http", clients: 64, keep: true, depth: 1 },
  },
  {
    name: "HTTP, a connection each",
    options: { dialect: "http", clients: 64, keep: false, depth: 1 },
  },
  { name: "UDP", options: { dialect: "udp", clients: 16, keep: true, depth: 4 } },
  { name: "extended lines", options: { dialect: "lines", clients: 64, keep: true, depth: 1 } },
  {
    name: "extended lines, 8 at once",
    options: { dialect: "lines", clients: 16, keep: true, depth: 8 },
  },
];

const [first, ...named] = Deno.args;
const ms = 1_000 * Number(first ?? 5);
const parts = named.length > 0 ? named : PARTS;
const common = { warmUpMs: 2_000, ms, peers: 100_000, swarms: 1_000 };

const tops = parts.includes("rates") ? await measureRates() : new Map<string, number>();
if (parts.includes("latency")) {
  const single = DOORS.filter(({ options }) => options.dialect !== "lines" || options.depth === 1);
  await measureLatency(single.filter(({ name }) => tops.has(name)), tops, common);
}
if (parts.includes("million")) await measureMillion(DOORS, ms);
if (parts.includes("start")) await measureStart(ROUNDS);
if (parts.includes("overload")) {
  const files = await openFiles();
  await measureOverload(Math.min(CROWD, files - SPARE_FILES), CROWD_MS);
}

/** @returns Ours, by the names of the doors. */
async function measureRates(): Promise<Map<string, number>> {
  const sides = trackerSides(common.swarms);
  const tops = new Map<string, number>();
  console.log(`announces a second, ${ROUNDS} rounds of ${ms / 1_000} s after one thrown away:`);
  for (const door of DOORS) {
    const able = sides.filter(({ name }) => canServe(name, door.options));
    const results = able.map(() => [] as Measured[]);
    for (let round = 0; round <= ROUNDS; round++) {
      for (const [at, side] of able.entries()) {
        await using tracker = await side.start();
        const port = portOf(tracker, door);
        const result = await load(tracker, { ...common, ...door.options, port });
        if (round > 0) results[at]!.push(result);
      }
    }
    const rates = results.map((all) => median(all.map(({ perSecond }) => perSecond)));
    tops.set(door.name, rates[0]!);
    console.log(`  ${door.name}`);
    for (const [at, { name }] of able.entries()) tell(name, results[at]!, rates[0]! / rates[at]!);
  }
  return tops;
}

function tell(name: string, results: readonly Measured[], ratio: number): void {
  const rates = results.map(({ perSecond }) => perSecond);
  const range = `${Math.min(...rates).toFixed(0)} to ${Math.max(...rates).toFixed(0)}`;
  const of = (value: (one: Measured) => number) => median(results.map(value)).toFixed(1);
  const sum = (value: (one: Measured) => number) =>
    results.reduce((all, one) => all + value(one), 0);
  const times = name === "ours" ? "" : `; ours is ${ratio.toFixed(2)} times as fast`;
  console.log(
    `    ${name}: median ${median(rates).toFixed(0)} (${range}), processor ` +
      `${of((one) => one.processorEach)} µs an announce (the load: ` +
      `${of((one) => one.processor / Math.max(1, one.answers) * 1e6)} µs)` +
      wrong(sum(({ errors }) => errors), sum(({ broken }) => broken)) + times,
  );
}

/** The lines are ours alone; opentracker answers one request a connection. */
function canServe(name: string, { dialect, keep }: Pick<LoadOptions, "dialect" | "keep">): boolean {
  if (name === "ours") return true;
  return dialect !== "lines" && (name !== "opentracker" || dialect === "udp" || !keep);
}

/** How many files a program may have open. */
async function openFiles(): Promise<number> {
  const { stdout } = await new Deno.Command("sh", { args: ["-c", "ulimit -n"] }).output();
  return Number(new TextDecoder().decode(stdout).trim()) || 1_024;
}
