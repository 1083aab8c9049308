import type { Clock } from "../base/clock.ts";
import type { InfoHash, InfoHashV2 } from "../base/ids.ts";
import type { Log } from "../base/log.ts";
import type { Throttle } from "./throttle.ts";
import type { WebFace } from "./tracker/web_face.ts";

/** A TCP address as a person names it: `host` a name, an IPv4 or an IPv6 literal (no brackets). */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** A tracker of the line protocol, as a person names it. */
export interface LineTracker extends HostPort {
  /** What a private tracker wants to be shown; it is secret. */
  readonly key?: string;
}

/** A tracker as a person names it: one of the line protocol, or the URL of any. */
export type TrackerName = LineTracker | string;

/**
 * Whether connections are encrypted (MSE): `off` and `prefer` take what the other end wants, and
 * `prefer` offers it first; `require` takes nothing else.
 */
export type Encryption = "off" | "prefer" | "require";

/** What a command is handed from outside. */
export interface AppContext {
  readonly log: Log;
  readonly clock: Clock;
  /** Our name and version, as peers are told. */
  readonly client?: string;
  /** Where hashes of what was shared are remembered; absent: nowhere. */
  readonly cacheFolder?: string;
  /** Ends the command early; it then throws an AppError `interrupted`. */
  readonly signal?: AbortSignal;
}

/** Where a tracker keeps what it hears over a restart. */
export interface StateFile {
  readonly path: string;
  /** Whether a person named the place: it is an error then if it cannot be used. */
  readonly named: boolean;
}

/** Files that list who and what may use a tracker, one entry a line. */
export interface AccessFiles {
  /** Info-hashes, 40 or 64 hex digits: only these shares. */
  readonly allowHashes?: string;
  readonly denyHashes?: string;
  /** Addresses and networks (CIDR): only these. */
  readonly allowAddresses?: string;
  readonly denyAddresses?: string;
}

/** A Redis or Valkey server that several trackers share what they hear by. */
export interface StateServer {
  /** `redis://…` or `rediss://…`; it may hold a password. */
  readonly url: string;
}

/** Files of a certificate, those between it and its authority behind it, and of its key; PEM. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

/** Settings of the tracker; counts are whole numbers, times are milliseconds. */
export interface TrackerOptions {
  /** Address to listen on; absent: every address, IPv4 and IPv6. */
  readonly host?: string;
  /** TCP port; 0: a free one. */
  readonly port: number;
  /** Port of the HTTP door (TCP) and of the UDP door; 0: a free one; absent: neither door. */
  readonly httpPort?: number;
  /** Absent: nothing is kept over a restart. */
  readonly state?: StateFile | StateServer;
  readonly classicTtlMs: number;
  /** So long after its last peer a share's name and size are remembered. */
  readonly nameTtlMs: number;
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
  readonly maxPeersPerName: number;
  readonly maxPortsPerAddress: number;
  readonly announceRate: number;
  readonly announceBurst: number;
  /** Absent: the HTTP door speaks no TLS. */
  readonly tls?: TlsFiles;
  /** Absent: every address may use it for every share. */
  readonly lists?: AccessFiles;
  /** Addresses and networks of proxies whose word counts on who sent an HTTP request; absent: none. */
  readonly trustProxy?: readonly string[];
  /** File of the keys of which one is needed to use it; absent: none is. */
  readonly keys?: string;
  /** What opens addresses of peers over HTTP, or the file that holds it; absent: nobody sees them. */
  readonly adminToken?: string;
  readonly adminTokenFile?: string;
  /** Folder of `.torrent` files that are handed out over HTTP; absent: none are. */
  readonly torrents?: string;
  /** Whether every request over HTTP is logged, at the level `debug`. */
  readonly logRequests?: boolean;
  /** Answers over HTTP what the tracker itself does not: pages for people. */
  readonly web?: WebFace;
}

/** What the tracker is doing now. */
export interface TrackerSnapshot {
  readonly connections: number;
  readonly names: number;
  readonly peers: number;
  readonly requests: number;
  readonly refused: number;
}

/** A tracker that runs. */
export interface RunningTracker extends AsyncDisposable {
  /** Where it listens, as `host:port` (IPv6 in brackets). */
  readonly addresses: readonly string[];
  readonly port: number;
  /** Where BitTorrent clients and browsers find it, over HTTP and UDP alike; empty: nowhere. */
  readonly httpAddresses: readonly string[];
  readonly httpPort?: number;
  snapshot(): TrackerSnapshot;
  /** Reads again what can change while it runs; what cannot be used stays as it was, and is logged. */
  reload(): Promise<void>;
  /** Stops accepting, lets requests in hand finish for at most `graceMs`, closes everything. */
  stop(graceMs: number): Promise<void>;
}

/** A file or a folder to share. */
export interface SeedOptions {
  readonly path: string;
  /** What to call it; absent: the last part of the path. */
  readonly name?: string;
  /** Absent: none. */
  readonly limits?: RateLimits;
  /** TCP port to serve from; absent or 0: a free one. */
  readonly port?: number;
  /** Address to listen on; absent: every address. */
  readonly host?: string;
  readonly trackers: readonly TrackerName[];
  /** Peers to connect to at once, named by the person. */
  readonly peers?: readonly HostPort[];
  /** Connections at the same time; downloaders of the original that are too many wait. */
  readonly maxConnections: number;
  /** Whether connections are encrypted (MSE); absent: where the other end wants it. */
  readonly encryption?: Encryption;
  /** Progress of the first read of the file (checksum and SHA-256). */
  readonly onHash?: (done: number, total: number) => void;
}

/** Limits of rate; all of a direction hold, and one may be shared by all that is under way. */
export interface RateLimits {
  readonly up: readonly Throttle[];
  readonly down: readonly Throttle[];
}

/** One transfer from a share to a downloader of the original. */
export interface TransferSnapshot {
  readonly id: number;
  /** The downloader's `ip:port`. */
  readonly to: string;
  readonly sent: number;
  readonly total: number;
}

/** What a share is doing now. */
export interface ShareSnapshot {
  readonly name: string;
  readonly path: string;
  readonly size: number;
  readonly port: number;
  /** Whether it is one file, not a folder. */
  readonly single: boolean;
  /** Files in it. */
  readonly files: number;
  readonly pieces: number;
  /** Bytes. */
  readonly pieceLength: number;
  /** Info-hashes of the hybrid torrent, 40 and 64 lower-case hex digits. */
  readonly v1: InfoHash;
  readonly v2: InfoHashV2;
  /** A link that any BitTorrent client understands. */
  readonly magnet: string;
  /** SHA-256 of the file as it was registered, 64 lower-case hex digits; not for a folder. */
  readonly sha256?: string;
  /** The classic checksum; not for a folder. */
  readonly checksum?: string;
  /** BitTorrent peers that are connected. */
  readonly peers: number;
  /** Bytes a second that BitTorrent peers are sent now. */
  readonly upRate: number;
  readonly trackers: readonly TrackerState[];
  readonly active: readonly TransferSnapshot[];
  readonly waiting: number;
  /** Transfers that reached their end. */
  readonly completed: number;
  readonly failed: number;
  /** Bytes of file content sent, by either protocol. */
  readonly uploaded: number;
  /** Why the file can no longer be served, if so ("shrank …", "was replaced …"). */
  readonly problem?: string;
}

/** How a share stands with one tracker. */
export interface TrackerState {
  readonly address: string;
  readonly registered: boolean;
  /** What went wrong last, if it is not registered. */
  readonly error?: string;
}

/** A file that is being shared. */
export interface RunningShare extends AsyncDisposable {
  snapshot(): ShareSnapshot;
  /** The `.torrent` file of it. */
  torrent(): Uint8Array;
  stop(graceMs: number): Promise<void>;
}

/** Where a file can be had from, as the trackers tell. */
export interface PeerList {
  readonly name: string;
  /** Peers that may be dialled, the best one first. */
  readonly peers: readonly HostPort[];
  /** Addresses that were left out, with the reason. */
  readonly leftOut: readonly { readonly address: string; readonly reason: string }[];
  /** Trackers that answered, and those that did not. */
  readonly trackers: readonly { readonly address: string; readonly error?: string }[];
}

/** What to fetch, and to where. */
export interface DownloadOptions {
  readonly name: string;
  /** A folder (exists, or ends in a separator), a file, or absent: the current folder. */
  readonly dest?: string;
  readonly trackers: readonly HostPort[];
  /** Peers that the person chose, tried first and in this order. */
  readonly from: readonly HostPort[];
  /** Expected SHA-256, 64 hex digits. */
  readonly sha256?: string;
  /** Replace an existing file. */
  readonly force: boolean;
  /** Asked when the destination exists and `force` is off; absent means no. */
  readonly confirmOverwrite?: (path: string) => Promise<boolean>;
  /** A peer that sends nothing for so long is given up. */
  readonly stallTimeoutMs: number;
  readonly onProgress?: (progress: DownloadProgress) => void;
}

/** How far a download is; `phase` tells what it is doing. */
export interface DownloadProgress {
  readonly phase: "finding" | "connecting" | "receiving" | "finishing";
  /** The peer it is receiving from, `ip:port`. */
  readonly from?: string;
  readonly received: number;
  /** Bytes in all; absent until the seeder has told. */
  readonly total?: number;
}

/** What arrived. */
export interface DownloadResult {
  readonly name: string;
  /** Absolute path of the file. */
  readonly path: string;
  readonly size: number;
  /** SHA-256 of what arrived, 64 lower-case hex digits. */
  readonly sha256: string;
  /** True only when `sha256` was asked for and agreed. */
  readonly verified: boolean;
  /** The classic checksum that the seeder sent and the data agreed with. */
  readonly checksum: string;
  /** Trailing bytes that the classic checksum does not cover. */
  readonly uncovered: number;
  readonly from: string;
  readonly elapsedMs: number;
  /** Peers that were tried before and failed, with the reason. */
  readonly failed: readonly { readonly address: string; readonly reason: string }[];
}
