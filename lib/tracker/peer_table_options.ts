import type { Random } from "../base/random.ts";

/** How a `PeerTable` is made; times are milliseconds. */
export interface PeerTableOptions<S> {
  /** The shortest and the longest time after which a silent peer is gone. */
  readonly ttl: { readonly min: number; readonly max: number };
  /** Ports of one address in one swarm; the oldest leaves for the next. Loopback is free. */
  readonly maxPortsPerAddress: number;
  readonly maxPeersPerSwarm: number;
  /** Peers of all swarms together. */
  readonly maxPeers: number;
  readonly random: Random;
  /** The last peer of a swarm is gone. */
  readonly onEmpty: (swarm: S) => void;
}

/** What was known of a peer. */
export type KnownAs = "nobody" | "leecher" | "seed";
