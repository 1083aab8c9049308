import "./hash_worker.ts"; // so that a compiled program carries it, and one from a URL fetches it
import { DiskError } from "./errors.ts";
import type { FileSystem } from "./file_system.ts";
import { type HashJob, type HashResult, type ResultOf, runHashJob } from "./hash_job.ts";
import { WORKER_NAME, type WorkerMessage, type WorkerRequest } from "./hash_worker.ts";
import { localFileSystem } from "./local_file_system.ts";

/** Bytes hashed in this thread before other work gets its turn. */
const TURN_LENGTH = 4 * 1024 * 1024;

/** How long a thread may take to give up its job: one read, of a disk that is slow or gone. */
const STOP_MS = 2_000;

/** How many bytes more were hashed. */
type OnBytes = (bytes: number) => void;

/** How a {@linkcode HashPool} works. */
export interface HashPoolOptions {
  /** Threads beside this one; 0: all is done here. Default: one for each core. */
  readonly workers?: number;
  /** Other than the machine's own, it is read in this thread. */
  readonly files?: FileSystem;
  readonly signal?: AbortSignal;
}

/**
 * Does hash jobs on all cores. Threads start with the first jobs; where none can be had, the work is
 * done in this one.
 */
export class HashPool implements Disposable {
  /** How many jobs it does at a time; more wait. */
  readonly size: number;
  readonly #files: FileSystem;
  readonly #signal: AbortSignal | undefined;
  readonly #idle: Thread[] = [];
  readonly #all = new Set<Thread>();
  readonly #waiting: (() => void)[] = [];
  readonly #onAbort = () => this.#stop();
  #running = 0;
  #threads: boolean;

  constructor({ workers, files = localFileSystem, signal }: HashPoolOptions = {}) {
    const wanted = workers ?? navigator.hardwareConcurrency;
    this.#threads = wanted > 0 && files === localFileSystem;
    this.size = this.#threads ? wanted : 1;
    this.#files = files;
    this.#signal = signal;
    signal?.addEventListener("abort", this.#onAbort);
  }

  /**
   * Does a job as soon as a thread is free.
   *
   * @throws {DiskError} As `runHashJob`.
   * @throws The signal's reason.
   */
  async run<J extends HashJob>(job: J, onBytes: OnBytes = () => {}): Promise<ResultOf<J>> {
    return await this.#run(job, onBytes) as ResultOf<J>;
  }

  async #run(job: HashJob, onBytes: OnBytes): Promise<HashResult> {
    while (this.#running >= this.size) {
      this.#signal?.throwIfAborted();
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#signal?.throwIfAborted();
    this.#running++;
    try {
      const thread = await this.#thread();
      if (!thread) return await this.#runHere(job, onBytes);
      try {
        return await thread.run(job, onBytes);
      } finally {
        if (thread.alive) this.#idle.push(thread);
        else this.#all.delete(thread);
      }
    } finally {
      this.#running--;
      this.#waiting.shift()?.();
    }
  }

  [Symbol.dispose](): void {
    this.#signal?.removeEventListener("abort", this.#onAbort);
    this.#stop();
  }

  #stop(): void {
    for (const thread of this.#all) thread.stop(this.#signal?.reason);
    this.#all.clear();
    // Who waits for a thread is to see the signal.
    for (const wake of this.#waiting.splice(0)) wake();
  }

  async #thread(): Promise<Thread | undefined> {
    const idle = this.#idle.pop();
    if (idle || !this.#threads) return idle;
    const thread = new Thread();
    this.#all.add(thread);
    if (await thread.ready) return thread;
    this.#signal?.throwIfAborted();
    this.#threads = false;
    return undefined;
  }

  async #runHere(job: HashJob, onBytes: OnBytes): Promise<HashResult> {
    const run = runHashJob(job, this.#files);
    let bytes = 0;
    for (;;) {
      const step = run.next();
      if (step.done) {
        onBytes(bytes);
        return step.value;
      }
      bytes += step.value;
      if (bytes < TURN_LENGTH) continue;
      onBytes(bytes);
      bytes = 0;
      await new Promise((resolve) => setTimeout(resolve));
      if (!this.#signal?.aborted) continue;
      run.return(undefined as never);
      this.#signal.throwIfAborted();
    }
  }
}

/** One worker and the job that it does. */
class Thread {
  /** Whether it came to life. */
  readonly ready: Promise<boolean>;
  readonly #ready = Promise.withResolvers<boolean>();
  readonly #worker: Worker | undefined;
  readonly #flag = new Int32Array(new SharedArrayBuffer(4));
  #alive = true;
  #stopping:
    | { readonly reason: unknown; readonly timer: ReturnType<typeof setTimeout> }
    | undefined;
  #job: { onBytes: OnBytes; end: PromiseWithResolvers<HashResult> } | undefined;

  constructor() {
    this.ready = this.#ready.promise;
    try {
      this.#worker = new Worker(new URL("./hash_worker.ts", import.meta.url).href, {
        type: "module",
        name: WORKER_NAME,
      });
    } catch {
      this.#ready.resolve(false);
      return;
    }
    this.#worker.onmessage = ({ data }: MessageEvent<WorkerMessage>) => this.#heard(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#end(new DiskError("read", `a thread that hashes ended: ${event.message}`));
    };
  }

  /** Whether it can do another job. */
  get alive(): boolean {
    return this.#alive;
  }

  run(job: HashJob, onBytes: OnBytes): Promise<HashResult> {
    this.#job = { onBytes, end: Promise.withResolvers() };
    const request: WorkerRequest = { job, stop: this.#flag };
    this.#worker!.postMessage(request);
    return this.#job.end.promise;
  }

  /** Ends it, at work once it has closed its file: one that is cut off keeps it open for ever. */
  stop(reason: unknown): void {
    this.#alive = false;
    if (!this.#job) return this.#end(reason);
    if (this.#stopping) return;
    this.#stopping = { reason, timer: setTimeout(() => this.#end(reason), STOP_MS) };
    Atomics.store(this.#flag, 0, 1);
  }

  #end(reason: unknown): void {
    this.#alive = false;
    clearTimeout(this.#stopping?.timer);
    this.#worker?.terminate();
    this.#ready.resolve(false);
    this.#job?.end.reject(reason);
    this.#job = undefined;
  }

  #heard(message: WorkerMessage): void {
    if (this.#stopping && message.kind !== "progress") return this.#end(this.#stopping.reason);
    switch (message.kind) {
      case "ready":
        return this.#ready.resolve(true);
      case "progress":
        return this.#job?.onBytes(message.bytes);
      case "end":
        this.#job?.end.resolve(message.result);
        break;
      case "stopped":
        break;
      case "failed":
        this.#job?.end.reject(new DiskError(message.code, message.message));
        break;
      default:
        message satisfies never;
    }
    this.#job = undefined;
  }
}
