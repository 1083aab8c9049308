import { DatabaseSync } from "node:sqlite";
import { dirname } from "node:path";
import { messageOf } from "../base/errors.ts";
import { StoreError } from "../tracker/store.ts";

/** How a database of ours is laid out. */
export interface SqliteSchema {
  /** Says that a file is ours: `PRAGMA application_id`. */
  readonly application: number;
  /** `PRAGMA user_version` of a file as it should be. */
  readonly version: number;
  /** Makes the tables of an empty file. */
  readonly create: string;
  /** SQL that makes the tables of the version after from those of a version. */
  readonly migrations: Readonly<Record<number, string>>;
  /**
   * How long to wait for another process that uses the file at this moment, in milliseconds. Absent:
   * the file is for one process at a time.
   */
  readonly sharedWaitMs?: number;
  /** How to go on without the file; absent: by `--db`. */
  readonly another?: string;
}

/** What every SQLite file begins with, where it says whose it is, and how much of it we read. */
const MAGIC = "SQLite format 3\0";
const APPLICATION_AT = 68;
const HEADER = 100;

/** Result codes of SQLite: the file is locked, is full, is damaged, is none of SQLite's. */
const CODES = { busy: 5, locked: 6, corrupt: 11, full: 13, notADatabase: 26 };

/** How to go on without the file. */
const ANOTHER = "choose another file with --db PATH, or keep nothing with --db :memory:";

/**
 * Opens a database of ours, or makes it where there is none. A file that is not ours is never
 * written to; ours is for one process at a time, unless its schema says otherwise.
 *
 * @throws {StoreError} `unavailable`, `in_use`, `foreign`, `damaged` or `newer`.
 */
export function openSqliteFile(path: string, schema: SqliteSchema): DatabaseSync {
  const { sharedWaitMs, another } = schema;
  const found = lookAt(path, schema);
  const database = attempt(path, another, () => new DatabaseSync(path));
  try {
    attempt(path, another, () => {
      database.exec(
        sharedWaitMs === undefined
          ? "PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT;"
          : `PRAGMA busy_timeout = ${sharedWaitMs};`,
      );
      if (found === "ours") check(database, path);
      settle(database, path, schema, found);
      if (sharedWaitMs !== undefined) return;
      database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
    });
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** What SQLite threw as one of ours. @param another How to go on without the file. */
export function storeError(path: string, error: unknown, another = ANOTHER): StoreError {
  if (error instanceof StoreError) return error;
  const code = (error as { errcode?: unknown }).errcode;
  const primary = typeof code === "number" ? code & 255 : undefined;
  const said = messageOf(error);
  const failed = (kind: StoreError["code"], what: string) =>
    new StoreError(kind, `${path} ${what}`, { cause: error });
  if (primary === CODES.busy || primary === CODES.locked || /is locked/.test(said)) {
    return failed("in_use", `is in use by another tracker; stop that one, or ${another}`);
  }
  if (primary === CODES.notADatabase || primary === CODES.corrupt || /malformed/.test(said)) {
    return damaged(path, said, error);
  }
  if (primary === CODES.full || /is full/.test(said)) {
    return failed("full", "cannot be written: the disk is full; make room");
  }
  return failed("failed", `cannot be used: ${said}`);
}

/** A file that is ours, but not whole. */
export function damaged(path: string, why: string, cause?: unknown): StoreError {
  const what = `${path} is damaged (${why})`;
  const todo = "nothing in it was changed; put a copy in its place, or move it away to begin anew";
  return new StoreError("damaged", `${what}; ${todo}`, { cause });
}

/** Looks at a file without SQLite, which would take a journal beside it for the file's own. */
function lookAt(
  path: string,
  { application, another = ANOTHER }: SqliteSchema,
): "ours" | "none" {
  const header = new Uint8Array(HEADER);
  let length = 0;
  try {
    using file = openOrMake(path);
    for (let count: number | null = 0; count !== null && length < HEADER; length += count) {
      count = file.readSync(header.subarray(length));
      if (count === null) break;
    }
  } catch (error) {
    const what = `${path} cannot be opened: ${reason(error)}`;
    throw new StoreError("unavailable", `${what}; ${another}`, { cause: error });
  }
  if (length === 0) return "none";
  const magic = new TextDecoder().decode(header.subarray(0, MAGIC.length));
  if (magic !== MAGIC || new DataView(header.buffer).getUint32(APPLICATION_AT) !== application) {
    const what = `${path} is not a file of the tracker's`;
    throw new StoreError("foreign", `${what}, and is left alone; ${another}`);
  }
  return "ours";
}

/** Only its owner may read where peers are. */
function openOrMake(path: string): Deno.FsFile {
  const options = { read: true, write: true } as const;
  try {
    return Deno.openSync(path, options);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  Deno.mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  return Deno.openSync(path, { ...options, create: true, mode: 0o600 });
}

function check(database: DatabaseSync, path: string): void {
  const row = database.prepare("PRAGMA quick_check(1)").get() as { quick_check?: unknown };
  if (row.quick_check !== "ok") throw damaged(path, String(row.quick_check));
}

/** Brings the file to the version of the schema, in one transaction. */
function settle(
  database: DatabaseSync,
  path: string,
  { application, version, create, migrations, another = ANOTHER }: SqliteSchema,
  found: "ours" | "none",
): void {
  const row = database.prepare("PRAGMA user_version").get() as { user_version: number };
  const before = found === "none" ? undefined : row.user_version;
  if (before === version) return;
  if (before !== undefined && before > version) {
    const what = `${path} was written by a newer tracker (version ${before}, not ${version})`;
    throw new StoreError("newer", `${what}; use that one, or ${another}`);
  }
  const steps: string[] = [];
  if (before === undefined) steps.push(create);
  for (let from = before ?? version; from < version; from++) {
    const step = migrations[from];
    if (step === undefined) throw damaged(path, `nobody knows its version ${from}`);
    steps.push(step);
  }
  const marks = [`PRAGMA application_id = ${application}`, `PRAGMA user_version = ${version}`];
  try {
    database.exec(["BEGIN IMMEDIATE", ...steps, ...marks, "COMMIT"].join(";\n"));
  } catch (error) {
    try {
      database.exec("ROLLBACK");
    } catch {
      // SQLite has done so itself.
    }
    throw error;
  }
}

function attempt<T>(path: string, another = ANOTHER, act: () => T): T {
  try {
    return act();
  } catch (error) {
    const known = storeError(path, error, another);
    if (known.code !== "failed" && known.code !== "full") throw known;
    const what = `${path} cannot be opened: ${reason(error)}`;
    throw new StoreError("unavailable", `${what}; ${another}`, { cause: error });
  }
}

function reason(error: unknown): string {
  if (error instanceof Deno.errors.PermissionDenied) return "permission denied";
  return messageOf(error).replace(/ \(os error \d+\).*$/s, "");
}
