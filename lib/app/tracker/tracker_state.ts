import { messageOf } from "../../base/errors.ts";
import type { RegistryWatch } from "../../tracker/registry_watch.ts";
import { type RegistryStore, type SharedStore, StoreError } from "../../tracker/store.ts";
import { Follower } from "./follower.ts";
import { HeardRecords } from "./heard_records.ts";
import { inTime } from "./in_time.ts";
import type { AppContext } from "../types.ts";
import { restore } from "./restore.ts";
import { turn } from "./turn.ts";
import { type KeptRegistry, wholeRegistry } from "./whole_registry.ts";

/** How often what was heard is saved; a process that is killed loses less than four times that. */
const SAVE_EVERY_MS = 500;

/** How long a store is left alone that could not be written to, and one that others share. */
const RETRY_MS = 5_000;
const RETRY_SHARED_MS = 1_000;

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

/** What a {@linkcode TrackerState} runs on. */
export interface TrackerStateOptions {
  readonly store: RegistryStore | SharedStore;
  readonly registry: KeptRegistry;
  /** The time of day, milliseconds since 1970; a shared store tells it itself. */
  readonly wall?: () => number;
  /** Milliseconds between two saves, and between two tries of one that fails. */
  readonly saveEveryMs?: number;
  readonly retryMs?: number;
  /** Bytes that wait at most. */
  readonly mostWaiting?: number;
}

/**
 * Keeps a registry in a store: restores it, saves in batches what it hears, and saves the rest at the
 * end. Where others share the store, what they save comes into the registry. A store that cannot be
 * written to holds nobody up: the registry goes on, and what was missed is saved when it can be.
 */
export class TrackerState implements AsyncDisposable {
  readonly #store: RegistryStore;
  readonly #registry: KeptRegistry;
  readonly #context: AppContext;
  readonly #wall: () => number;
  readonly #options: TrackerStateOptions;
  readonly #heard: HeardRecords;
  /** Of a store that other trackers write to, too. */
  readonly #shared: SharedStore | undefined;
  readonly #follower: Follower | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #working: Promise<void> = Promise.resolve();
  #stopping = false;
  /** Whether the store lacks what only the registry knows. */
  #stale = false;
  #problem: string | undefined;

  constructor(options: TrackerStateOptions, context: AppContext) {
    const { store, registry } = options;
    this.#shared = "shared" in store ? store : undefined;
    const wall = options.wall ?? (this.#shared ? () => this.#shared!.now() : Date.now);
    this.#options = options;
    this.#store = store;
    this.#registry = registry;
    this.#context = context;
    this.#wall = wall;
    const { others } = registry;
    this.#heard = new HeardRecords(
      (hash) => registry.known(hash),
      this.#shared && ((...left) => others.left(...left)),
    );
    this.#heard.offset = wall() - context.clock.now();
    this.#follower = this.#shared && new Follower({
      store: this.#shared,
      registry: others,
      offset: () => this.#wall() - context.clock.now(),
    }, context);
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
    const { place } = this.#store;
    let isThere = true;
    if (this.#follower) isThere = await this.#join();
    else this.#stale = await restore(this.#store, this.#registry, { now, wall: this.#wall() });
    this.#registry.imported();
    const took = Math.round(clock.now() - now);
    const done = `${this.#registry.size} records in ${took} ms`;
    log("info", `keeps what it hears in ${place}; ${isThere ? done : "it cannot be reached now"}`);
    this.#schedule(this.#options.saveEveryMs ?? SAVE_EVERY_MS);
  }

  /** Reads what trackers saved; one that is started while the store is away serves all the same. */
  async #join(): Promise<boolean> {
    try {
      while (await this.#follow(false));
      this.#heard.offset = this.#wall() - this.#context.clock.now();
      return true;
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== "failed") throw error;
      this.#failed(error);
      return false;
    }
  }

  /** Closes the store, and saves nothing. */
  async abandon(): Promise<void> {
    this.#stopping = true;
    await this.#store[Symbol.asyncDispose]();
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
      await this.#exchange();
      if (this.#problem !== undefined) {
        this.#problem = undefined;
        this.#context.log("info", `${this.#store.place} can be written again`);
      }
      const enough = 2 * this.#registry.size + SPARE_RECORDS;
      const isLong = this.#store.records > enough && (await this.#shared?.claim() ?? true);
      if (this.#stale || isLong) await this.#beginAnew();
      return this.#options.saveEveryMs ?? SAVE_EVERY_MS;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.#failed(error);
      return this.#options.retryMs ?? (this.#shared ? RETRY_SHARED_MS : RETRY_MS);
    }
  }

  #failed(error: StoreError): void {
    if (this.#problem === undefined) {
      const goOn = "the tracker goes on from memory, and saves what it hears when it can";
      this.#context.log("warn", `${error.message}; ${goOn}`);
    }
    this.#problem = error.message;
    if (this.#heard.waiting > (this.#options.mostWaiting ?? MOST_WAITING)) {
      this.#heard.clear();
      this.#stale = true;
    }
  }

  /** Saves what was heard; where others do so, too, theirs is taken first. */
  async #exchange(): Promise<void> {
    let more = this.#follower !== undefined;
    while (more && !this.#stopping) {
      more = await this.#follow();
      await this.#flush();
    }
    await this.#flush();
  }

  /** @returns Whether there is more. */
  async #follow(isServing = true): Promise<boolean> {
    const more = await this.#follower!.follow(isServing);
    if (this.#shared!.takeLost()) {
      this.#stale = true;
      this.#context.log("warn", `${this.#store.place} lost what it had; all is saved there anew`);
    }
    return more;
  }

  /** Whoever sets the clock changes the age of all that was saved before: it is saved anew. */
  #followClock(): void {
    const offset = this.#wall() - this.#context.clock.now();
    if (Math.abs(offset - this.#heard.offset) > CLOCK_SET_MS) this.#stale = true;
    this.#heard.offset = offset;
  }

  /** Saves what waits now: more comes while that is done. */
  async #flush(): Promise<void> {
    for (let left = this.#heard.seal(); left > 0; left--) {
      const batch = this.#heard.first();
      if (!batch) return;
      await this.#store.append({ ...batch, savedAt: Math.round(this.#wall()) });
      this.#heard.shift();
      await turn();
    }
  }

  /** Adds all that the registry knows, then forgets what stood there before. */
  async #beginAnew(): Promise<void> {
    const wasStale = this.#stale;
    this.#stale = false;
    try {
      await this.#addAll(wasStale);
    } catch (error) {
      this.#stale ||= wasStale;
      throw error;
    }
  }

  /** @param isNeeded Whether to go on when the tracker is being stopped. */
  async #addAll(isNeeded: boolean): Promise<void> {
    const { clock } = this.#context;
    // Of a shared log that which was read is known here; what comes later stays.
    const until = this.#shared?.read ?? this.#store.newest;
    this.#heard.beginAnew();
    let since = clock.now();
    const now = () => clock.now();
    for (const { record, isFirst } of wholeRegistry(this.#registry, !!this.#shared, now)) {
      if (isFirst && clock.now() - since > SLICE_MS) {
        await this.#flush();
        if (this.#stopping && !isNeeded) return;
        if (this.#follower && !this.#stopping) await this.#follow();
        since = clock.now();
      }
      this.#heard.add(inTime(record, this.#heard.offset));
    }
    await this.#flush();
    while (await this.#store.forget(until, FORGET_AT_ONCE)) {
      if (this.#stopping) return;
      await turn();
    }
  }
}
