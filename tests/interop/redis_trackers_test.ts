/** Several trackers that share a Redis server, as processes of their own, each part killed and started again. */
import { assert, assertEquals, assertMatch } from "jsr:@std/assert@1";
import { LineClient } from "../support/line_client.ts";
import { Program, skippable } from "../support/programs.ts";
import { PATIENCE_MS } from "./support/child.ts";
import { freePort } from "./support/free_port.ts";
import { noRedis, RedisServer } from "./support/redis.ts";

const ID = "2d4d542d".padEnd(40, "0");

interface FoundShare {
  readonly name: string;
  readonly seeders: number;
  readonly leechers: number;
}

const v1Of = (number: number) => `1${number.toString(16).padStart(39, "0")}`;

/** A tracker, and what clients do with it. */
class Tracker implements AsyncDisposable {
  private constructor(
    readonly program: Program,
    readonly port: number,
    readonly http: number,
  ) {}

  static async start(db: string, ...args: string[]): Promise<Tracker> {
    const where = ["--host", "127.0.0.1", "--port", "0", "--db", db, ...args];
    const program = new Program("tracker", where);
    const [, port] = await program.log(/listening on 127\.0\.0\.1:(\d+)/);
    const [, http] = await program.log(/listening for HTTP and UDP on 127\.0\.0\.1:(\d+)/);
    return new Tracker(program, Number(port), Number(http));
  }

  /** Announces over the line protocol. */
  async announce(number: number, port: number, more: Record<string, unknown> = {}): Promise<void> {
    using client = await LineClient.connect(this.port);
    const share = { v1: v1Of(number), name: `share ${number}`, size: 7 };
    const told = { ...share, port, peer_id: ID, left: 0, uploaded: 0, downloaded: 0, ...more };
    const [answer] = await client.ask(`ANNOUNCE ${JSON.stringify(told)}`);
    assertMatch(answer!, /^OK /);
  }

  /** Announces as BitTorrent clients do. @returns How many seeds and others there are. */
  async announceHttp(
    number: number,
    port: number,
    more = "",
  ): Promise<{ seeds: number; others: number }> {
    const hash = v1Of(number).replace(/../g, "%$&");
    const query = `info_hash=${hash}&peer_id=${"-XX0001-".padEnd(20, "0")}&port=${port}`;
    const response = await fetch(
      `http://127.0.0.1:${this.http}/announce?${query}&uploaded=0&downloaded=0&compact=1${more}`,
    );
    const text = new TextDecoder("latin1").decode(await response.arrayBuffer());
    const count = (key: string) => Number(new RegExp(`${key}i(\\d+)e`).exec(text)?.[1]);
    return { seeds: count("8:complete"), others: count("10:incomplete") };
  }

  /** The share of a number, if it is known. */
  async share(number: number): Promise<FoundShare | undefined> {
    using client = await LineClient.connect(this.port);
    const [answer] = await client.ask(`FIND ${JSON.stringify({ name: `share ${number}` })}`);
    const { shares } = JSON.parse(answer!.replace(/^OK /, "")) as { shares: FoundShare[] };
    return shares[0];
  }

  /** What a balancer of load is told. */
  async ready(): Promise<string> {
    const response = await fetch(`http://127.0.0.1:${this.http}/readyz`);
    assertEquals(response.status, 200);
    return await response.text();
  }

  async classic(name: string): Promise<string> {
    using client = await LineClient.connect(this.port);
    const [answer] = await client.ask(`GETPEERS ${name}`);
    return answer!;
  }

  /** Waits until it knows so many peers of a share; undefined: none of it. */
  async knows(number: number, seeders: number, leechers = 0): Promise<void> {
    await until(async () => {
      const share = await this.share(number);
      return (share?.seeders ?? 0) === seeders && (share?.leechers ?? 0) === leechers;
    }, () => `${seeders} seeders and ${leechers} leechers of share ${number}`);
  }

  async kill(): Promise<void> {
    await this[Symbol.asyncDispose]();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.program[Symbol.asyncDispose]();
  }
}

async function until(met: () => Promise<boolean>, what: () => string): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!await met()) {
    assert(performance.now() < deadline, `never came so far: ${what()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function test(name: string, act: (redis: RedisServer) => Promise<void>): void {
  skippable(`redis trackers: ${name}`, noRedis, async () => {
    await using redis = await RedisServer.start();
    await act(redis);
  });
}

test("who announces at one by any door is found through the other", async ({ url }) => {
  await using one = await Tracker.start(url);
  await using other = await Tracker.start(url);
  await one.announce(1, 5_001);
  await other.announceHttp(1, 5_002, "&left=5");
  await one.knows(1, 1, 1);
  await other.knows(1, 1, 1);
  {
    using client = await LineClient.connect(one.port);
    await client.ask("REGISTER old file.bin 9000");
  }
  await until(
    async () => (await other.classic("old file.bin")) === "127.0.0.1:9000;",
    () => "a classic peer",
  );
  const counts = await other.announceHttp(1, 5_003, "&left=0&event=completed");
  assertEquals(counts, { seeds: 2, others: 1 });
  await one.knows(1, 2, 1);
  await other.announceHttp(1, 5_003, "&left=0&event=stopped");
  await one.announce(1, 5_001, { event: "stopped" });
  await one.knows(1, 0, 1);
  await other.knows(1, 0, 1);
});

test("one of three is killed: its clients lose nothing, and it knows all when it is back", async ({ url }) => {
  await using one = await Tracker.start(url);
  await using other = await Tracker.start(url);
  {
    await using killed = await Tracker.start(url);
    await killed.announce(1, 5_001);
    await one.announce(2, 5_002);
    await other.knows(1, 1);
    await killed.kill();
  }
  await one.knows(1, 1);
  await other.announce(1, 5_003);
  await one.announce(2, 5_002, { event: "stopped" });
  await other.knows(2, 0);
  await using back = await Tracker.start(url);
  await back.knows(1, 2);
  await back.knows(2, 0);
});

test("a clean stop loses nothing", async ({ url }) => {
  await using one = await Tracker.start(url);
  {
    await using other = await Tracker.start(url);
    for (let number = 1; number <= 20; number++) await other.announce(number, 5_001);
    other.program.signal("SIGTERM");
    const { code, err } = await other.program.ended();
    assertEquals(code, 0, err);
    assert(!/ERROR|WARN/.test(err), err);
  }
  for (let number = 1; number <= 20; number++) await one.knows(number, 1);
});

for (const kept of [true, false]) {
  const what = kept ? "with what it had" : "without what it had";
  test(`the server is killed and started ${what}: they serve on, and catch up`, async (redis) => {
    await using one = await Tracker.start(redis.url);
    await using other = await Tracker.start(redis.url);
    await one.announce(1, 5_001);
    await other.knows(1, 1);
    await redis.kill();
    await one.program.log(/WARN redis:\S+ cannot be reached: .*goes on from memory/);
    assertMatch(await one.ready(), /^ready\n.*degraded/s);
    await one.announce(2, 5_001);
    await other.announce(3, 5_001);
    assertEquals((await other.share(1))?.seeders, 1);
    await other.announce(1, 5_002);
    await one.announce(1, 5_001, { event: "stopped" });
    if (!kept) await redis.forget();
    await redis.start();
    await one.program.log(/INFO redis:\S+ can be written again/);
    assertEquals(await one.ready(), "ready\n");
    await one.knows(3, 1);
    await other.knows(2, 1);
    for (const tracker of [one, other]) await tracker.knows(1, 1);
    if (!kept) await one.program.log(/WARN redis:\S+ lost what it had; all is saved there anew/);
    await using late = await Tracker.start(redis.url);
    await late.knows(1, 1);
    for (const number of [2, 3]) await late.knows(number, 1);
  });
}

test("a server that stands still holds nobody up", async (redis) => {
  await using one = await Tracker.start(redis.url);
  await using other = await Tracker.start(redis.url);
  await one.announce(1, 5_001);
  await other.knows(1, 1);
  redis.signal("SIGSTOP");
  try {
    await one.program.log(/WARN redis:\S+ cannot be reached/);
    await one.announce(1, 5_002);
    await one.knows(1, 2);
    await using third = await Tracker.start(redis.url);
    // Of another share: whether it is lost shows when the server goes on with what was sent to it.
    await third.announce(2, 5_003);
    third.program.signal("SIGTERM");
    const { code, err } = await third.program.ended();
    assertEquals(code, 0);
    assertMatch(
      err,
      /ERROR redis:\S+ cannot be reached: .*; \d+ bytes of what was heard last are lost/,
    );
  } finally {
    redis.signal("SIGCONT");
  }
  await other.knows(1, 2);
});

test("who starts while the server is away serves, and joins when it is there", async (redis) => {
  await using one = await Tracker.start(redis.url);
  await one.announce(1, 5_001);
  await redis.kill();
  await one.program.log(/WARN redis:\S+ cannot be reached/);
  await using other = await Tracker.start(redis.url);
  await other.announce(1, 5_002);
  await redis.start();
  await one.knows(1, 2);
  await other.knows(1, 2);
  await redis.kill();
  await one.program.log(/WARN redis:\S+ cannot be reached/);
  one.program.signal("SIGTERM");
  assertEquals((await one.program.ended()).code, 0);
});

test("what is not the tracker's ends the start, and the password is nowhere", async (redis) => {
  await redis.command("SET", "{mini-torrent}:log", "hello");
  const url = redis.url.replace("//", "//default:geheim@");
  const where = ["--host", "127.0.0.1", "--port", "0", "--log-level", "debug"];
  for (const [password, said] of [["", /left alone/], ["secret", /refuses us/]] as const) {
    await redis.command("CONFIG", "SET", "requirepass", password);
    const env = { MINI_TORRENT_DB: password === "" ? redis.url : url };
    await using tracker = new Program("tracker", [...where, "--json"], { env });
    const { code, out, err } = await tracker.ended();
    assertEquals(code, 6, err);
    assertMatch(err, said);
    assert(!/geheim/.test(out + err), out + err);
  }
});

skippable(
  "redis trackers: a URL that cannot be used is said, without its password",
  undefined,
  async () => {
    const url = `redis://me:geheim@127.0.0.1:${freePort()}/first`;
    await using tracker = new Program("tracker", ["--port", "0", "--db", url]);
    const { code, out, err } = await tracker.ended();
    assertEquals(code, 6, err);
    assertMatch(err, /the database is a number/);
    assert(!/geheim/.test(out + err), out + err);
  },
);

Deno.test("redis trackers: config check shows where the server is, without the password", async () => {
  for (const password of ["geheim", "ge@heim", "ge/heim@", "ge:h:eim"]) {
    const env = { MINI_TORRENT_DB: `redis://me:${password}@redis.example:7000/1` };
    await using tracker = new Program("tracker", ["config", "check"], { env });
    const { code, out, err } = await tracker.ended();
    assertEquals(code, 0, err);
    assertMatch(out, /redis:\/\/\(secret\)@redis\.example:7000\/1/);
    assert(!/heim|h:eim/.test(out + err), out + err);
  }
});
