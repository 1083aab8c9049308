/** What a tracker knows after it was started again. */
import { assert, assertEquals, assertMatch } from "jsr:@std/assert@1";
import { below } from "../../lib/base/random.ts";
import { LineClient } from "../support/line_client.ts";
import { Program, skippable, startTracker, temporaryFolder } from "../support/programs.ts";
import { seededRandom } from "../support/seeded_random.ts";

/** How often a tracker is killed; MINI_TORRENT_KILLS asks for more. */
const KILLS = Number(Deno.env.get("MINI_TORRENT_KILLS") ?? 6);

/** What a killed tracker may forget, as it promises. */
const PROMISED_MS = 2_000;

const ID = "2d4d542d".padEnd(40, "0");

const TRAFFIC = { uploaded: 0, downloaded: 0 };

interface FoundShare {
  readonly name: string;
  readonly size: number;
  readonly seeders: number;
  readonly leechers: number;
  readonly v1?: string;
  readonly v2?: string;
}

/** The request by which a peer on a port announces the share of a number. */
function announce(number: number, port: number, more: Record<string, unknown> = {}): string {
  const digits = number.toString(16).padStart(39, "0");
  const v1 = `1${digits}`;
  const v2 = `2${digits}`.padEnd(64, "0");
  const name = `share ${number}`;
  const told = { v1, v2, name, size: 7, port, peer_id: ID, left: 0, ...TRAFFIC, ...more };
  return `ANNOUNCE ${JSON.stringify(told)}`;
}

/** All shares that the tracker at a port tells of. */
async function sharesOf(port: number): Promise<Map<string, FoundShare>> {
  using client = await LineClient.connect(port);
  const found = new Map<string, FoundShare>();
  for (let after: number | undefined = 0; after !== undefined;) {
    const [answer] = await client.ask(
      `FIND ${JSON.stringify({ prefix: "share", limit: 100, after })}`,
    );
    const page = JSON.parse(answer!.replace(/^OK /, "")) as { shares: FoundShare[]; next?: number };
    for (const share of page.shares) found.set(share.name, share);
    after = page.next;
  }
  return found;
}

Deno.test("tracker state: a clean stop loses nothing, of either protocol", async () => {
  await using folder = await temporaryFolder();
  const db = ["--db", `${folder.path}/state/tracker.db`];
  {
    await using tracker = await startTracker(...db);
    using client = await LineClient.connect(tracker.port);
    await client.ask(
      announce(1, 5_001),
      announce(1, 5_002, { left: 3 }),
      announce(2, 5_001, { v1: undefined }),
      announce(3, 5_001),
      announce(3, 5_001, { event: "stopped" }),
      "REGISTER old file.bin 9000",
    );
    tracker.signal("SIGTERM");
    const { code, err } = await tracker.ended();
    assertEquals(code, 0);
    assert(!/warning/i.test(err), err);
  }
  await using tracker = await startTracker(...db);
  const shares = await sharesOf(tracker.port);
  assertEquals([...shares.keys()], ["share 1", "share 2"]);
  const { seeders, leechers, size, v1, v2 } = shares.get("share 1")!;
  assertEquals([seeders, leechers, size], [1, 1, 7]);
  assertEquals([v1?.at(39), v2?.at(39)], ["1", "1"]);
  assertEquals(shares.get("share 2")!.v1, undefined);
  using client = await LineClient.connect(tracker.port);
  assertEquals(await client.ask("GETPEERS old file.bin"), ["127.0.0.1:9000;"]);
});

Deno.test("tracker state: a second tracker does not take the file of one that runs", async () => {
  await using folder = await temporaryFolder();
  const db = ["--db", `${folder.path}/tracker.db`];
  await using _tracker = await startTracker(...db);
  await using second = new Program("tracker", ["--port", "0", ...db]);
  const { code, err } = await second.ended();
  assertEquals(code, 6);
  assertMatch(err, /tracker\.db is in use by another tracker; stop that one, or .*--db/);
});

Deno.test("tracker state: a file of something else is refused, and left as it is", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/letter.txt`;
  await Deno.writeTextFile(path, "Dear tracker,\n");
  await using tracker = new Program("tracker", ["--port", "0", "--db", path, "--json"]);
  const { code, err, out } = await tracker.ended();
  assertEquals(code, 6);
  assertMatch(err, /letter\.txt is not a file of the tracker's, and is left alone/);
  assertEquals(JSON.parse(out).code, "file_open");
  assertEquals(await Deno.readTextFile(path), "Dear tracker,\n");
});

const ELSEWHERE = Deno.build.os === "linux" ? undefined : "places are other ones there";

skippable("tracker state: where nothing can be kept it says so", ELSEWHERE, async () => {
  await using folder = await temporaryFolder();
  await Deno.writeTextFile(`${folder.path}/file`, "");
  const env = {
    MINI_TORRENT_DB: "",
    XDG_STATE_HOME: `${folder.path}/file/state`,
    STATE_DIRECTORY: "",
  };
  await using tracker = new Program("tracker", ["--host", "127.0.0.1", "--port", "0"], { env });
  await tracker.log(/INFO keeps nothing over a restart: .*cannot be opened.*--db/);
  const [, port] = await tracker.log(/listening on 127\.0\.0\.1:(\d+)/);
  using client = await LineClient.connect(Number(port));
  assertMatch((await client.ask(announce(1, 5_001)))[0]!, /^OK /);
});

Deno.test("tracker state: killed at any moment, it knows what is older than two seconds", async () => {
  await using folder = await temporaryFolder();
  const db = ["--db", `${folder.path}/tracker.db`];
  /** When each share was announced and confirmed; those that came over a restart: long ago. */
  const confirmed = new Map<string, number>();
  let number = 0;
  let killedAt = 0;
  for (let kills = 0; kills <= KILLS; kills++) {
    await using tracker = await startTracker(...db);
    const found = await sharesOf(tracker.port);
    for (const [name, when] of confirmed) {
      if (killedAt - when > PROMISED_MS) assert(found.has(name), `${name} was lost`);
    }
    confirmed.clear();
    for (const name of found.keys()) confirmed.set(name, -Infinity);
    if (kills === KILLS) break;
    using client = await LineClient.connect(tracker.port);
    let ended = false;
    setTimeout(() => {
      killedAt = performance.now();
      ended = true;
      tracker.signal("SIGKILL");
    }, 100 + below(seededRandom(kills), 3_000));
    while (!ended) {
      const numbers = Array.from({ length: 20 }, () => ++number);
      const answers = await client.ask(
        ...numbers.map((one) => announce(one, 5_000)),
      ).catch(() => []);
      const now = performance.now();
      for (const [at, answer] of answers.entries()) {
        if (answer.startsWith("OK")) confirmed.set(`share ${numbers[at]}`, now);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  assert(confirmed.size > 0);
});

const ROOT = Deno.build.os === "linux" && Deno.uid() === 0;

/** Why no small file system can be mounted here. */
async function noMounts(): Promise<string | undefined> {
  if (!ROOT) return "only root on Linux can mount a small file system";
  await using folder = await temporaryFolder();
  if (!await run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder.path)) {
    return "no file system can be mounted here";
  }
  await run("umount", folder.path);
}

async function run(command: string, ...args: string[]): Promise<boolean> {
  const output = await new Deno.Command(command, { args, stderr: "null" }).output().catch(() =>
    undefined
  );
  return output?.success ?? false;
}

skippable("tracker state: a full disk is said, and caught up with", await noMounts(), async () => {
  await using folder = await temporaryFolder();
  const { path } = folder;
  assert(await run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", path));
  try {
    const db = ["--db", `${path}/tracker.db`];
    {
      await using tracker = await startTracker(...db);
      await Deno.writeFile(`${path}/ballast`, new Uint8Array(3_800_000));
      using client = await LineClient.connect(tracker.port);
      for (let number = 1; number <= 5_000; number += 100) {
        await client.ask(
          ...Array.from({ length: 100 }, (_, at) => announce(number + at, 5_000)),
        );
      }
      await tracker.log(
        /WARN .*tracker\.db cannot be written: the disk is full; make room; .*memory/,
      );
      assertEquals((await sharesOf(tracker.port)).size, 5_000);
      await Deno.remove(`${path}/ballast`);
      await tracker.log(/INFO .*tracker\.db can be written again/);
      tracker.signal("SIGTERM");
      assertEquals((await tracker.ended()).code, 0);
    }
    await using tracker = await startTracker(...db);
    assertEquals((await sharesOf(tracker.port)).size, 5_000);
  } finally {
    await run("umount", path);
  }
});
