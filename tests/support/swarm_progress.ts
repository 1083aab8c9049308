import type { SwarmProgress, SwarmSnapshot } from "../../lib/app/swarm_types.ts";

type PeerSnapshot = SwarmSnapshot["peers"][number];

/** A peer that has everything and sends 5 MB/s, changed as the test wants. */
export function somePeer(change: Partial<PeerSnapshot> = {}): PeerSnapshot {
  return {
    key: 1,
    host: "192.0.2.1",
    incoming: false,
    downRate: 5e6,
    upRate: 0,
    downloaded: 100e6,
    uploaded: 0,
    amChoking: false,
    amInterested: true,
    choking: false,
    interested: false,
    snubbed: false,
    seed: true,
    uploadOnly: false,
    requested: 10,
    waiting: 0,
    age: 60_000,
    ...change,
  } as PeerSnapshot;
}

/** Half of 1,000 MB from two seeds at 10 MB/s, changed as the test wants. */
export function someProgress(
  change: Partial<Omit<SwarmProgress, "snapshot">> = {},
  snapshot: Partial<SwarmSnapshot> = {},
): SwarmProgress {
  return {
    phase: "receiving",
    name: "film.mkv",
    checked: 0,
    total: 1000e6,
    ...change,
    snapshot: {
      downloaded: 500e6,
      uploaded: 100e6,
      wasted: 0,
      verified: 500e6,
      peers: [somePeer(), somePeer({ host: "192.0.2.2" })],
      downRate: 10e6,
      upRate: 1e6,
      pieces: { count: 1000, have: 500, missing: 500, begun: 4 },
      availability: 2.5,
      seeds: 2,
      known: 7,
      dialling: 1,
      health: "downloading",
      ...snapshot,
    },
  };
}
