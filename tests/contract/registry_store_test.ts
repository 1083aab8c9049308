import { join } from "node:path";
import { SqliteStore } from "../../lib/disk/sqlite_store.ts";
import { MemoryStore } from "../support/memory_store.ts";
import { temporaryFolder } from "../support/programs.ts";
import { testRegistryStore } from "./registry_store_contract.ts";

testRegistryStore("in memory", () => {
  const store = new MemoryStore();
  return Promise.resolve({
    open: () => Promise.resolve(store),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });
});

testRegistryStore("SQLite", async () => {
  const folder = await temporaryFolder();
  return {
    open: () => Promise.resolve(new SqliteStore(join(folder.path, "a/b/tracker.db"))),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
});
