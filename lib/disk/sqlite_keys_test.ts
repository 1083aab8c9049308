import { assert, assertEquals, assertMatch, assertThrows } from "jsr:@std/assert@1";
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { temporaryFolder } from "../../tests/support/programs.ts";
import { StoreError } from "../tracker/store.ts";
import { SqliteKeys } from "./sqlite_keys.ts";
import { SqliteStore } from "./sqlite_store.ts";

const hash = (digit: string) => digit.repeat(64);

Deno.test("sqlite keys: they are added, listed and revoked, and no number comes twice", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "deep", "keys.db");
  {
    using keys = new SqliteKeys(path, 0);
    assertEquals(keys.add({ name: "anna", hash: hash("a"), added: 5 }, 10), 1);
    assertEquals(keys.add({ hash: hash("b"), added: 6 }, 10), 2);
    assertEquals(keys.add({ hash: hash("c"), added: 7 }, 10), 3);
    assert(keys.revoke(3));
    assert(!keys.revoke(3));
  }
  using keys = new SqliteKeys(path, 0);
  assertEquals(keys.add({ hash: hash("d"), added: 8 }, 10), 4);
  const [anna, ...others] = keys.list();
  assertEquals(anna, { id: 1, name: "anna", added: 5 });
  assertEquals(others, [{ id: 2, added: 6 }, { id: 4, added: 8 }]);
  assertEquals(keys.hashes(), new Set([hash("a"), hash("b"), hash("d")]));
});

Deno.test("sqlite keys: a name that is taken, and one key too many, change nothing", async () => {
  await using folder = await temporaryFolder();
  using keys = new SqliteKeys(join(folder.path, "keys.db"), 0);
  keys.add({ name: "anna", hash: hash("a"), added: 5 }, 2);
  assertEquals(keys.add({ name: "anna", hash: hash("b"), added: 5 }, 2), "name_taken");
  keys.add({ hash: hash("c"), added: 5 }, 2);
  assertEquals(keys.add({ hash: hash("d"), added: 5 }, 2), "full");
  assertEquals(keys.list().length, 2);
});

Deno.test("sqlite keys: several use the file, and one that writes is waited for", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "keys.db");
  using one = new SqliteKeys(path, 0);
  using two = new SqliteKeys(path, 0);
  one.add({ name: "anna", hash: hash("a"), added: 5 }, 10);
  assertEquals(two.list().length, 1);
  two.revoke(1);
  assertEquals(one.hashes().size, 0);
  const other = new DatabaseSync(path);
  other.exec("BEGIN EXCLUSIVE");
  const error = assertThrows(() => one.list(), StoreError) as unknown as StoreError;
  assertEquals(error.code, "in_use");
  other.close();
  assertEquals(one.list().length, 0);
});

Deno.test("sqlite keys: a file of something else is refused and left alone", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "keys.db");
  await Deno.writeTextFile(path, "Dear tracker,\n");
  const foreign = assertThrows(() => new SqliteKeys(path, 0), StoreError) as unknown as StoreError;
  assertMatch(foreign.message, /keys\.db is not a file of the tracker's.*--keys FILE/);
  assertEquals(await Deno.readTextFile(path), "Dear tracker,\n");
  const registry = join(folder.path, "tracker.db");
  await new SqliteStore(registry)[Symbol.asyncDispose]();
  const other = assertThrows(
    () => new SqliteKeys(registry, 0),
    StoreError,
  ) as unknown as StoreError;
  assertEquals(other.code, "foreign");
});
