import { join } from "node:path";
import { SqliteStore } from "../../lib/disk/sqlite_store.ts";
import { SqliteThread } from "../../lib/disk/sqlite_thread.ts";
import type { RegistryStore } from "../../lib/tracker/store.ts";
import { MemoryStore } from "../support/memory_store.ts";
import { temporaryFolder } from "../support/programs.ts";
import { type StoreUnderTest, testRegistryStore } from "./registry_store_contract.ts";

testRegistryStore("in memory", () => {
  const store = new MemoryStore();
  return Promise.resolve({
    open: () => Promise.resolve(store),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });
});

async function inFile(open: (path: string) => Promise<RegistryStore>): Promise<StoreUnderTest> {
  const folder = await temporaryFolder();
  return {
    open: () => open(join(folder.path, "a/b/tracker.db")),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

testRegistryStore("SQLite", () => inFile((path) => Promise.resolve(new SqliteStore(path))));

testRegistryStore("SQLite on a thread of its own", () => inFile(SqliteThread.open));
