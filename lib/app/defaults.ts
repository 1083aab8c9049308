import type { IntervalLimits } from "../tracker/announce_interval.ts";

/** Where a tracker is looked for when nobody says otherwise. */
export const DEFAULT_TRACKER = "127.0.0.1:8000";

/** The TCP port of the line protocol; the original's own. */
export const DEFAULT_TRACKER_PORT = 8000;

/** How long a registration lasts that nobody renews: the original never unregisters. */
export const CLASSIC_TTL_MS = 24 * 60 * 60 * 1000;

/** Connections to a tracker at the same time; the next one is turned away. */
export const TRACKER_MAX_CONNECTIONS = 10_000;

/** Connections to a tracker from one address, so that one machine cannot hold them all. */
export const TRACKER_MAX_CONNECTIONS_PER_ADDRESS = 64;

/** Peers kept for one name. */
export const MAX_PEERS_PER_NAME = 10_000;

/** Ports that one address may hold for one name; the oldest leaves for a sixth. */
export const MAX_PORTS_PER_ADDRESS = 5;

/** Registrations a second from one address (a /64 for IPv6) in the long run; loopback is free. */
export const ANNOUNCE_RATE = 10;

/** Registrations that one address may make at once before the rate holds. */
export const ANNOUNCE_BURST = 50;

/** How often a peer announces a share; it is forgotten after twice that. */
export const ANNOUNCE_INTERVAL_MS = 120_000;

/**
 * The intervals that a tracker tells, by the announces a second: a million peers are told about 280
 * seconds, and announce some 3,600 times a second. The longest is the field's own.
 */
export const ANNOUNCE_INTERVALS: IntervalLimits = {
  minMs: ANNOUNCE_INTERVAL_MS,
  maxMs: 1_800_000,
  calmRate: 1_000,
  busyRate: 60_000,
};

/** The port of the tracker's HTTP door, TCP, and of its UDP door; the field's own. */
export const DEFAULT_HTTP_PORT = 6969;

/** Transfers that a share serves at the same time; more wait for their turn. */
export const SHARE_MAX_CONNECTIONS = 200;

/** A peer that sends nothing for so long is given up. */
export const STALL_TIMEOUT_MS = 60_000;

/** The lowest port that a share takes: those below need privileges. */
export const LOWEST_PORT = 1024;

/** What a clean stop gives to transfers and requests in hand. */
export const STOP_GRACE_MS = 4_000;
