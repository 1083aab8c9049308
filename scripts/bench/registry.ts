/**
 * The tracker's registry without its doors: what a peer costs in memory, and what calls cost in time.
 *
 *     deno task bench registry [PEERS [SWARMS]]
 *
 * Memory is what so many peers add to that of a process that has already worked with a small
 * registry. It is measured in a process of its own, which may ask for the garbage to be collected.
 * Each share has a name and both hashes. Times are the processor's, so that a busy machine does not
 * count, but those of V8's own threads do.
 */
import process from "node:process";
import type { InfoHash, InfoHashV2, PeerId } from "../../lib/base/ids.ts";
import type { ShareAnnounce } from "../../lib/tracker/share_types.ts";
import { Shares } from "../../lib/tracker/shares.ts";
import { seededRandom } from "../../tests/support/seeded_random.ts";
import { chosenPackages, inRoot, packageFlags } from "../packages.ts";
import { run } from "../run.ts";

const TTL_MS = 240_000;
const NUMWANT = 50;
const ANNOUNCES = 100_000;

const MEASURE = "--measure";
const numbers = Deno.args.filter((arg) => arg !== MEASURE).map(Number);
const [peers = 1_000_000, swarms = 100_000] = numbers;
const random = seededRandom(1);
const below = (limit: number) => Math.floor(random.next() * limit);
const hex = (words: number) => {
  let text = "";
  for (let n = 0; n < words; n++) text += below(2 ** 32).toString(16).padStart(8, "0");
  return text;
};

if (Deno.args.includes(MEASURE)) measure();
else {
  const flags = ["--v8-flags=--expose-gc", ...packageFlags(chosenPackages())];
  const script = [inRoot("scripts/bench/registry.ts"), ...Deno.args, MEASURE];
  Deno.exit(await run(Deno.execPath(), ["run", "-A", ...flags, ...script]));
}

function measure(): void {
  console.log(`registry: ${peers} peers in ${swarms} swarms`);
  fill(makeShares(), 20_000, 2_000);
  // Touched before, so that it counts as there.
  const times = new Float64Array(peers).fill(1);
  const before = memory();
  const shares = makeShares();
  const filling = fill(shares, peers, swarms, times);
  const after = memory();
  const each = (key: keyof typeof before) => ((after[key] - before[key]) / peers).toFixed(0);
  const resident = `${each("rss")} resident, ${each("kept")} with room that V8 keeps for garbage`;
  console.log(`  bytes a peer: ${each("own")} in heap and typed arrays, ${resident}`);
  console.log(`  a new peer: ${text(filling)}`);
  for (const size of [10, 100, 1_000, 9_000]) {
    const swarm = `f${size}`.padStart(8, "0");
    for (let n = 0; n < size; n++) shares.announce(announce(swarm), 2);
    for (const compact of [false, true]) {
      const how = compact ? " (compact)" : "";
      console.log(`  ${NUMWANT} of ${size} peers${how}: ${text(drawing(shares, swarm, compact))}`);
    }
  }
  console.log(`  all leave, a call: ${text(leaving(shares))}`);
}

function makeShares(): Shares {
  return new Shares({
    ttlMs: TTL_MS,
    maxPeersPerSwarm: 10_000,
    maxPortsPerAddress: 5,
    random,
  });
}

/** @returns Milliseconds of the processor of each call. */
function fill(shares: Shares, count: number, swarms: number, times = new Float64Array(count)) {
  for (let n = 0; n < count; n++) {
    const swarm = n < swarms ? n : below(swarms);
    const peer = announce(`${swarm.toString(16)}`.padStart(8, "0"), {
      ...(n < swarms ? { name: JSON.parse(`"some-release-${swarm}.tar.gz"`), size: 2 ** 32 } : {}),
    });
    const began = processorTime();
    shares.announce(peer, n / count);
    times[n] = processorTime() - began;
  }
  return times;
}

function drawing(shares: Shares, swarm: string, compact: boolean): Float64Array {
  const asker = announce(swarm, { numwant: NUMWANT });
  return Float64Array.from({ length: ANNOUNCES }, () => {
    const began = processorTime();
    if (compact) shares.announceCompact(asker, 2);
    else shares.announce(asker, 2);
    return processorTime() - began;
  });
}

function leaving(shares: Shares): Float64Array {
  const times: number[] = [];
  for (let more = true; more;) {
    const began = processorTime();
    more = !shares.expire(2 * TTL_MS);
    times.push(processorTime() - began);
  }
  return Float64Array.from(times);
}

function announce(swarm: string, options: Partial<ShareAnnounce> = {}): ShareAnnounce {
  return {
    v1: `${swarm}${"11".repeat(16)}` as InfoHash,
    v2: `${"22".repeat(4)}${swarm}${"33".repeat(24)}` as InfoHashV2,
    host: `${1 + below(126)}.${below(256)}.${below(256)}.${below(256)}`,
    port: 1 + below(65_535),
    peerId: hex(5) as PeerId,
    left: below(2),
    stopped: false,
    classic: false,
    numwant: 0,
    ...options,
  };
}

/** Bytes, after the garbage is collected: as usual, and with what V8 kept of it given back. */
function memory(): { own: number; rss: number; kept: number } {
  const { gc } = globalThis as { gc?: (options: Record<string, string>) => void };
  const collect = (flavor: string) => gc?.({ type: "major", execution: "sync", flavor });
  for (let n = 0; n < 3; n++) collect("regular");
  const kept = Deno.memoryUsage().rss;
  for (let n = 0; n < 3; n++) collect("last-resort");
  const { heapUsed, external, rss } = Deno.memoryUsage();
  return { own: heapUsed + external, rss, kept };
}

/** Milliseconds: time that others had the processor does not count. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

function text(times: Float64Array): string {
  times.sort();
  const at = (part: number) => `${(times[Math.floor(times.length * part)]! * 1_000).toFixed(1)} µs`;
  const worst = `${times.at(-1)!.toFixed(1)} ms`;
  return `median ${at(0.5)}, 99th percentile ${at(0.99)}, worst ${worst}`;
}
