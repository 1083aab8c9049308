import { join } from "node:path";
import { parseRedisUrl } from "../../lib/disk/redis_address.ts";
import { RedisStore } from "../../lib/disk/redis_store.ts";
import { SqliteStore } from "../../lib/disk/sqlite_store.ts";
import { SqliteThread } from "../../lib/disk/sqlite_thread.ts";
import type { RegistryStore } from "../../lib/tracker/store.ts";
import { IOREDIS, noRedis, RedisServer } from "../interop/support/redis.ts";
import { MemoryStore } from "../support/memory_store.ts";
import { SharedMemory } from "../support/shared_memory.ts";
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

testRegistryStore("shared in memory", () => {
  const memory = new SharedMemory();
  return Promise.resolve({
    open: () => Promise.resolve(memory.open()),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });
});

testRegistryStore(
  "Redis",
  async () => {
    const server = await RedisServer.start();
    return {
      open: async () => {
        const store = new RedisStore(parseRedisUrl(server.url));
        for await (const _batch of store.load()); // it is told how it stands
        return store;
      },
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    };
  },
  noRedis,
  IOREDIS,
);
