import type { AddressKind } from "../base/ip.ts";
import type { TrackerAnnounce, TrackerAnswer } from "../wire/tracker_announce.ts";

/** An answer, and what kind of place it came from. */
export interface TrackerReply {
  readonly answer: TrackerAnswer;
  readonly trackerKind: AddressKind;
}

/** A tracker that others made, by whatever protocol. */
export interface TrackerClient {
  /**
   * Announces one swarm, once; at most one announce at a time.
   *
   * @throws {DiscoveryError} When there is no answer to go by; 30 s are the most it takes.
   * @throws The signal's reason.
   */
  announce(announce: TrackerAnnounce, signal: AbortSignal): Promise<TrackerReply>;
}

/** How long one announce may take in all. */
export const ANNOUNCE_MS = 30_000;
