import type { InfoHash, InfoHashV2, PeerId } from "../base/ids.ts";
import type { Random } from "../base/random.ts";
import type { PeerList } from "../wire/peer_list.ts";

/** A peer of a swarm. */
export interface SwarmPeer {
  readonly host: string;
  readonly port: number;
  readonly peerId: PeerId;
  /** Whether it has everything. */
  readonly seed: boolean;
  /** Whether it has everything and serves downloaders of the original protocol. */
  readonly classic: boolean;
}

/** A peer as it is noted. */
export interface NotedPeer extends Omit<SwarmPeer, "classic"> {
  /** Absent: as it was, or no. */
  readonly classic?: boolean;
}

/** Peers of which families of addresses an asker can use. */
export type Families = "both" | "ipv4" | "ipv6";

/** What a peer tells of one share; `left` 0: it has everything. */
export interface ShareAnnounce {
  /** One of the three hashes is always there. */
  readonly v1?: InfoHash;
  readonly v2?: InfoHashV2;
  /** What BitTorrent clients tell a tracker: the v1 hash, or the v2 one cut short. */
  readonly hash?: InfoHash;
  /** BitTorrent clients tell neither name nor size; the first who does names the share. */
  readonly name?: string;
  readonly size?: number;
  /** The address that the connection came from, and the port that was named. */
  readonly host: string;
  readonly port: number;
  readonly peerId: PeerId;
  readonly left: number;
  readonly stopped: boolean;
  /** Whether it has just become a seed; absent: no. */
  readonly completed?: boolean;
  /**
   * Whether it has everything and serves downloaders of the original protocol; absent: it did not
   * tell, so what is known of it stays.
   */
  readonly classic?: boolean;
  /** Peers wanted in the answer. */
  readonly numwant: number;
  /** Which peers the answer may hold; absent: both. */
  readonly families?: Families;
}

/** How many peers a share has, and how many became seeds since it was first announced. */
export interface SwarmCounts {
  readonly seeders: number;
  readonly leechers: number;
  readonly completed: number;
}

/** What a peer is told. */
export interface SwarmAnswer extends SwarmCounts {
  readonly peers: readonly SwarmPeer[];
}

/** Peers in 6 bytes (BEP 23) and in 18 (BEP 7) each. */
export interface CompactPeers {
  readonly peers: Uint8Array;
  readonly peers6: Uint8Array;
}

/** What a BitTorrent client is told. */
export interface CompactAnswer extends SwarmCounts, CompactPeers {}

/** What a peer is told that reads one peer after the other, before anything else changes. */
export interface ListedAnswer extends SwarmCounts {
  readonly peers: PeerList;
}

/** A share that somebody announces. */
export interface ShareRecord {
  /** Grows with every new share: where the next page goes on. */
  readonly order: number;
  readonly name: string;
  readonly size: number;
  readonly v1?: InfoHash;
  readonly v2?: InfoHashV2;
  readonly seeders: number;
  readonly leechers: number;
  /** When it was first announced, monotonic milliseconds. */
  readonly firstSeen: number;
}

/** A share as it stands in a list of all, with or without a name. */
export interface ListedShare extends Omit<ShareRecord, "name" | "size">, SwarmCounts {
  readonly name?: string;
  readonly size?: number;
  /** The hash that clients told, while it is not known whether it is v1 or v2. */
  readonly hash?: InfoHash;
}

/** Some of the shares that were looked for, in the order of their first announce. */
export interface FoundShares<T> {
  readonly shares: readonly T[];
  /** After which `order` to go on; undefined when there are no more. There may be none on the way. */
  readonly next?: number;
}

/** Limits of the shares; times are milliseconds. */
export interface SharesOptions {
  /** A peer that does not announce again for so long is gone, unless it was told another time. */
  readonly ttlMs: number;
  /** The longest such time that a peer is told; absent: `ttlMs`. */
  readonly maxTtlMs?: number;
  /** So long after its last peer a share's name and size are remembered; absent: not at all. */
  readonly nameTtlMs?: number;
  readonly maxPeersPerSwarm: number;
  /** Ports of one address in one swarm; the oldest leaves for the next. Loopback is free. */
  readonly maxPortsPerAddress: number;
  readonly random: Random;
}
