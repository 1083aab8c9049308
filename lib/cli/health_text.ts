import { printable } from "../base/printable.ts";
import type { SwarmProgress, SwarmSnapshot } from "../app/swarm_types.ts";
import { formatRate } from "./units.ts";

/** Why a download is as fast as it is; the words of the JSON output. */
export type HealthCode =
  | SwarmSnapshot["health"]
  | "disk"
  | "hashing"
  | "limit"
  | "no_seeds"
  | "one_uplink";

/** A reason, and a sentence for a person when there is something to be said. */
export interface Health {
  readonly code: HealthCode;
  readonly text?: string;
}

/** From here on a limit counts as reached. */
const AT_LIMIT = 0.9;
/** One peer that sends this share of everything is the only one that counts. */
const ALONE = 0.95;
/** Where less time is left, it is not slow. */
const SLOW_MS = 10_000;
/** Peers get so long to start sending before one of them is called the only one. */
const SETTLED_MS = 10_000;

/**
 * Tells why a download is slow or stalled.
 *
 * @param leftMs Time left at the rate of now; absent when nothing arrives.
 */
export function healthOf(progress: SwarmProgress, leftMs?: number): Health {
  const { phase, snapshot, problem, proving = 0 } = progress;
  if (problem !== undefined) return { code: "disk", text: printable(problem, 300) };
  if (phase === "checking" || phase === "finishing") return { code: "hashing" };
  if (phase === "seeding" || snapshot.health === "complete") return { code: "complete" };
  const { health } = snapshot;
  const idle = snapshot.downRate < 1;
  if (proving > 0 && idle && health !== "downloading") return { code: "hashing", text: HASHING };
  switch (health) {
    case "no_peers":
      return { code: health, text: nobody(snapshot.known) };
    case "connecting":
      return { code: health, text: `connecting to ${count(snapshot.dialling, "peer")}` };
    case "metadata":
      return { code: health };
    case "missing_pieces":
      return { code: health, text: missing(snapshot) };
    case "hashes":
      return { code: health, text: "waiting for hashes from peers" };
    case "no_use":
      return { code: health, text: "no seeds: the connected peers have nothing new" };
    case "choked":
      return { code: health, text: choked(snapshot) };
    case "snubbed":
      return { code: health, text: "stalled: the peers that should send do not" };
    case "downloading":
      return downloading(progress, leftMs);
    default:
      return health satisfies never;
  }
}

const HASHING = "hashing and writing what has arrived";

function downloading(progress: SwarmProgress, leftMs: number | undefined): Health {
  const { snapshot, downLimit, proving = 0 } = progress;
  const { downRate, availability, seeds } = snapshot;
  if (downLimit !== undefined && downRate >= downLimit * AT_LIMIT) {
    return { code: "limit", text: `at the limit of ${formatRate(downLimit)}` };
  }
  if (downRate < 1) {
    if (proving > 0) return { code: "hashing", text: HASHING };
    return { code: "downloading", text: "waiting for the first blocks" };
  }
  if (seeds === 0 && availability > 0 && availability < 1) {
    const percent = Math.floor(availability * 100);
    return { code: "no_seeds", text: `no seeds: ${percent}% of it can be had now` };
  }
  if (leftMs !== undefined && leftMs < SLOW_MS) return { code: "downloading" };
  const only = snapshot.peers.find((peer) => peer.downRate >= downRate * ALONE);
  if (only && only.age >= SETTLED_MS && !only.snubbed) {
    return { code: "one_uplink", text: `all of it comes from ${printable(only.host, 64)}` };
  }
  return { code: "downloading" };
}

function nobody(known: number): string {
  if (known === 0) return "no peers found yet";
  return known === 1
    ? "the only known peer cannot be reached"
    : `none of ${known} known peers can be reached`;
}

function missing({ seeds, availability }: SwarmSnapshot): string {
  const whom = seeds === 0 ? "no seeds: " : "";
  const percent = Math.floor(Math.min(1, availability) * 100);
  return `${whom}${percent}% of it can be had, the rest nobody here has`;
}

function choked({ peers }: SwarmSnapshot): string {
  const holding = peers.filter((peer) => peer.choking && peer.amInterested).length;
  return holding <= 1
    ? "choked by the only peer that has more"
    : `choked by all ${holding} peers that have more`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
