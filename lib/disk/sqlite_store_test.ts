import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "jsr:@std/assert@1";
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { skippable } from "../../tests/support/programs.ts";
import { StoreError, type StoreErrorCode } from "../tracker/store.ts";
import { openSqliteFile, type SqliteSchema } from "./sqlite_file.ts";
import { SqliteStore } from "./sqlite_store.ts";

const BATCH = { count: 3, savedAt: 1_700_000_000_000, data: new Uint8Array(5_000).fill(7) };

async function inFolder(act: (path: string) => void | Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "mini-torrent-test-" });
  try {
    await act(join(folder, "tracker.db"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function written(path: string, batches = 20): Promise<void> {
  await using store = new SqliteStore(path);
  for (let count = 0; count < batches; count++) await store.append(BATCH);
}

/** Opens a file that cannot be used; it is as before afterwards. */
function refuses(path: string, code: StoreErrorCode, message: RegExp): void {
  const before = Deno.readFileSync(path);
  const error = assertThrows(() => new SqliteStore(path), StoreError) as StoreError;
  assertEquals(error.code, code);
  assertMatch(error.message, message);
  assert(error.message.includes(path));
  assertEquals(Deno.readFileSync(path), before);
}

Deno.test("sqlite store: a file of something else is refused and left alone", () =>
  inFolder((path) => {
    for (const text of ["x", "hello, world\n".repeat(1_000), "SQLite format 3\0 and no more"]) {
      Deno.writeTextFileSync(path, text);
      refuses(path, "foreign", /not a file of the tracker's.*--db PATH/);
    }
    assertEquals([...Deno.readDirSync(join(path, ".."))].length, 1);
  }));

Deno.test("sqlite store: a database of another program is refused and left alone", () =>
  inFolder((path) => {
    const other = new DatabaseSync(path);
    other.exec("CREATE TABLE batch (id INTEGER PRIMARY KEY, data BLOB)");
    other.close();
    refuses(path, "foreign", /left alone/);
  }));

Deno.test("sqlite store: an empty file is taken", () =>
  inFolder(async (path) => {
    Deno.writeTextFileSync(path, "");
    await written(path);
    await using store = new SqliteStore(path);
    assertEquals(store.records, 60);
  }));

Deno.test("sqlite store: a file that is cut short, or lost a page, is refused and left alone", () =>
  inFolder(async (path) => {
    await written(path);
    const whole = Deno.readFileSync(path);
    Deno.writeFileSync(path, whole.subarray(0, 20_000));
    refuses(path, "damaged", /damaged.*nothing in it was changed.*begin anew/);
    Deno.writeFileSync(path, whole.map((byte, at) => at >= 4_096 && at < 8_192 ? 255 : byte));
    refuses(path, "damaged", /damaged/);
  }));

Deno.test("sqlite store: a byte of a batch that is another one is found", () =>
  inFolder(async (path) => {
    await written(path, 1);
    const bytes = Deno.readFileSync(path);
    bytes[bytes.lastIndexOf(7)] = 8;
    Deno.writeFileSync(path, bytes);
    await using store = new SqliteStore(path);
    const error = await assertRejects(async () => {
      for await (const _batch of store.load());
    }, StoreError) as StoreError;
    assertEquals(error.code, "damaged");
  }));

Deno.test("sqlite store: a folder in its place, and a folder that is a file, are said", () =>
  inFolder((path) => {
    Deno.mkdirSync(path);
    const error = assertThrows(() => new SqliteStore(path), StoreError) as StoreError;
    assertEquals(error.code, "unavailable");
    assertMatch(error.message, /cannot be opened: .*--db/);
    Deno.removeSync(path);
    Deno.writeTextFileSync(path, "file");
    const inFile = () => new SqliteStore(join(path, "tracker.db"));
    assertEquals((assertThrows(inFile, StoreError) as StoreError).code, "unavailable");
  }));

const NO_MODES = Deno.build.os === "windows" ? "Windows has no modes of files" : undefined;

skippable("sqlite store: only its owner may read it", NO_MODES, () =>
  inFolder(async (path) => {
    const inner = join(path, "tracker.db");
    await written(inner);
    assertEquals(Deno.statSync(inner).mode! & 0o777, 0o600);
    assertEquals(Deno.statSync(path).mode! & 0o777, 0o700);
  }));

const NEW: SqliteSchema = {
  application: 77,
  version: 1,
  create: "CREATE TABLE fresh (a)",
  migrations: { 0: "ALTER TABLE old RENAME TO fresh; UPDATE fresh SET a = a + 1" },
};

const OLD: SqliteSchema = {
  application: 77,
  version: 0,
  create: "CREATE TABLE old (a); INSERT INTO old VALUES (1), (2)",
  migrations: {},
};

function valuesOf(database: DatabaseSync, table: string): unknown[] {
  return database.prepare(`SELECT a FROM ${table} ORDER BY a`).all().map(({ a }) => a);
}

Deno.test("sqlite file: an older version is brought to the newer one, once", () =>
  inFolder((path) => {
    openSqliteFile(path, OLD).close();
    for (let time = 0; time < 2; time++) {
      const database = openSqliteFile(path, NEW);
      assertEquals(valuesOf(database, "fresh"), [2, 3]);
      database.close();
    }
  }));

Deno.test("sqlite file: a migration that fails half way changes nothing", () =>
  inFolder((path) => {
    openSqliteFile(path, OLD).close();
    const failing = { ...NEW, migrations: { 0: `${NEW.migrations[0]}; SELECT * FROM nowhere` } };
    assertThrows(() => openSqliteFile(path, failing), StoreError);
    assertThrows(() => openSqliteFile(path, { ...NEW, migrations: {} }), StoreError);
    const database = openSqliteFile(path, OLD);
    assertEquals(valuesOf(database, "old"), [1, 2]);
    database.close();
  }));

Deno.test("sqlite file: a newer version is refused and left alone", () =>
  inFolder((path) => {
    openSqliteFile(path, NEW).close();
    const before = Deno.readFileSync(path);
    const error = assertThrows(() => openSqliteFile(path, OLD), StoreError) as StoreError;
    assertEquals(error.code, "newer");
    assertMatch(error.message, /newer tracker \(version 1, not 0\)/);
    assertEquals(Deno.readFileSync(path), before);
  }));

Deno.test("sqlite file: one that is open cannot be opened again", () =>
  inFolder(async (path) => {
    await using _store = new SqliteStore(path);
    const error = assertThrows(() => new SqliteStore(path), StoreError) as StoreError;
    assertEquals(error.code, "in_use");
    assertMatch(error.message, /in use by another tracker.*--db/);
  }));
