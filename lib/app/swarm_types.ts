import type { InfoHash, InfoHashV2 } from "../base/ids.ts";
import type { Metainfo } from "../meta/torrent.ts";
import type { SwarmSnapshot } from "../swarm/snapshot.ts";
import type { HostPort, RateLimits } from "./types.ts";

export type { SwarmSnapshot } from "../swarm/snapshot.ts";

/** What to fetch by its info-hashes, and to where. */
export interface SwarmDownloadOptions {
  /** One of the two hashes is always there. */
  readonly v1?: InfoHash;
  readonly v2?: InfoHashV2;
  /** What to call it until its own name is known. */
  readonly name?: string;
  /** Absent: peers are asked for it. */
  readonly metainfo?: Metainfo;
  /** A folder (exists, or ends in a separator), the new name, or absent: the current folder. */
  readonly dest?: string;
  /** Peers that the person named. */
  readonly peers: readonly HostPort[];
  readonly trackers: readonly HostPort[];
  /** Replace files that are there and are not what the torrent says. */
  readonly force: boolean;
  /** Asked when something else is there and `force` is off; absent means no. */
  readonly confirmOverwrite?: (path: string) => Promise<boolean>;
  /** TCP port to listen on; absent or 0: a free one. */
  readonly port?: number;
  readonly host?: string;
  readonly limits?: RateLimits;
  readonly maxConnections: number;
  /** Takes pieces in their order. */
  readonly sequential?: boolean;
  /** Goes on serving when it is complete, until the ratio, the time or the signal. */
  readonly seed?: boolean;
  /** Uploaded bytes by the size. */
  readonly ratio?: number;
  readonly seedTimeMs?: number;
  readonly onProgress?: (progress: SwarmProgress) => void;
  readonly onComplete?: (result: SwarmDownloadResult) => void;
}

/** How far a download from a swarm is. */
export interface SwarmProgress {
  readonly phase: "finding" | "metadata" | "checking" | "receiving" | "finishing" | "seeding";
  readonly name: string;
  readonly snapshot: SwarmSnapshot;
  /** Bytes of what was found on the disk that were checked. */
  readonly checked: number;
  /** Bytes of all files; absent until it is known. */
  readonly total?: number;
  /** How much of each of up to 40 equal stretches of the pieces is here, 0 to 1. */
  readonly map?: readonly number[];
  /** What the disk failed at last, until it succeeds again. */
  readonly problem?: string;
  /** Bytes a second that may arrive, if that is limited. */
  readonly downLimit?: number;
  /** Pieces that have arrived and are being hashed or written. */
  readonly proving?: number;
}

/** What arrived; sizes are bytes. */
export interface SwarmDownloadResult {
  readonly name: string;
  /** Absolute path of the file or folder. */
  readonly path: string;
  readonly size: number;
  readonly files: number;
  readonly single: boolean;
  readonly v1?: InfoHash;
  readonly v2?: InfoHashV2;
  /** SHA-256 of the file, 64 lower-case hex digits; not for a folder. */
  readonly sha256?: string;
  readonly elapsedMs: number;
  readonly downloaded: number;
  readonly wasted: number;
  readonly uploaded: number;
}
