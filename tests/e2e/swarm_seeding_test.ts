/** Who serves whom: several seeds, downloaders that help each other, and sharing on. */
import { assert, assertEquals, assertStringIncludes } from "jsr:@std/assert@1";
import { classicDownload, classicTracker } from "../support/originals.ts";
import {
  bytesOf,
  Program,
  runPeer,
  skippable,
  startTracker,
  temporaryFolder,
} from "../support/programs.ts";
import {
  assertSameFile,
  download,
  downloaded,
  readDownload,
  sha256Of,
  startSeed,
  writeFiles,
} from "../support/swarm_programs.ts";

const WINDOWS = Deno.build.os === "windows" ? "Windows sends no signals to children" : undefined;

skippable("swarm seeding: four seeds at once, one killed half way", WINDOWS, async () => {
  await using tracker = await startTracker();
  await using folder = await temporaryFolder();
  const { path } = folder;
  await Deno.writeFile(`${path}/file`, bytesOf(16_000_000));
  const at = ["--tracker", `127.0.0.1:${tracker.port}`];
  await using stack = new AsyncDisposableStack();
  const seeds = await Promise.all(
    Array.from(
      { length: 4 },
      async () => stack.use(await startSeed(`${path}/file`, ...at, "--up-limit", "2MB")),
    ),
  );
  await using peer = new Program("peer", ["get", "file", `${path}/in`, ...at, "--json"]);
  await peer.out(/"phase":"receiving","received":[4-9]\d{6}/);
  seeds[0]!.signal("SIGKILL");
  const { code, last, err } = readDownload(await peer.ended());
  assertEquals(code, 0, err);
  assertEquals(last.peers, 4);
  await assertSameFile(`${path}/in`, `${path}/file`);
  for (const seed of seeds.slice(1)) assert((await seed.stop())[0]!.uploaded > 1_000_000);
});

skippable(
  "swarm seeding: a file that changes while it is served is never taken for the old one",
  WINDOWS,
  async () => {
    await using tracker = await startTracker();
    await using folder = await temporaryFolder();
    const { path } = folder;
    const content = bytesOf(8_000_000);
    const at = ["--tracker", `127.0.0.1:${tracker.port}`];
    const changes: [string, RegExp, (file: string) => Promise<void>][] = [
      ["shrunk", /shrank|changed/, (file) => Deno.truncate(file, 4_000_000)],
      ["replaced", /replaced/, async (file) => {
        await Deno.writeFile(`${file}.new`, bytesOf(content.length, 5));
        await Deno.rename(`${file}.new`, file);
      }],
      ["removed", /removed/, (file) => Deno.remove(file)],
    ];
    await Promise.all(changes.map(async ([name, problem, change]) => {
      const file = `${path}/${name}`;
      await Deno.writeFile(file, content);
      await using seed = await startSeed(file, ...at, "--up-limit", "2MB");
      await using peer = new Program("peer", ["get", name, `${path}/in ${name}`, ...at, "--json"]);
      await peer.out(/"phase":"receiving","received":[1-9]\d{6}/);
      await change(file);
      const share = await seed.told((share) => share.problem !== undefined);
      assert(problem.test(share.problem!), share.problem);
      await seed.log(problem);
      await peer.out(/"health":"(missing_pieces|no_seeds|snubbed|no_peers|choked|no_use)"/);
      // Another seed of the old content comes along.
      await Deno.writeFile(`${path}/again ${name}`, content);
      await using _good = await startSeed(`${path}/again ${name}`, "--as", name, ...at);
      const { code, err } = readDownload(await peer.ended());
      assertEquals(code, 0, err);
      await assertSameFile(`${path}/in ${name}`, content);
      assertEquals((await seed.stop())[0]!.problem, share.problem);
    }));
  },
);

skippable("swarm seeding: two downloaders help each other", WINDOWS, async () => {
  await using tracker = await startTracker();
  await using folder = await temporaryFolder();
  const { path } = folder;
  await Deno.writeFile(`${path}/file`, bytesOf(8_000_000));
  const at = ["--tracker", `127.0.0.1:${tracker.port}`];
  await using seed = await startSeed(`${path}/file`, ...at, "--up-limit", "3MB");
  const both = await Promise.all(
    ["one", "two"].map((name) => downloaded(["file", `${path}/${name}`, ...at])),
  );
  for (const name of ["one", "two"]) await assertSameFile(`${path}/${name}`, `${path}/file`);
  const uploaded = both.map(({ last }) => Number(last.uploaded));
  assert(uploaded[0]! + uploaded[1]! > 2_000_000, `they sent ${uploaded} bytes`);
  const [share] = await seed.stop();
  assert(share!.uploaded < 14_000_000, `the seed sent ${share!.uploaded} bytes`);
});

skippable(
  "swarm seeding: --seed, --ratio and --seed-time share on, and then end",
  WINDOWS,
  async () => {
    await using tracker = await startTracker();
    await using folder = await temporaryFolder();
    const { path } = folder;
    const content = bytesOf(2_000_000);
    await Deno.writeFile(`${path}/file`, content);
    const at = ["--tracker", `127.0.0.1:${tracker.port}`];
    const seed = await startSeed(`${path}/file`, ...at);
    await using stack = new AsyncDisposableStack();
    stack.use(seed);
    const timed = await downloaded(["file", `${path}/timed`, "--seed-time", "1s", ...at]);
    assert(timed.events.some(({ phase }) => phase === "seeding"));
    assert(timed.events.some(({ type }) => type === "complete"));

    await using ratio = new Program("peer", [
      "get",
      "file",
      `${path}/ratio`,
      "--ratio",
      "0.5",
      ...at,
      "--json",
    ]);
    await ratio.out(/"phase":"seeding"/);
    await using forever = new Program("peer", [
      "get",
      "file",
      `${path}/forever`,
      "--seed",
      ...at,
      "--json",
    ]);
    await forever.out(/"phase":"seeding"/);
    // The first seed is gone: what comes now comes from those who have downloaded it.
    assertEquals((await seed.stop())[0]!.completed, 3);
    await downloaded(["file", `${path}/later`, ...at]);
    await assertSameFile(`${path}/later`, content);
    const ended = readDownload(
      await ratio.ended(),
    );
    assertEquals(ended.code, 0, ended.err);
    assert(Number(ended.last.uploaded) >= 1_000_000);
    forever.signal("SIGINT");
    const stopped = readDownload(await forever.ended());
    assertEquals([stopped.code, stopped.last.type], [0, "result"], stopped.err);
  },
);

skippable(
  "swarm seeding: downloaders of the original are served on the same port at once",
  WINDOWS,
  async () => {
    await using tracker = await startTracker();
    await using folder = await temporaryFolder();
    const { path } = folder;
    const content = bytesOf(3_000_000);
    await Deno.writeFile(`${path}/file`, content);
    const at = ["--tracker", `127.0.0.1:${tracker.port}`];
    await using seed = await startSeed(`${path}/file`, ...at, "--up-limit", "4MB");
    const { port } = await seed.share();
    const [classic, ours] = await Promise.all([
      classicDownload(port),
      downloaded(["file", `${path}/in`, ...at]),
    ]);
    assert(sha256Of(classic.content) === sha256Of(content));
    assertEquals(ours.last.sha256, sha256Of(content));
    const own = ["--port", "0", "--host", "127.0.0.1"];
    await using second = new Program("peer", [
      "get",
      "file",
      `${path}/second`,
      "--seed",
      ...own,
      ...at,
      "--json",
    ]);
    await second.out(/"phase":"seeding"/);
    await seed.stop();
    const again = await classicDownload(await portOf("file", at));
    assert(sha256Of(again.content) === sha256Of(content));
  },
);

/** The one port that a tracker knows for a name; it may take a moment until it does. */
async function portOf(name: string, at: readonly string[]): Promise<number> {
  for (let tries = 0; tries < 50; tries++) {
    const { out } = await runPeer(["list", name, ...at]);
    const [, port] = /^127\.0\.0\.1:(\d+)\n$/.exec(out) ?? [];
    if (port !== undefined) return Number(port);
  }
  throw new Error(`nobody has ${name}`);
}

skippable(
  "swarm seeding: with a tracker of the original, files go by its protocol",
  WINDOWS,
  async () => {
    await using tracker = classicTracker();
    await using folder = await temporaryFolder();
    const { path } = folder;
    await writeFiles(path, { "file": bytesOf(500_000), "Set/a": bytesOf(10) });
    const at = ["--tracker", `127.0.0.1:${tracker.port}`];
    await using seed = await startSeed(`${path}/file`, ...at);
    await seed.log(/announced "file" at .* by the original's protocol/);
    const got = await downloaded(["file", `${path}/in`, ...at]);
    await assertSameFile(`${path}/in`, `${path}/file`);
    assertEquals([got.last.verified, got.last.from], [
      false,
      `127.0.0.1:${(await seed.share()).port}`,
    ]);
    const shared = await runPeer(["seed", `${path}/Set`, ...at, "--json"]);
    assertEquals(shared.code, 76);
    assertStringIncludes(shared.err, "tells of single files, not of folders and swarms");
    const absent = await download(["Set", `${path}/Set/`, ...at]);
    assertEquals([absent.code, absent.last.code], [66, "not_found"]);
  },
);
