import type { DatabaseSync } from "node:sqlite";
import { openSqliteFile, type SqliteSchema, storeError } from "./sqlite_file.ts";

/** Where else keys can be kept. */
const ANOTHER = "choose another file with --keys FILE";

const SCHEMA: SqliteSchema = {
  application: 0x4d546b79, // "MTky"
  version: 1,
  // Two processes may make the file at the same moment.
  create: `
    CREATE TABLE IF NOT EXISTS key (
      id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice
      name TEXT UNIQUE,                      -- for people
      hash TEXT NOT NULL UNIQUE,             -- lib/tracker/tracker_key.ts: SHA-256, 64 hex digits
      added INTEGER NOT NULL                 -- milliseconds since 1970
    ) STRICT`,
  migrations: {},
  another: ANOTHER,
};

/** What is kept of a key of a private tracker. */
export interface SavedKey {
  /** From 1; no other key had it or will have it. */
  readonly id: number;
  readonly name?: string;
  /** Milliseconds since 1970. */
  readonly added: number;
}

/**
 * The keys of a private tracker in an SQLite file of their own: the tracker reads it while others
 * write it, which the file of its registry is not for. Every change is one transaction; calls block
 * for as long as SQLite works.
 */
export class SqliteKeys implements Disposable {
  readonly #path: string;
  readonly #database: DatabaseSync;

  /**
   * Opens a file, or makes it; folders that are missing are made, too.
   *
   * @param waitMs How long to wait for another who writes at this moment.
   * @throws {StoreError} `unavailable`, `in_use`, `foreign`, `damaged` or `newer`.
   */
  constructor(path: string, waitMs: number) {
    this.#path = path;
    this.#database = openSqliteFile(path, { ...SCHEMA, sharedWaitMs: waitMs });
  }

  /** All keys, the oldest first. @throws {StoreError} */
  list(): SavedKey[] {
    const rows = this.#attempt(() =>
      this.#database.prepare("SELECT id, name, added FROM key ORDER BY id").all()
    ) as unknown as { id: number; name: string | null; added: number }[];
    return rows.map(({ id, name, added }) => ({ id, ...name !== null && { name }, added }));
  }

  /** The hashes of all keys. @throws {StoreError} */
  hashes(): Set<string> {
    const rows = this.#attempt(() => this.#database.prepare("SELECT hash FROM key").all());
    return new Set((rows as unknown as { hash: string }[]).map(({ hash }) => hash));
  }

  /**
   * Adds a key.
   *
   * @param most Keys that there may be.
   * @returns Its number; or why it was not added.
   * @throws {StoreError}
   */
  add(
    { name, hash, added }: {
      readonly name?: string;
      readonly hash: string;
      readonly added: number;
    },
    most: number,
  ): number | "name_taken" | "full" {
    return this.#attempt(() => {
      this.#database.exec("BEGIN IMMEDIATE");
      try {
        const result = this.#insert({ name: name ?? null, hash, added }, most);
        this.#database.exec("COMMIT");
        return result;
      } catch (error) {
        this.#database.exec("ROLLBACK");
        throw error;
      }
    });
  }

  /** Takes a key away. @returns Whether it was there. @throws {StoreError} */
  revoke(id: number): boolean {
    const revoke = () => this.#database.prepare("DELETE FROM key WHERE id = ?").run(id);
    return Number(this.#attempt(revoke).changes) > 0;
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }

  #insert(
    { name, hash, added }: { name: string | null; hash: string; added: number },
    most: number,
  ): number | "name_taken" | "full" {
    const taken = this.#database.prepare("SELECT id FROM key WHERE name = ?").get(name);
    if (taken) return "name_taken";
    const { count } = this.#database.prepare("SELECT count(*) AS count FROM key").get() as {
      count: number;
    };
    if (count >= most) return "full";
    const insert = this.#database.prepare("INSERT INTO key (name, hash, added) VALUES (?, ?, ?)");
    return Number(insert.run(name, hash, added).lastInsertRowid);
  }

  #attempt<T>(act: () => T): T {
    try {
      return act();
    } catch (error) {
      throw storeError(this.#path, error, ANOTHER);
    }
  }
}
