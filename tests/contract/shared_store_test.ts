import { parseRedisUrl } from "../../lib/disk/redis_address.ts";
import { RedisStore } from "../../lib/disk/redis_store.ts";
import { IOREDIS, noRedis, RedisServer } from "../interop/support/redis.ts";
import { SharedMemory } from "../support/shared_memory.ts";
import { testSharedStore } from "./shared_store_contract.ts";

testSharedStore("in memory", () => {
  const memory = new SharedMemory();
  return Promise.resolve({
    open: () => memory.open(),
    lose: () => Promise.resolve(memory.lose()),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });
});

testSharedStore(
  "Redis",
  async () => {
    const server = await RedisServer.start();
    return {
      open: () => new RedisStore(parseRedisUrl(server.url)),
      lose: async () => void await server.command("FLUSHALL"),
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    };
  },
  noRedis,
  IOREDIS,
);
