import type { InfoHash, PeerId } from "../base/ids.ts";
import type { CompactAddress } from "./compact_address.ts";
import type { AnnounceEvent } from "./tracker_lines.ts";

/** Peers of one answer that we look at; what follows is cut off. */
export const MAX_ANSWER_PEERS = 1_000;

/** Seconds between announces where an answer does not tell: what most trackers say. */
export const USUAL_INTERVAL = 1_800;

/**
 * What a peer tells an HTTP or UDP tracker of one swarm (BEP 3, "trackers"; BEP 15, "announce").
 * Counts are bytes.
 */
export interface TrackerAnnounce {
  /** The v1 info-hash, or the v2 one cut short (BEP 52, "trackers"). */
  readonly infoHash: InfoHash;
  readonly peerId: PeerId;
  /** TCP port of the peer. */
  readonly port: number;
  readonly uploaded: number;
  readonly downloaded: number;
  /** What it still misses; 0: it has everything. */
  readonly left: number;
  readonly event?: AnnounceEvent;
  /** Peers wanted in the answer. */
  readonly numwant: number;
  /** 32 bits that tell us from others whatever address we come from (BEP 7, "announcing"). */
  readonly key: number;
}

/** What a tracker answers; times are seconds. */
export interface TrackerAnswer {
  readonly interval: number;
  /** Announces without an event may not come sooner. */
  readonly minInterval?: number;
  readonly seeders?: number;
  readonly leechers?: number;
  /** At most {@linkcode MAX_ANSWER_PEERS}, IP literals with a port; not checked otherwise. */
  readonly peers: readonly CompactAddress[];
  /** To be sent with the next announce. */
  readonly trackerId?: Uint8Array;
  /** For a person; not safe to print. */
  readonly warning?: string;
}
