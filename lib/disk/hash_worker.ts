/** A worker's side of {@linkcode HashPool}; imported elsewhere, it does nothing. */
import { messageOf } from "../base/errors.ts";
import { DiskError, type DiskErrorCode } from "./errors.ts";
import { collectAfter } from "./hash_garbage.ts";
import { type HashJob, type HashResult, runHashJob, transferOf } from "./hash_job.ts";
import { localFileSystem } from "./local_file_system.ts";

/** The name that makes a worker of this module. */
export const WORKER_NAME = "mini-torrent hashing";

/** What a worker is asked. */
export interface WorkerRequest {
  readonly job: HashJob;
  /** One word of shared memory; not 0 once the job is to be given up. */
  readonly stop: Int32Array;
}

/** What a worker says. `ready` is its first word; `end`, `failed` or `stopped` answer a job. */
export type WorkerMessage =
  | { readonly kind: "ready" }
  /** So many bytes more were hashed. */
  | { readonly kind: "progress"; readonly bytes: number }
  | { readonly kind: "end"; readonly result: HashResult }
  | { readonly kind: "stopped" }
  | { readonly kind: "failed"; readonly message: string; readonly code: DiskErrorCode };

/** Bytes between two words about progress. */
const PROGRESS_LENGTH = 4 * 1024 * 1024;

interface WorkerScope {
  readonly name?: string;
  onmessage: ((event: MessageEvent<WorkerRequest>) => void) | null;
  postMessage(message: WorkerMessage, transfer?: ArrayBuffer[]): void;
}

const scope = self as unknown as WorkerScope;

if (scope.name === WORKER_NAME) {
  scope.onmessage = ({ data }) => answer(data);
  scope.postMessage({ kind: "ready" });
}

function answer({ job, stop }: WorkerRequest): void {
  try {
    const run = runHashJob(job, localFileSystem);
    let [bytes, all] = [0, 0];
    let step = run.next();
    for (; !step.done; step = run.next()) {
      if (Atomics.load(stop, 0) !== 0) {
        run.return(undefined as never); // closes its file
        return scope.postMessage({ kind: "stopped" });
      }
      bytes += step.value;
      all += step.value;
      if (bytes < PROGRESS_LENGTH) continue;
      scope.postMessage({ kind: "progress", bytes });
      bytes = 0;
    }
    scope.postMessage({ kind: "progress", bytes });
    scope.postMessage({ kind: "end", result: step.value }, transferOf(step.value));
    collectAfter(all);
  } catch (error) {
    const code = error instanceof DiskError ? error.code : "read";
    scope.postMessage({ kind: "failed", message: messageOf(error), code });
  }
}
