/** The store in a real Redis server: what it refuses, what it passes over, and how it fails. */
import { assert, assertEquals, assertMatch, assertRejects } from "jsr:@std/assert@1";
import { parseRedisUrl } from "../../lib/disk/redis_address.ts";
import { RedisStore } from "../../lib/disk/redis_store.ts";
import { StoreError, type StoreErrorCode } from "../../lib/tracker/store.ts";
import { inRoot } from "../../scripts/packages.ts";
import { skippable } from "../support/programs.ts";
import { freePort } from "./support/free_port.ts";
import { IOREDIS, noRedis, RedisServer } from "./support/redis.ts";

const LOG = "{mini-torrent}:log";
const ABOUT = "{mini-torrent}:about";
const BATCH = { count: 3, savedAt: 1_700_000_000_000, data: new Uint8Array(500).fill(7) };

function test(name: string, act: (server: RedisServer) => Promise<void>, ...settings: string[]) {
  skippable(`redis store: ${name}`, noRedis, async () => {
    await using server = await RedisServer.start(...settings);
    await act(server);
  }, IOREDIS);
}

const open = (server: RedisServer, who = "") =>
  new RedisStore(parseRedisUrl(server.url.replace("//", `//${who}`)));

async function refuses(act: () => Promise<unknown>, code: StoreErrorCode, message: RegExp) {
  const error = await assertRejects(act, StoreError) as StoreError;
  assertEquals([error.code, error.message], [code, error.message]);
  assertMatch(error.message, message);
}

const FOREIGN: readonly (readonly [string, readonly string[], StoreErrorCode])[] = [
  ["a text in place of the log", ["SET", LOG, "hello"], "foreign"],
  ["a list in place of the log", ["RPUSH", LOG, "hello"], "foreign"],
  ["a stream that no tracker began", ["XADD", LOG, "*", "d", "hello"], "foreign"],
  ["a text in place of what is known of the log", ["SET", ABOUT, "hello"], "foreign"],
  ["a hash of something else", ["HSET", ABOUT, "name", "hello"], "foreign"],
  ["a format that is no number", ["HSET", ABOUT, "format", "x"], "foreign"],
  ["a newer format", ["HSET", ABOUT, "format", "2"], "newer"],
];

test("something else under its keys is refused and left alone", async (server) => {
  for (const [what, command, code] of FOREIGN) {
    await server.command("FLUSHALL");
    await server.command(...command);
    const before = await server.command("DUMP", command[1]!);
    await using store = open(server);
    const todo = code === "newer" ? /newer tracker/ : /left alone; choose another database/;
    await refuses(() => store.next(), code, todo);
    await refuses(() => store.append(BATCH), code, todo);
    await refuses(() => store.forget(10 ** 13, 10), code, todo);
    await refuses(() => store.claim(), code, todo);
    assertEquals(await server.command("DUMP", command[1]!), before, what);
    assertEquals((await server.command("DBSIZE")).trim(), "1", what);
  }
});

test("what no tracker wrote is passed over, however large", async (server) => {
  await using store = open(server);
  await using other = open(server);
  await store.append(BATCH);
  await server.command("XADD", LOG, "*", "d", "no fields beside");
  await server.command("XADD", LOG, "*", ..."w x t 5 n 1 s 12345678 d other".split(" "));
  await server.command("XADD", LOG, "*", ..."w x t no n -1 s 12345678 d other".split(" "));
  await server.command(
    "EVAL",
    `redis.call('XADD', KEYS[1], '*', 'd', string.rep('x', 3000000))`,
    "1",
    LOG,
  );
  await store.append({ ...BATCH, count: 4 });
  const counts: number[] = [];
  const damaged: string[] = [];
  for (let more = true; more;) {
    const next = await other.next();
    counts.push(...next.batches.map(({ count }) => count));
    damaged.push(...next.damaged);
    more = next.more;
  }
  assertEquals(counts, [3, 4]);
  assertEquals(damaged.length, 4);
  assertMatch(damaged[0]!, /batch \d+-\d+ of redis:\S+ is not what a tracker wrote/);
  // They go with the others.
  while (await other.forget(other.read, 2));
  assertEquals((await server.command("XLEN", LOG)).trim(), "0");
});

test("a number of the log that no clock shows is an error, and no more", async (server) => {
  await using store = open(server);
  await store.append(BATCH);
  await server.command("XADD", LOG, "18446744073709551615-18446744073709551615", "d", "x");
  await refuses(() => store.append(BATCH), "failed", /cannot be used/);
  await server.command("HSET", ABOUT, "records", "many");
  await store.next();
  assertEquals(store.records, 0);
});

test(
  "a wrong password is said, and never shown",
  async (server) => {
    for (const who of ["", ":wrong%20secret@", "nobody:wrong%20secret@"]) {
      await using store = open(server, who);
      await refuses(() => store.next(), "unavailable", /refuses us: .*--db/);
      const error = await store.append(BATCH).catch((error) => error) as Error;
      assert(!/secret/.test(`${error.message} ${error.stack} ${Deno.inspect(error)}`));
    }
    await using store = open(server, ":right%20secret@");
    await store.append(BATCH);
  },
  "--requirepass",
  "right secret",
);

test("a user who may do no more than docs/tracker-state.md says", async (server) => {
  const text = await Deno.readTextFile(inRoot("docs/tracker-state.md"));
  const rights = /^ACL SETUSER tracker (.*)$/m.exec(text)![1]!.split(" ");
  await server.command(
    "ACL",
    "SETUSER",
    "tracker",
    ...rights.map((one) => one.replace("SECRET", "geheim")),
  );
  await using store = open(server, "tracker:geheim@");
  await using other = open(server, "tracker:geheim@");
  await store.append(BATCH);
  assertEquals((await other.next()).batches.length, 1);
  assertEquals([await store.claim(), await store.claim(), await other.claim()], [
    true,
    true,
    false,
  ]);
  while (await other.forget(other.read, 1));
  assertEquals(other.records, 0);
  assertMatch(await server.command("--user", "tracker", "--pass", "geheim", "GET", "x"), /NOPERM/);
  await server.command("FLUSHALL");
  await store.next();
  assertEquals(store.takeLost(), true);
});

test("a server without memory for it is full, and may have some later", async (server) => {
  await using store = open(server);
  await store.append(BATCH);
  await server.command("CONFIG", "SET", "maxmemory", "1");
  await refuses(() => store.append(BATCH), "full", /no more memory/);
  await server.command("CONFIG", "SET", "maxmemory", "0");
  await store.append(BATCH);
});

test("a server that is away is said, and is there again", async (server) => {
  await using store = open(server);
  await store.append(BATCH);
  await server.kill();
  await refuses(() => store.append(BATCH), "failed", /cannot be reached/);
  await refuses(() => store.next(), "failed", /cannot be reached: connect ECONNREFUSED/);
  await server.start();
  await store.append(BATCH);
  assertEquals(store.takeLost(), false);
  assertEquals(store.records, 6);
});

test("a server that no longer answers is given up, and taken again", async (server) => {
  await using store = open(server);
  await store.append(BATCH);
  server.signal("SIGSTOP");
  await refuses(() => store.append(BATCH), "failed", /cannot be reached: .*timed out/);
  await refuses(() => store.append(BATCH), "failed", /cannot be reached/);
  server.signal("SIGCONT");
  await store.append(BATCH);
});

test(
  "a server that comes back as it was before lost the rest, which is told to each",
  async (server) => {
    await using one = open(server);
    await using other = open(server);
    await one.append({ ...BATCH, count: 1 });
    await other.append({ ...BATCH, count: 2 });
    await server.command("SAVE");
    await one.append({ ...BATCH, count: 3 });
    for (const store of [one, other]) while ((await store.next()).more);
    await server.kill();
    await server.start();
    await one.append({ ...BATCH, count: 4 });
    for (const [store, counts] of [[one, [2]], [other, [1, 4]]] as const) {
      const found: number[] = [];
      for (let more = true; more;) {
        const next = await store.next();
        found.push(...next.batches.map(({ count }) => count));
        more = next.more;
      }
      assertEquals<readonly number[]>(found, counts);
      assertEquals([store.takeLost(), store.takeLost()], [true, false]);
    }
    await one.next();
    assertEquals([one.takeLost(), one.records], [false, 7]);
  },
  "--appendonly",
  "no",
);

test("a server that only reads now is left for one that the same name leads to", async (server) => {
  await using store = open(server);
  await store.append(BATCH);
  await server.command("REPLICAOF", "127.0.0.1", "1");
  await refuses(() => store.append(BATCH), "failed", /READONLY/);
  const before = await server.command("INFO", "stats");
  await server.command("REPLICAOF", "NO", "ONE");
  await store.append(BATCH);
  const connections = (text: string) => Number(/total_connections_received:(\d+)/.exec(text)![1]);
  const made = connections(await server.command("INFO", "stats")) - connections(before);
  assertEquals(made, 3); // two commands, and a new connection of the store's
});

test("scripts that the server forgot are sent again", async (server) => {
  await using store = open(server);
  await store.append(BATCH);
  await server.command("SCRIPT", "FLUSH");
  await store.append(BATCH);
  assertEquals(store.records, 6);
});

skippable(
  "redis store: nobody there is an error, and closing does no harm",
  undefined,
  async () => {
    const store = new RedisStore(parseRedisUrl(`redis://127.0.0.1:${freePort()}/3`));
    assertMatch(store.place, /^redis:\/\/127\.0\.0\.1:\d+\/3$/);
    await refuses(() => store.next(), "failed", /cannot be reached/);
    await store[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
  },
  IOREDIS,
);
