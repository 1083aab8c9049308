import type { Bitfield } from "../base/bitfield.ts";
import type { MerkleTree } from "../meta/merkle.ts";
import type { TorrentInfo } from "../meta/torrent.ts";
import type { DownloadFiles } from "./download_files.ts";
import type { DiskError } from "./errors.ts";
import type { FileSystem } from "./file_system.ts";
import type { Journal } from "./journal.ts";
import type { Proofs } from "./proofs.ts";

/** What is downloaded, and to where. */
export interface StorageOptions {
  readonly info: TorrentInfo;
  /**
   * By file: its Merkle tree, in a torrent with v2 hashes; an empty file has none. A tree whose
   * pieces are not known yet may be filled later, before its pieces are proven.
   */
  readonly trees: readonly (MerkleTree | undefined)[];
  /** Absolute path of the file, or of the torrent's folder; the folder that it is in exists. */
  readonly path: string;
  /** By file, whether it is wanted. Absent: all are. */
  readonly wanted?: readonly boolean[];
  /** Whether another's files that bear the final names give way, at the end. */
  readonly force?: boolean;
  readonly files?: FileSystem;
  /** Threads that hash what is found and, if there are two, what arrives fast; default: one for each core. */
  readonly workers?: number;
  /** Called with bytes done and bytes in all while what is found is checked. */
  readonly onCheck?: (done: number, total: number) => void;
  /** Called when a flush in the background failed; `problem` tells the same. */
  readonly onProblem?: (error: DiskError) => void;
  /** Called when a piece that was proven is not on the disk after all: it has to come again. */
  readonly onLost?: (piece: number) => void;
  /** Monotonic milliseconds; default: the machine's. */
  readonly now?: () => number;
  /** Ends the check. */
  readonly signal?: AbortSignal;
}

/** What was found when a download was opened; all in bytes but `pieces`. */
export interface FoundReport {
  /** Pieces that are there, proven. */
  readonly pieces: number;
  /** Read and hashed anew. */
  readonly checked: number;
  /** Taken from the journal, with samples. */
  readonly trusted: number;
  /** Still to be written. */
  readonly needed: number;
  /** Free on the disk, as far as it tells. */
  readonly room?: number;
}

/** What {@linkcode openDownload} hands to a storage. */
export interface OpenedDownload {
  readonly fileSystem: FileSystem;
  readonly proofs: Proofs;
  readonly files: DownloadFiles;
  readonly journal: Journal;
  readonly have: Bitfield;
  /** Pieces that are there but not in the journal, with their v2 roots. */
  readonly unclaimed: ReadonlyMap<number, Uint8Array | undefined>;
  readonly wanted: readonly boolean[];
  /** Whether unwanted files share pieces with wanted ones. */
  readonly hasSide: boolean;
  readonly found: FoundReport;
}
