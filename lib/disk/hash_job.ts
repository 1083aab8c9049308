import { type FileJob, type FileJobResult, runFileJob } from "./file_job.ts";
import type { FileSystem } from "./file_system.ts";
import { type PieceJob, type PieceJobResult, runPieceJob } from "./piece_job.ts";

/** What a thread can be asked to hash. */
export type HashJob = PieceJob | FileJob;

/** What a job of either kind found. */
export type HashResult = PieceJobResult | FileJobResult;

/** What a job of one kind finds. */
export type ResultOf<J extends HashJob> = J extends PieceJob ? PieceJobResult : FileJobResult;

/**
 * Does a job, a read at a time.
 *
 * @returns Yields how many bytes were hashed since it yielded last.
 * @throws {DiskError} As the job's kind says.
 */
export function runHashJob(job: HashJob, files: FileSystem): Generator<number, HashResult> {
  switch (job.kind) {
    case "pieces":
      return runPieceJob(job, files);
    case "file":
      return runFileJob(job, files);
    default:
      return job satisfies never;
  }
}

/** Memory of a result that can be handed to another thread instead of being copied. */
export function transferOf(result: HashResult): ArrayBuffer[] {
  if (!("unread" in result)) return [];
  const { sha1, leaves, roots } = result;
  return [sha1, leaves, roots].flatMap((hashes) => hashes ? [hashes.buffer] : []);
}
