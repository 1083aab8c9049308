import { assertEquals, assertMatch, assertRejects } from "jsr:@std/assert@1";
import { join } from "node:path";
import { StoreError } from "../tracker/store.ts";
import { SqliteThread } from "./sqlite_thread.ts";

Deno.test("sqlite thread: what is wrong with a file is said here", async () => {
  const folder = await Deno.makeTempDir({ prefix: "mini-torrent-test-" });
  try {
    const path = join(folder, "tracker.db");
    Deno.writeTextFileSync(path, "something else");
    const error = await assertRejects(() => SqliteThread.open(path), StoreError) as StoreError;
    assertEquals(error.code, "foreign");
    assertMatch(error.message, /left alone/);
    Deno.removeSync(path);
    await using store = await SqliteThread.open(path);
    assertEquals(store.place, path);
    const other = await assertRejects(() => SqliteThread.open(path), StoreError) as StoreError;
    assertEquals(other.code, "in_use");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("sqlite thread: nothing is written once it is closed", async () => {
  const folder = await Deno.makeTempDir({ prefix: "mini-torrent-test-" });
  try {
    const store = await SqliteThread.open(join(folder, "tracker.db"));
    await store[Symbol.asyncDispose]();
    const batch = { count: 0, savedAt: 1, data: new Uint8Array() };
    await assertRejects(() => store.append(batch), StoreError);
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["tracker.db"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
