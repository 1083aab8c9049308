import { readRecords } from "../../tracker/read_records.ts";
import type { RecordMerger } from "../../tracker/record_merger.ts";
import { type SavedBatch, type SharedStore, StoreError } from "../../tracker/store.ts";
import type { AppContext } from "../types.ts";
import { turn } from "./turn.ts";

/** So long all other work waits at most for what others heard. */
const SLICE_MS = 2;

/** Records that are taken between two looks at the clock. */
const LOOK_EVERY = 32;

/** What is damaged is said so often at most. */
const SAY_EVERY_MS = 10_000;

/** What a {@linkcode Follower} runs on. */
export interface FollowerOptions {
  readonly store: SharedStore;
  readonly registry: Pick<RecordMerger, "merge" | "merged">;
  /** The time of day, as the store has it, less the monotonic time; milliseconds. */
  readonly offset: () => number;
}

/** Brings what other trackers add to a store that is shared into the registry of this one. */
export class Follower {
  readonly #options: FollowerOptions;
  readonly #context: AppContext;
  #damaged = 0;
  #saidAt = -Infinity;

  constructor(options: FollowerOptions, context: AppContext) {
    this.#options = options;
    this.#context = context;
  }

  /**
   * Takes some of what others added.
   *
   * @param isServing Whether other work waits, and comes in between.
   * @returns Whether there is more.
   * @throws {StoreError} as the store does.
   */
  async follow(isServing = true): Promise<boolean> {
    const { batches, more, damaged } = await this.#options.store.next();
    for (const what of damaged) this.#passedOver(what);
    for (const batch of batches) {
      try {
        await this.#take(batch, isServing);
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        this.#passedOver(error.message);
      }
      this.#options.registry.merged();
    }
    return more;
  }

  #passedOver(what: string): void {
    this.#damaged++;
    const now = this.#context.clock.now();
    if (now - this.#saidAt < SAY_EVERY_MS) return;
    this.#saidAt = now;
    this.#context.log("warn", `${what}; it is passed over, as ${this.#damaged} in all were`);
  }

  async #take(batch: SavedBatch, isServing: boolean): Promise<void> {
    const { registry, offset } = this.#options;
    const { clock } = this.#context;
    let now = clock.now();
    let since = now;
    let left = LOOK_EVERY;
    for (const record of readRecords(batch, -offset())) {
      registry.merge(record, now);
      if (--left > 0) continue;
      left = LOOK_EVERY;
      now = clock.now();
      if (!isServing || now - since < SLICE_MS) continue;
      await turn();
      now = since = clock.now();
    }
    // The next batch is another slice.
    if (isServing && clock.now() - since >= SLICE_MS) await turn();
  }
}
