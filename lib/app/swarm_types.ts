import type { InfoHash, InfoHashV2 } from "../base/ids.ts";
import type { FileRange } from "../meta/select_only.ts";
import type { Metainfo } from "../meta/torrent.ts";
import type { SwarmSnapshot } from "../swarm/snapshot.ts";
import type { Encryption, HostPort, RateLimits, TrackerName } from "./types.ts";

export type { SwarmSnapshot } from "../swarm/snapshot.ts";

/** A torrent to fetch, as far as it is known before anybody was asked. */
export interface TorrentSource {
  /** One of the two hashes is always there. */
  readonly v1?: InfoHash;
  readonly v2?: InfoHashV2;
  /** What to call it until its own name is known. */
  readonly name?: string;
  /** Absent: peers are asked for it. */
  readonly metainfo?: Metainfo;
  /** Peers that surely have it, named by a person or a link. */
  readonly peers: readonly HostPort[];
  /** Trackers that the person named. */
  readonly trackers: readonly TrackerName[];
  /** Trackers that a link or a torrent names, tier by tier (BEP 12). */
  readonly tiers: readonly (readonly string[])[];
  /** Files that are wanted, by their place (BEP 53). */
  readonly ranges?: readonly FileRange[];
}

/** What to fetch, and to where. */
export interface SwarmDownloadOptions extends TorrentSource {
  /** A folder (exists, or ends in a separator), the new name, or absent: the current folder. */
  readonly dest?: string;
  /** Nobody but `peers` is connected to. */
  readonly onlyPeers?: boolean;
  /** Globs of the files that are wanted; see `Selection`. */
  readonly only?: readonly string[];
  /** Replace files that are there and are not what the torrent says. */
  readonly force: boolean;
  /** Asked when something else is there and `force` is off; absent means no. */
  readonly confirmOverwrite?: (path: string) => Promise<boolean>;
  /** Told what is in it and where it goes, before anything is fetched. False: it is not wanted. */
  readonly onContents?: (contents: TorrentContents) => Promise<boolean> | boolean;
  /** TCP port to listen on; absent or 0: a free one. */
  readonly port?: number;
  readonly host?: string;
  readonly limits?: RateLimits;
  /** Bytes a second that may arrive, to be told in the progress. */
  readonly downLimit?: number;
  readonly maxConnections: number;
  readonly encryption?: Encryption;
  /** Takes pieces in their order. */
  readonly sequential?: boolean;
  /** Is handed the one wanted file in its order, as it arrives; makes the download sequential. */
  readonly sink?: (bytes: Uint8Array) => Promise<void>;
  /** Expected SHA-256 of the one file, 64 lower-case hex digits. */
  readonly sha256?: string;
  /** Gives up when nothing arrives for so long; absent: never. Milliseconds. */
  readonly stallTimeoutMs?: number;
  /** Goes on serving when it is complete, until the ratio, the time or the signal. */
  readonly seed?: boolean;
  /** Uploaded bytes by the size. */
  readonly ratio?: number;
  readonly seedTimeMs?: number;
  readonly onProgress?: (progress: SwarmProgress) => void;
  readonly onComplete?: (result: SwarmDownloadResult) => void;
}

/** What is in a torrent that is about to be fetched; sizes are bytes. */
export interface TorrentContents {
  readonly name: string;
  /** Absolute path of the file or folder that it becomes. */
  readonly path: string;
  readonly size: number;
  readonly files: readonly {
    readonly path: string;
    readonly size: number;
    readonly wanted: boolean;
  }[];
  /** Bytes of the wanted pieces that are here already, proven. */
  readonly here: number;
  /** Still to be written, and free on the disk, as far as it tells. */
  readonly needed: number;
  readonly room?: number;
}

/** How far a download from a swarm is. */
export interface SwarmProgress {
  readonly phase: "finding" | "metadata" | "checking" | "receiving" | "finishing" | "seeding";
  readonly name: string;
  readonly snapshot: SwarmSnapshot;
  /** Bytes of what was found on the disk that were checked, and that are to be in all. */
  readonly checked: number;
  readonly toCheck?: number;
  /** Bytes of the wanted files; absent until they are known. */
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
  /** Of the wanted files, as is `files`, their number. */
  readonly size: number;
  readonly files: number;
  readonly single: boolean;
  readonly v1?: InfoHash;
  readonly v2?: InfoHashV2;
  /** SHA-256 of the file, 64 lower-case hex digits; not for a folder. */
  readonly sha256?: string;
  /** Until all was proven and bore its name. */
  readonly elapsedMs: number;
  /** Peers that sent blocks. */
  readonly peers: number;
  readonly downloaded: number;
  readonly wasted: number;
  readonly uploaded: number;
}
