import type { Layout } from "../meta/layout.ts";
import type { HashPool } from "./hash_pool.ts";
import type { JobSegment, PieceJob, PieceJobResult } from "./piece_job.ts";

/** Bytes of a job, so that threads end at about the same time and progress is seen. */
const JOB_LENGTH = 32 * 1024 * 1024;

/** A part of a run of pieces that lies in one file. */
export interface HashedSegment extends JobSegment {
  /** Which of the torrent's files. */
  readonly file: number;
}

/** A run of pieces that was hashed. */
export interface HashedRange {
  /** The first piece. */
  readonly first: number;
  /** How many pieces. */
  readonly count: number;
  readonly segments: readonly HashedSegment[];
  readonly result: PieceJobResult;
}

/** What is to be hashed, and how. */
export interface PieceHashOptions {
  readonly layout: Layout;
  /** Where the bytes of a file are from an offset on, as far as one piece goes. */
  readonly locate: (file: number, offset: number) => { path: string; offset: number };
  /** Bytes of each file. */
  readonly lengths: readonly number[];
  /** Which pieces, in ascending order. */
  readonly pieces: Iterable<number>;
  readonly hashes: Pick<PieceJob, "sha1" | "sha256" | "checksum" | "lenient">;
  readonly onBytes?: (bytes: number) => void;
}

/**
 * Hashes pieces on all cores.
 *
 * @param onRange Called with the runs as they end, in any order.
 * @throws {DiskError} As `runPieceJob`.
 * @throws The reason of the pool's signal.
 */
export async function hashPieces(
  pool: HashPool,
  options: PieceHashOptions,
  onRange: (range: HashedRange) => void,
): Promise<void> {
  const running = new Set<Promise<void>>();
  let failure: { error: unknown } | undefined;
  for (const { first, count } of runsOf(options)) {
    if (failure) break;
    const { job, segments } = jobOf(first, count, options);
    const work = pool.run(job, options.onBytes).then((result) => {
      onRange({ first, count, segments, result });
    }).catch((error) => void (failure ??= { error })).finally(() => running.delete(work));
    running.add(work);
    if (running.size >= 2 * pool.size) await Promise.race(running);
  }
  await Promise.all(running);
  if (failure) throw failure.error;
}

/** Pieces that follow each other, as many as a job takes. */
function* runsOf({ pieces, layout }: PieceHashOptions) {
  const most = Math.max(1, Math.floor(JOB_LENGTH / layout.pieceLength));
  let [first, count] = [0, 0];
  for (const piece of pieces) {
    if (count > 0 && count < most && piece === first + count) {
      count++;
      continue;
    }
    if (count > 0) yield { first, count };
    [first, count] = [piece, 1];
  }
  if (count > 0) yield { first, count };
}

function jobOf(first: number, count: number, options: PieceHashOptions) {
  const { layout, lengths, hashes, locate } = options;
  const paths = new Map<string, number>();
  const segments: HashedSegment[] = [];
  for (let piece = first; piece < first + count; piece++) {
    const start = (piece - first) * layout.pieceLength;
    for (const { file, offset, length, at } of layout.segments(piece, 0, layout.pieceSize(piece))) {
      const place = locate(file, offset);
      const path = paths.get(place.path) ?? paths.size;
      paths.set(place.path, path);
      const last = segments.at(-1);
      if (last?.file === file && last.path === path && last.offset + last.length === place.offset) {
        segments[segments.length - 1] = { ...last, length: last.length + length };
      } else {
        const fileLength = lengths[file]!;
        segments.push({ file, path, offset: place.offset, length, at: start + at, fileLength });
      }
    }
  }
  const job: PieceJob = {
    kind: "pieces",
    paths: [...paths.keys()],
    segments,
    pieceLength: layout.pieceLength,
    length: (count - 1) * layout.pieceLength + layout.pieceSize(first + count - 1),
    ...hashes,
  };
  return { job, segments };
}
