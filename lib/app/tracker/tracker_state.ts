import { messageOf } from "../../base/errors.ts";
import { readRecords } from "../../tracker/read_records.ts";
import type { RegistryRecords } from "../../tracker/registry_records.ts";
import type { RegistryWatch } from "../../tracker/registry_watch.ts";
import { type RegistryStore, type SavedRecord, StoreError } from "../../tracker/store.ts";
import { HeardRecords } from "./heard_records.ts";
import type { AppContext } from "../types.ts";

/** How often what was heard is saved; a process that is killed loses less than four times that. */
const SAVE_EVERY_MS = 500;

/** How long a store is left alone that could not be written to. */
const RETRY_MS = 5_000;

/** Bytes that wait for a store that cannot be written to; of what is more, only the registry knows. */
const MOST_WAITING = 32 * 1024 * 1024;

/** So long all other work waits at most for a slice of a long one. */
const SLICE_MS = 2;

/** Old batches that are forgotten in one slice. */
const FORGET_AT_ONCE = 16;

/** The log is begun anew when it has twice the records that it must have, and so many more. */
const SPARE_RECORDS = 100_000;

/** A clock that differs by so much was set. */
const CLOCK_SET_MS = 5_000;

/** What a state needs of a registry. */
export type KeptRegistry = Pick<
  RegistryRecords,
  "size" | "export" | "import" | "imported" | "known"
>;

/** What a {@linkcode TrackerState} runs on. */
export interface TrackerStateOptions {
  readonly store: RegistryStore;
  readonly registry: KeptRegistry;
  /** The time of day, milliseconds since 1970. */
  readonly wall?: () => number;
  /** Milliseconds between two saves, and between two tries of one that fails. */
  readonly saveEveryMs?: number;
  readonly retryMs?: number;
  /** Bytes that wait at most. */
  readonly mostWaiting?: number;
}

/**
 * Keeps a registry in a store: restores it, saves in batches what it hears, and saves the rest at the
 * end. A store that cannot be written to holds nobody up: the registry goes on, and what was missed is
 * saved when it can be.
 */
export class TrackerState implements AsyncDisposable {
  readonly #store: RegistryStore;
  readonly #registry: KeptRegistry;
  readonly #context: AppContext;
  readonly #wall: () => number;
  readonly #options: TrackerStateOptions;
  readonly #heard: HeardRecords;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #working: Promise<void> = Promise.resolve();
  #stopping = false;
  /** Whether the store lacks what only the registry knows. */
  #stale = false;
  #problem: string | undefined;

  constructor(options: TrackerStateOptions, context: AppContext) {
    const { store, registry, wall = Date.now } = options;
    this.#options = options;
    this.#store = store;
    this.#registry = registry;
    this.#context = context;
    this.#wall = wall;
    this.#heard = new HeardRecords((hash) => registry.known(hash));
    this.#heard.offset = wall() - context.clock.now();
  }

  /** To be told of all that the registry takes. */
  get watch(): RegistryWatch {
    return this.#heard;
  }

  /** Why nothing can be saved now, if so. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /**
   * Hands the registry what was saved, and begins to save.
   *
   * @throws {StoreError} `damaged` or `failed`.
   */
  async start(): Promise<void> {
    const { clock, log } = this.#context;
    const now = clock.now();
    const { savedAt = 0, place } = this.#store;
    const wall = this.#wall();
    // Where the clock went back, no time has passed: it could be any, and nobody may stay for longer.
    const offset = Math.max(wall, savedAt) - now;
    if (wall < savedAt) this.#stale = true;
    for await (const batch of this.#store.load()) {
      for (const record of readRecords(batch, -offset)) this.#registry.import(record, now);
    }
    this.#registry.imported();
    const took = Math.round(clock.now() - now);
    log("info", `keeps what it hears in ${place}; ${this.#registry.size} records in ${took} ms`);
    this.#schedule(this.#options.saveEveryMs ?? SAVE_EVERY_MS);
  }

  /** Saves what is left, and closes the store. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#stopping) return await this.#working;
    this.#stopping = true;
    clearTimeout(this.#timer);
    await this.#working;
    this.#working = this.#end();
    await this.#working;
  }

  async #end(): Promise<void> {
    try {
      await this.#flush();
      if (this.#stale) await this.#beginAnew();
    } catch (error) {
      const lost = `${this.#heard.waiting} bytes of what was heard last are lost`;
      this.#context.log("error", `${messageOf(error)}; ${lost}`);
    }
    try {
      await this.#store[Symbol.asyncDispose]();
    } catch (error) {
      this.#context.log("error", messageOf(error));
    }
  }

  #schedule(ms: number): void {
    if (this.#stopping) return;
    this.#timer = setTimeout(() => {
      this.#working = this.#save().then((next) => this.#schedule(next));
    }, ms);
  }

  /** @returns After how many milliseconds to go on. */
  async #save(): Promise<number> {
    try {
      this.#followClock();
      await this.#flush();
      if (this.#problem !== undefined) {
        this.#problem = undefined;
        this.#context.log("info", `${this.#store.place} can be written again`);
      }
      const enough = 2 * this.#registry.size + SPARE_RECORDS;
      if (this.#stale || this.#store.records > enough) await this.#beginAnew();
      return this.#options.saveEveryMs ?? SAVE_EVERY_MS;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      if (this.#problem === undefined) {
        const goOn = "the tracker goes on from memory, and saves what it hears when it can";
        this.#context.log("warn", `${error.message}; ${goOn}`);
      }
      this.#problem = error.message;
      if (this.#heard.waiting > (this.#options.mostWaiting ?? MOST_WAITING)) {
        this.#heard.clear();
        this.#stale = true;
      }
      return this.#options.retryMs ?? RETRY_MS;
    }
  }

  /** Whoever sets the clock changes the age of all that was saved before: it is saved anew. */
  #followClock(): void {
    const offset = this.#wall() - this.#context.clock.now();
    if (Math.abs(offset - this.#heard.offset) > CLOCK_SET_MS) this.#stale = true;
    this.#heard.offset = offset;
  }

  async #flush(): Promise<void> {
    for (let batch = this.#heard.first(); batch; batch = this.#heard.first()) {
      await this.#store.append({ ...batch, savedAt: Math.round(this.#wall()) });
      this.#heard.shift();
      await turn();
    }
  }

  /** Adds all that the registry knows, then forgets what stood there before. */
  async #beginAnew(): Promise<void> {
    const { clock } = this.#context;
    const until = this.#store.newest;
    this.#heard.beginAnew();
    let since = clock.now();
    let name: string | undefined;
    for (const record of this.#registry.export(() => clock.now())) {
      // What belongs together stays together: so it is in the order in which it was heard.
      const next = record.kind === "share" || record.kind === "name" && record.name !== name;
      name = record.kind === "name" ? record.name : undefined;
      if (next && clock.now() - since > SLICE_MS) {
        await this.#flush();
        if (this.#stopping && !this.#stale) return;
        since = clock.now();
      }
      this.#heard.add(inTime(record, this.#heard.offset));
    }
    await this.#flush();
    this.#stale = false;
    while (await this.#store.forget(until, FORGET_AT_ONCE)) {
      if (this.#stopping) return;
      await turn();
    }
  }
}

/** Lets all else that waits come first. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** A record with its time on another clock. */
function inTime(record: SavedRecord, offset: number): SavedRecord {
  switch (record.kind) {
    case "share":
      return { ...record, firstSeen: record.firstSeen + offset, seen: record.seen + offset };
    case "peer":
    case "name":
    case "completed":
      return { ...record, seen: record.seen + offset };
    case "left":
      return record.seen === undefined ? record : { ...record, seen: record.seen + offset };
    default:
      return record satisfies never;
  }
}
