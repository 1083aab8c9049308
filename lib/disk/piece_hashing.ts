import { type BytesHashes, type BytesJob, hashBytes } from "./bytes_job.ts";
import { HashPool } from "./hash_pool.ts";

/** Bytes of pieces that may be with the other thread; what comes meanwhile is hashed here. */
const MOST_LENT = 8 * 1024 * 1024;

/** Pieces that may be with it: one that it hashes, and the next. */
const MOST_JOBS = 2;

/**
 * Hashes pieces that have arrived, in another thread and in this one at a time: whichever is free takes
 * the next, so that neither waits for the other, and no more than a few pieces wait.
 */
export class PieceHashing implements Disposable {
  readonly #pool: HashPool | undefined;
  #jobs = 0;
  #lent = 0;

  /** @param elsewhere Whether another thread is worth its memory. */
  constructor(elsewhere: boolean) {
    this.#pool = elsewhere ? new HashPool({ workers: 1 }) : undefined;
  }

  /** Whether a piece of that many bytes is best hashed in the other thread now. */
  mayLend(length: number): boolean {
    return this.#pool !== undefined && this.#jobs < MOST_JOBS && this.#lent + length <= MOST_LENT;
  }

  /** Hashes in this thread. */
  here(job: BytesJob): BytesHashes {
    return hashBytes(job);
  }

  /**
   * Hashes in the other thread; the job's memory is not there until it comes back.
   *
   * @throws {DiskError} When the thread died; the memory is lost then.
   */
  async elsewhere(job: BytesJob): Promise<BytesHashes & Pick<BytesJob, "memory">> {
    this.#jobs++;
    this.#lent += job.length;
    try {
      return await this.#pool!.run(job);
    } finally {
      this.#jobs--;
      this.#lent -= job.length;
    }
  }

  [Symbol.dispose](): void {
    this.#pool?.[Symbol.dispose]();
  }
}
