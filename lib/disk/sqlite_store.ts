import type { DatabaseSync, StatementSync } from "node:sqlite";
import { createHash } from "node:crypto";
import { equalBytes } from "../base/bytes.ts";
import type { RegistryStore, SavedBatch } from "../tracker/store.ts";
import { damaged, openSqliteFile, type SqliteSchema, storeError } from "./sqlite_file.ts";

/** Batches that are read in one step. */
const READ_AT_ONCE = 16;

/** Bytes of SHA-256 that a batch is checked by. */
const SUM_BYTES = 8;

/**
 * Version 1. A row for each peer would be changed in place, each on a page of its own, which takes 30
 * times as long as adding a thousand peers as one row at the end.
 */
const SCHEMA: SqliteSchema = {
  application: 0x4d546b72, // "MTkr"
  version: 1,
  create: `
    CREATE TABLE batch (
      id INTEGER PRIMARY KEY,  -- in the order of writing
      saved INTEGER NOT NULL,  -- milliseconds since 1970
      count INTEGER NOT NULL,  -- records in data
      sum BLOB NOT NULL,       -- the first 8 bytes of the SHA-256 of data
      data BLOB NOT NULL       -- records as lib/tracker/record_writer.ts packs them
    ) STRICT`,
  migrations: {},
};

interface BatchRow {
  readonly id: number;
  readonly saved: number;
  readonly count: number;
  readonly sum: Uint8Array;
  readonly data: Uint8Array;
}

/** A registry's store in an SQLite file; the calls block for as long as SQLite works. */
export class SqliteStore implements RegistryStore {
  readonly place: string;
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  #records: number;
  #newest: number;
  #savedAt: number | undefined;
  #closed = false;

  /**
   * Opens a file, or makes it; folders that are missing are made, too.
   *
   * @param path An absolute path.
   * @throws {StoreError} `unavailable`, `in_use`, `foreign`, `damaged` or `newer`.
   */
  constructor(path: string, schema: SqliteSchema = SCHEMA) {
    this.place = path;
    this.#database = openSqliteFile(path, schema);
    try {
      this.#insert = this.#database.prepare(
        "INSERT INTO batch (id, saved, count, sum, data) VALUES (?, ?, ?, ?, ?)",
      );
      const row = this.#database.prepare(
        "SELECT max(id) AS newest, max(saved) AS saved, sum(count) AS records FROM batch",
      ).get() as Record<"newest" | "saved" | "records", number | null>;
      this.#newest = row.newest ?? 0;
      this.#records = row.records ?? 0;
      this.#savedAt = row.saved ?? undefined;
    } catch (error) {
      this.#database.close();
      throw storeError(path, error);
    }
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

  async *load(): AsyncGenerator<SavedBatch, void> {
    const until = this.#newest;
    const select = this.#database.prepare(
      "SELECT * FROM batch WHERE id > ? AND id <= ? ORDER BY id LIMIT ?",
    );
    for (let after = 0;;) {
      const rows = this.#do(() =>
        select.all(after, until, READ_AT_ONCE)
      ) as unknown as readonly BatchRow[];
      for (const { id, saved, count, sum, data } of rows) {
        if (!equalBytes(sum, sumOf(data))) throw damaged(this.place, `batch ${id}`);
        yield { count, savedAt: saved, data };
        after = id;
      }
      if (rows.length < READ_AT_ONCE) return;
      await Promise.resolve();
    }
  }

  // deno-lint-ignore require-await -- what it throws is a rejection
  async append({ count, savedAt, data }: SavedBatch): Promise<void> {
    const id = this.#newest + 1;
    this.#do(() => this.#insert.run(id, savedAt, count, sumOf(data), data));
    this.#newest = id;
    this.#records += count;
    this.#savedAt = Math.max(savedAt, this.#savedAt ?? 0);
  }

  // deno-lint-ignore require-await -- as above
  async forget(until: number, most: number): Promise<boolean> {
    const which = "SELECT id FROM batch WHERE id <= ? ORDER BY id LIMIT ?";
    return this.#do(() => {
      const { last, records } = this.#database.prepare(
        `SELECT max(id) AS last, sum(count) AS records FROM batch WHERE id IN (${which})`,
      ).get(until, most) as Record<"last" | "records", number | null>;
      if (last === null) return false;
      this.#database.prepare("DELETE FROM batch WHERE id <= ?").run(last);
      this.#records -= records ?? 0;
      return last < until;
    });
  }

  // deno-lint-ignore require-await -- as above
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#do(() => this.#database.close());
  }

  #do<T>(act: () => T): T {
    try {
      return act();
    } catch (error) {
      throw storeError(this.place, error);
    }
  }
}

function sumOf(data: Uint8Array): Uint8Array {
  return createHash("sha256").update(data).digest().subarray(0, SUM_BYTES);
}
