import { messageOf } from "../base/errors.ts";
import { type AddressKind, addressKind, normalizeIp } from "../base/ip.ts";
import { nameProblem } from "../wire/share_name.ts";
import { AppError } from "./errors.ts";
import { formatHostPort } from "./host_port.ts";
import { getPeers } from "./tracker_client.ts";
import { interrupted } from "./interrupted.ts";
import type { AppContext, HostPort, LineTracker, PeerList } from "./types.ts";

/** The most peers that are kept of all the trackers' answers. */
const MAX_KNOWN_PEERS = 3_000;

/** Near places first: they are likely faster, and this machine's own are. */
const NEARNESS: readonly AddressKind[] = ["loopback", "link-local", "private", "public"];

/**
 * Asks every tracker who has a share. Nobody of them is dialled: a seeder of the original dies
 * when its downloader hangs up.
 *
 * @throws {AppError} `invalid_input` for an impossible name; where no tracker answers, the first
 * one's error.
 */
export async function listPeers(
  options: { readonly name: string; readonly trackers: readonly LineTracker[] },
  context: AppContext,
): Promise<PeerList> {
  const name = checkName(options.name);
  const answers = await Promise.all(options.trackers.map(async (tracker) => {
    const address = formatHostPort(tracker);
    // It is private: the original's requests have no room for the key.
    if (tracker.key !== undefined) return { address, peers: [], trackerKind: "public" as const };
    try {
      return { address, ...await getPeers(tracker, name, context.signal) };
    } catch (error) {
      if (context.signal?.aborted) throw interrupted("Nothing was changed.");
      return { address, error };
    }
  }));
  const failures = answers.filter((answer) => "error" in answer);
  for (const { error } of failures) {
    if (failures.length === answers.length) throw error;
    context.log("warn", messageOf(error));
  }
  const peers = new Map<string, HostPort>();
  const leftOut = new Map<string, string>();
  for (const answer of answers) {
    if ("error" in answer) continue;
    for (const { host, port } of answer.peers.toReversed()) {
      const peer = { host: normalizeIp(host), port };
      const reason = undialable(addressKind(peer.host), answer.trackerKind);
      const address = formatHostPort(peer);
      if (reason !== undefined) leftOut.set(address, reason);
      else if (peers.size < MAX_KNOWN_PEERS) peers.set(address, peer);
    }
  }
  const nearness = ({ host }: HostPort) => NEARNESS.indexOf(addressKind(host));
  return {
    name,
    peers: [...peers.values()].sort((a, b) => nearness(a) - nearness(b)),
    leftOut: [...leftOut].filter(([address]) => !peers.has(address))
      .map(([address, reason]) => ({ address, reason })),
    trackers: answers.map((answer) => ({
      address: answer.address,
      ...("error" in answer ? { error: messageOf(answer.error) } : {}),
    })),
  };
}

/**
 * Brings the name of a share to Unicode normal form C, as it is registered and asked for.
 *
 * @throws {AppError} `invalid_input` when no share can bear it.
 */
export function checkName(name: string): string {
  const normal = name.normalize("NFC").trim();
  const problem = nameProblem(normal);
  if (problem === undefined) return normal;
  throw new AppError(
    "invalid_input",
    `The name of the share ${problem}. Give the name that it was shared under, without a path.`,
  );
}

/** Why an address from a tracker must not be dialled, or undefined when it may. */
export function undialable(kind: AddressKind, trackerKind: AddressKind): string | undefined {
  switch (kind) {
    case "public":
      return undefined;
    case "loopback":
      if (trackerKind === "loopback") return undefined;
      return "only the tracker's own machine can reach it: its seeder registered through loopback";
    case "private":
    case "link-local":
      if (trackerKind !== "public") return undefined;
      return "it is a private address and the tracker is not on a private network";
    default:
      return "it is not an address that a peer can have";
  }
}
