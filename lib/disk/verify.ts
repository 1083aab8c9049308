import { Bitfield } from "../base/bitfield.ts";
import { Layout } from "../meta/layout.ts";
import type { MerkleTree } from "../meta/merkle.ts";
import type { TorrentInfo } from "../meta/torrent.ts";
import { DownloadPaths } from "./download_paths.ts";
import { diskError } from "./errors.ts";
import type { FileEntry, FileSystem } from "./file_system.ts";
import { HashPool } from "./hash_pool.ts";
import { localFileSystem } from "./local_file_system.ts";
import { PieceCheck } from "./piece_check.ts";
import { Proofs } from "./proofs.ts";

/** What is to be compared with a torrent. */
export interface VerifyOptions {
  readonly info: TorrentInfo;
  /** By file: its Merkle tree with the hashes of its pieces, in a torrent with v2 hashes. */
  readonly trees: readonly (MerkleTree | undefined)[];
  /** Absolute path of the file, or of the torrent's folder. */
  readonly path: string;
  readonly files?: FileSystem;
  /** Threads; default: one for each core. */
  readonly workers?: number;
  /** Called with bytes done and bytes in all. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** How a file compares with the torrent. */
export interface VerifiedFile {
  /** Absolute. */
  readonly path: string;
  /** Bytes that it should have. */
  readonly length: number;
  /**
   * `missing`: there is no such file, or no regular one. `length`: it has another length. `content`:
   * pieces of it are wrong. `unknown`: pieces of it cannot be told, since other files in them are
   * missing or their hashes are not known. Absent: it is right.
   */
  readonly problem?: "missing" | "length" | "content" | "unknown";
  /** Its pieces that are wrong. */
  readonly bad: readonly number[];
}

/** How files compare with a torrent. */
export interface Verification {
  /** Whether all files are right. */
  readonly good: boolean;
  readonly files: readonly VerifiedFile[];
  /** Pieces that are right. */
  readonly have: Bitfield;
}

/**
 * Compares what lies at a path with a torrent, on all cores.
 *
 * @throws {DiskError} `open` when something cannot be looked at.
 * @throws The signal's reason.
 */
export async function verifyFiles(options: VerifyOptions): Promise<Verification> {
  const { info, trees, files = localFileSystem, workers, signal, onProgress } = options;
  signal?.throwIfAborted();
  const layout = new Layout(info);
  const paths = new DownloadPaths(info, options.path);
  const entries = info.files.map((_, file) => look(files, paths.final(file)));
  const isThere = (file: number) =>
    entries[file]?.kind === "file" && entries[file].size === info.files[file]!.length;
  using pool = new HashPool({
    files,
    ...workers === undefined ? {} : { workers },
    ...signal ? { signal } : {},
  });
  const check = new PieceCheck({
    proofs: new Proofs(info, layout, trees),
    lengths: info.files.map(({ length }) => length),
    found: {
      holds: (piece) =>
        layout.segments(piece, 0, layout.pieceSize(piece)).every(({ file }) => isThere(file)),
      isUnchanged: () => false,
      locate: (file, offset) => ({ path: paths.final(file), offset }),
    },
    claims: { pieces: new Map() },
    wanted: Bitfield.full(layout.pieceCount),
    pool,
    ...onProgress ? { onCheck: onProgress } : {},
  });
  await check.run();
  const verified = info.files.map(({ length }, file): VerifiedFile => {
    const { first, end } = layout.piecesOf(file);
    const pieces = Array.from({ length: end - first }, (_, index) => first + index);
    const bad = pieces.filter((piece) => check.bad.has(piece));
    const problem = entries[file]?.kind !== "file"
      ? "missing"
      : !isThere(file)
      ? "length"
      : bad.length > 0
      ? "content"
      : pieces.every((piece) => check.have.has(piece))
      ? undefined
      : "unknown";
    return { path: paths.final(file), length, bad, ...problem ? { problem } : {} };
  });
  const good = verified.every(({ problem }) => problem === undefined);
  return { good, files: verified, have: check.have };
}

function look(files: FileSystem, path: string): FileEntry | undefined {
  try {
    return files.look(path);
  } catch (error) {
    throw diskError("open", "open", path, error);
  }
}
