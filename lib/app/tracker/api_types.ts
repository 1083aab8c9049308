import type { InfoHash, InfoHashV2, PeerId } from "../../base/ids.ts";
import type { TrackerStats } from "../../wire/tracker_lines.ts";

/** How well a share is held: two seeders and more, one, none but leechers, nobody. */
export type ShareHealth = "good" | "fair" | "poor" | "idle";

/** By what shares are sorted. */
export const SORTS = ["age", "name", "size", "seeders", "leechers", "completed"] as const;

/** One of {@linkcode SORTS}. */
export type ShareSort = (typeof SORTS)[number];

/** Which shares are wanted. */
export interface SharesQuery {
  /** A part of a name, in any case, or the beginning of an info-hash; absent or empty: all. */
  readonly q?: string;
  /** Absent: `age`. */
  readonly sort?: ShareSort;
  /** Absent: names from A on, of numbers the greatest first. */
  readonly order?: "asc" | "desc";
  /** 1 to 100; absent: 20. */
  readonly limit?: number;
  /** The `next` of the page before; absent: from the first on. */
  readonly after?: number;
}

/** A share as everybody may know it. */
export interface ApiShare {
  /** The whole v2 hash where it is known, else the v1 one, else the one that clients told. */
  readonly id: string;
  /** Name and bytes, where a peer told them. */
  readonly name?: string;
  readonly size?: number;
  readonly v1?: InfoHash;
  readonly v2?: InfoHashV2;
  /** While it is not known whether it is v1 or v2 cut short. */
  readonly hash?: InfoHash;
  readonly seeders: number;
  readonly leechers: number;
  /** Peers that became seeds. */
  readonly completed: number;
  /** Seconds since its first announce. */
  readonly age: number;
  readonly health: ShareHealth;
}

/** A page of shares. */
export interface SharesPage {
  readonly shares: readonly ApiShare[];
  /** Shares that somebody announces, whatever was asked for. */
  readonly total: number;
  /** After which to go on, where there may be more. */
  readonly next?: number;
}

/** One share, with all that everybody may know. */
export interface ApiShareDetails extends ApiShare {
  /** A link for any client; it names this tracker by the name that the request used. */
  readonly magnet: string;
  /** This tracker's URLs. */
  readonly trackers: readonly string[];
  /** Its peers by kind of client (BEP 20), the most first; the rest in one with the code "". */
  readonly clients: readonly ClientCount[];
  readonly families: { readonly ipv4: number; readonly ipv6: number };
  /** How many are reached from the internet, from a network of their own, from this machine. */
  readonly reach: { readonly public: number; readonly private: number; readonly loopback: number };
  /** Seeds that serve downloaders of the original protocol. */
  readonly classic: number;
  /** Whether the tracker has its `.torrent` file. */
  readonly torrent: boolean;
}

/** How many peers of a share use a client. */
export interface ClientCount {
  /** Its letters in peer ids, such as `TR`. */
  readonly code: string;
  /** Its name, where it is known. */
  readonly name?: string;
  readonly count: number;
}

/** A peer; only with the admin token. */
export interface ApiPeer {
  readonly host: string;
  readonly port: number;
  /** 40 lower-case hex digits. */
  readonly peer_id: PeerId;
  /** Its client, as in {@linkcode ClientCount}; absent: the id tells none. */
  readonly client?: string;
  readonly seed: boolean;
  readonly classic: boolean;
  /** Seconds since it announced last. */
  readonly age: number;
}

/** A page of a share's peers. */
export interface PeersPage {
  readonly peers: readonly ApiPeer[];
  /** After how many peers to go on, where there are more. */
  readonly next?: number;
}

/** What the tracker holds and does. */
export interface ApiStats extends TrackerStats {
  /** A second, over the last 10 seconds. */
  readonly rates: {
    readonly line: number;
    readonly http: number;
    readonly udp: number;
    readonly errors: number;
  };
  /** Of announces over the last minute, in seconds; null: there were none. */
  readonly latency: { readonly mean: number | null; readonly p99: number | null };
  /** Bytes of the process. */
  readonly memory: number;
  /** Who listens to events. */
  readonly listeners: number;
  /** What does not work as it should, though requests are served. */
  readonly problems: readonly string[];
}

/** Spans of time that the tracker's own history can be asked for. */
export const TRACKER_RANGES = ["5m", "1h", "1d", "30d"] as const;

/** One of {@linkcode TRACKER_RANGES}. */
export type TrackerRange = (typeof TRACKER_RANGES)[number];

/** Spans of time that a share's history can be asked for. */
export const SHARE_RANGES = ["1h", "1d", "7d"] as const;

/** One of {@linkcode SHARE_RANGES}. */
export type ShareRange = (typeof SHARE_RANGES)[number];

/** What is known of the tracker at a time; counts and rates are means over the step. */
export const TRACKER_SERIES = [
  "line",
  "http",
  "udp",
  "errors",
  "latency_mean",
  "latency_p99",
  "memory",
  "connections",
  "shares",
  "seeders",
  "leechers",
] as const;

/** What is known of a share at a time; `announces` is how many there were in the step. */
export const SHARE_SERIES = ["seeders", "leechers", "announces"] as const;

/** Numbers over time; every list of `values` has as many, the oldest first, null: not known. */
export interface ApiHistory<Name extends string> {
  /** Seconds from one to the next. */
  readonly step: number;
  /** When the last ones end, seconds since 1970. */
  readonly end: number;
  readonly values: Readonly<Record<Name, readonly (number | null)[]>>;
}

export type TrackerHistory = ApiHistory<(typeof TRACKER_SERIES)[number]>;
export type ShareHistory = ApiHistory<(typeof SHARE_SERIES)[number]>;
