import type { InfoHash, InfoHashV2 } from "../base/ids.ts";

/** Bytes of a block: what one request asks for, and a leaf of the Merkle trees (BEP 52). */
export const BLOCK_LENGTH = 16_384;

/** One file of a torrent; padding files are not told, only their room in `offset`. */
export interface TorrentFile {
  /** Parts of its path as the torrent tells them, never empty; not safe for any file system. */
  readonly path: readonly string[];
  /** Bytes. */
  readonly length: number;
  /** Where it begins in piece space, the bytes of all pieces one after the other. */
  readonly offset: number;
  /** Root of its Merkle tree, 32 bytes; absent in v1, and for an empty file. */
  readonly root?: Uint8Array;
  /** BEP 47, "attr": `x` executable, `h` hidden. */
  readonly attributes: string;
}

/** What an info dictionary says, whatever its version (BEP 3, BEP 47, BEP 52). */
export interface TorrentInfo {
  /** The dictionary as it was encoded: what the info-hashes are hashes of. */
  readonly bytes: Uint8Array;
  readonly name: string;
  /** Whether it is one file by the torrent's name, not a folder of files. */
  readonly single: boolean;
  /** Bytes of a piece; a power of two, at least 16 KiB, for v2. */
  readonly pieceLength: number;
  readonly pieceCount: number;
  /** Bytes of all files together, without padding. */
  readonly size: number;
  /** Bytes of piece space: where the last file ends. */
  readonly span: number;
  /** In the order of piece space. */
  readonly files: readonly TorrentFile[];
  readonly private: boolean;
  /** Absent when the torrent is v2 only. `pieces` holds 20 bytes a piece. */
  readonly v1?: { readonly infoHash: InfoHash; readonly pieces: Uint8Array };
  /** Absent when the torrent is v1 only. */
  readonly v2?: { readonly infoHash: InfoHashV2 };
}

/** A `.torrent` file, read. */
export interface Metainfo {
  readonly info: TorrentInfo;
  /**
   * By the root in hex: the hashes of a file's pieces, 32 bytes each, proven against the root. One
   * for every file of more than one piece of a v2 torrent.
   */
  readonly pieceLayers: ReadonlyMap<string, Uint8Array>;
  /** Trackers by tier (BEP 12). */
  readonly trackers: readonly (readonly string[])[];
  /** BEP 19, "url-list". */
  readonly webSeeds: readonly string[];
  readonly comment?: string;
  readonly createdBy?: string;
}
