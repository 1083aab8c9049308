import { createHash, randomBytes } from "node:crypto";
import { equalBytes } from "../base/bytes.ts";
import type { NextBatches, SavedBatch, SharedStore } from "../tracker/store.ts";
import { placeOf, type RedisAddress } from "./redis_address.ts";
import { type RedisAnswer, RedisClient, type RedisScript } from "./redis_client.ts";
import { ServerClock } from "./server_clock.ts";
import { APPEND, CLAIM, FORGET, KEYS, READ } from "./redis_scripts.ts";

/** Batches of one answer, their bytes, so that it comes in time, and the most that one may have. */
const READ_AT_ONCE = 16;
const PAGE_BYTES = 512 * 1024;
const MOST_BYTES = 1024 * 1024;

/** Bytes of SHA-256 that a batch is checked by. */
const SUM_BYTES = 8;

/** So long one tracker may take until the others take over. */
const CLAIM_MS = 60_000;

interface Entry {
  readonly writer: string;
  readonly batch: SavedBatch;
}

/**
 * A registry's store in a Redis or Valkey server, that several trackers share. Nothing is done before
 * the first call, and a server that is away may be there for the next.
 */
export class RedisStore implements SharedStore {
  readonly shared = true;
  readonly place: string;
  readonly #client: RedisClient;
  readonly #clock = new ServerClock();
  readonly #writer = randomBytes(8).toString("hex");
  /** The id of the entry that was read last. */
  #position = "0-0";
  #read = 0;
  #known = 0;
  /** Which life of the log is known; empty: none. */
  #life = "";
  #newest = 0;
  #records = 0;
  #savedAt: number | undefined;
  #lost = false;
  /** Whether to read all from the beginning. */
  #rewind = false;

  constructor(address: RedisAddress) {
    this.place = placeOf(address);
    this.#client = new RedisClient(address);
  }

  get records(): number {
    return this.#records;
  }

  get savedAt(): number | undefined {
    return this.#savedAt;
  }

  get newest(): number {
    return this.#newest;
  }

  get read(): number {
    return this.#read;
  }

  now(): number {
    return this.#clock.now();
  }

  async *load(): AsyncGenerator<SavedBatch, void> {
    let position = "0-0";
    for (let until = Infinity, more = true; more;) {
      const page = await this.#page(position);
      if (until === Infinity) until = this.#newest;
      for (const { id, entry } of page.entries) {
        if (numberOf(id) > until) return;
        if (entry) yield entry.batch;
        position = id;
      }
      more = page.more;
    }
  }

  async append({ count, savedAt, data }: SavedBatch): Promise<void> {
    const sum = sumOf(data);
    const [id, state] = listOf(
      await this.#run(APPEND, [this.#writer, savedAt, count, sum, data]),
    );
    this.#note(state);
    this.#known = Number(textOf(id));
    this.#savedAt = Math.max(savedAt, this.#savedAt ?? 0);
  }

  async forget(until: number, most: number): Promise<boolean> {
    if (until <= 0) return false;
    const [more, state] = listOf(await this.#run(FORGET, [until, most]));
    this.#note(state);
    return more === 1;
  }

  async next(): Promise<NextBatches> {
    const { entries, more } = await this.#page(this.#position);
    if (this.#rewind) {
      // What was read may be gone, and other batches may stand where nobody would look for them.
      this.#rewind = false;
      this.#position = "0-0";
      this.#read = this.#known = 0;
      return { batches: [], more: true, damaged: [] };
    }
    const batches = entries.flatMap(({ entry }) =>
      entry && entry.writer !== this.#writer ? [entry.batch] : []
    );
    const last = entries.at(-1)?.id;
    if (last !== undefined) {
      this.#position = last;
      this.#read = numberOf(last);
      if (last.endsWith("-0")) this.#known = Math.max(this.#known, this.#read);
    }
    const damaged = entries.filter(({ entry }) => !entry).map(({ id }) =>
      `batch ${id} of ${this.place} is not what a tracker wrote`
    );
    return { batches, more, damaged };
  }

  takeLost(): boolean {
    const lost = this.#lost;
    this.#lost = false;
    return lost;
  }

  async claim(): Promise<boolean> {
    return await this.#run(CLAIM, [this.#writer, CLAIM_MS]) === 1;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client[Symbol.asyncDispose]();
  }

  async #page(after: string): Promise<{
    readonly entries: readonly { readonly id: string; readonly entry: Entry | undefined }[];
    readonly more: boolean;
  }> {
    const [time, sequence] = after.split("-");
    const from = `${time}-${BigInt(sequence ?? 0) + 1n}`;
    const answer = await this.#run(READ, [from, READ_AT_ONCE, PAGE_BYTES, MOST_BYTES]);
    const [state, found, more] = listOf(answer);
    this.#note(state);
    const entries = listOf(found).map((one) => {
      const [id, fields] = listOf(one);
      return { id: textOf(id), entry: this.#entry(listOf(fields)) };
    });
    return { entries, more: more === 1 };
  }

  #entry(list: readonly RedisAnswer[]): Entry | undefined {
    const fields = new Map<string, RedisAnswer>();
    for (let at = 0; at + 1 < list.length; at += 2) fields.set(textOf(list[at]), list[at + 1]!);
    const data = fields.get("d");
    const [count, savedAt] = [number(fields.get("n")), number(fields.get("t"))];
    const sum = fields.get("s");
    const isWhole = data instanceof Uint8Array && sum instanceof Uint8Array &&
      count !== undefined && savedAt !== undefined && equalBytes(sum, sumOf(data));
    if (!isWhole) return undefined;
    this.#savedAt = Math.max(savedAt, this.#savedAt ?? 0);
    return { writer: textOf(fields.get("w")), batch: { count, savedAt, data } };
  }

  async #run(
    script: RedisScript,
    args: readonly (string | number | Uint8Array)[],
  ): Promise<RedisAnswer> {
    this.#clock.asked();
    return await this.#client.run(script, KEYS, [this.#known, this.#life, ...args]);
  }

  #note(state: RedisAnswer | undefined): void {
    const [time, newest, records, life, lost] = listOf(state);
    const told = number(time);
    if (told !== undefined) this.#clock.told(told);
    this.#newest = number(newest) ?? 0;
    this.#records = number(records) ?? 0;
    this.#life = textOf(life);
    if (lost === 1) this.#lost = this.#rewind = true;
  }
}

function sumOf(data: Uint8Array): Uint8Array {
  return createHash("sha256").update(data).digest().subarray(0, SUM_BYTES);
}

function listOf(answer: RedisAnswer | undefined): readonly RedisAnswer[] {
  return Array.isArray(answer) ? answer : [];
}

function textOf(answer: RedisAnswer | undefined): string {
  return answer instanceof Uint8Array ? decoder.decode(answer) : "";
}

function number(answer: RedisAnswer | undefined): number | undefined {
  const text = textOf(answer);
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function numberOf(id: string): number {
  return Number(id.split("-")[0]);
}

const decoder = new TextDecoder();
