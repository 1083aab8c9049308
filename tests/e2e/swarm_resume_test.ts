/** Downloads that were interrupted go on where they were. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "jsr:@std/assert@1";
import { below } from "../../lib/base/random.ts";
import {
  bytesOf,
  namesIn,
  Program,
  runPeer,
  skippable,
  startTracker,
  temporaryFolder,
} from "../support/programs.ts";
import { seededRandom } from "../support/seeded_random.ts";
import {
  assertSameFile,
  downloaded,
  readDownload,
  type Seed,
  startSeed,
  writeFiles,
} from "../support/swarm_programs.ts";

const WINDOWS = Deno.build.os === "windows" ? "Windows sends no signals to children" : undefined;

/** How often a downloader is killed; MINI_TORRENT_KILLS asks for another number. */
const KILLS = Number(Deno.env.get("MINI_TORRENT_KILLS") ?? 100);

skippable(
  "swarm resume: killed at any moment, it ends right, and little came twice",
  WINDOWS,
  async () => {
    await using tracker = await startTracker();
    await using folder = await temporaryFolder();
    const { path } = folder;
    // So much that it is not whole before the last kill, however long the machine takes over each.
    const size = KILLS * 300_000;
    await Deno.writeFile(`${path}/file`, bytesOf(size));
    const at = ["--tracker", `127.0.0.1:${tracker.port}`];
    await using slow = await startSeed(`${path}/file`, ...at, "--up-limit", "500KB");
    await using fast = await startSeed(`${path}/file`, ...at);
    const { v2 } = await slow.share();
    const args = async (seed: Seed) => {
      const { port } = await seed.share();
      return ["get", v2, `${path}/in`, "--from", `127.0.0.1:${port}`, "--json"];
    };
    const random = seededRandom(1);
    for (let kills = 0; kills < KILLS; kills++) {
      await using peer = new Program("peer", await args(slow));
      // At the very start, while it looks what is there, or while it receives.
      if (below(random, 10) > 0) await peer.out(/"phase":"receiving"/);
      await new Promise((resolve) => setTimeout(resolve, below(random, 250)));
      peer.signal("SIGKILL");
      await peer.ended();
    }
    const last = readDownload(await runPeer(await args(fast)));
    assertEquals(last.code, 0, last.err);
    assertMatch(last.err, /Resuming at \d+ %/);
    await assertSameFile(`${path}/in`, `${path}/file`);
    assertEquals(namesIn(path), ["file", "in"]);
    const sent = (await Promise.all([slow.stop(), fast.stop()])).map(([share]) => share!.uploaded);
    const twice = sent[0]! + sent[1]! - size;
    assert(twice < size / 10, `${twice} of ${size} bytes were sent twice in ${KILLS} kills`);
  },
);

skippable(
  "swarm resume: Ctrl-C tells what is kept, and the same command goes on",
  WINDOWS,
  async () => {
    await using tracker = await startTracker();
    await using folder = await temporaryFolder();
    const { path } = folder;
    const files = { "Set/a": bytesOf(2_000_000, 1), "Set/b": bytesOf(2_500_000, 2) };
    await writeFiles(path, files);
    const at = ["--tracker", `127.0.0.1:${tracker.port}`];
    await using seed = await startSeed(`${path}/Set`, ...at, "--up-limit", "3MB");
    await Deno.mkdir(`${path}/in`);
    const args = ["get", "Set", `${path}/in`, ...at];
    {
      await using peer = new Program("peer", ["get", "Set", `${path}/in`, ...at, "--json"]);
      await peer.out(/"phase":"metadata"|"phase":"finding"/);
      peer.signal("SIGINT");
      assertEquals((await peer.ended()).code, 130);
    }
    {
      await using peer = new Program("peer", [...args, "--json"]);
      await peer.out(/"phase":"receiving","received":[1-9]\d{5}/);
      peer.signal("SIGINT");
      const ended = readDownload(await peer.ended());
      assertEquals([ended.code, ended.last.code], [130, "interrupted"]);
      assertMatch(
        String(ended.last.message),
        /^Interrupted\. \d+ % is kept; the same command goes on from there\.$/,
      );
    }
    {
      const there = namesIn(`${path}/in/Set`);
      assert(there.every((name) => name.endsWith(".part") || there.length < 2), String(there));
      await using peer = new Program("peer", args);
      await peer.log(/Resuming at [1-9]\d* %/);
      const ended = await peer.ended();
      assertEquals(ended.code, 0, ended.err);
      assertStringIncludes(ended.out, "2 files");
    }
    for (const [name, content] of Object.entries(files)) {
      await assertSameFile(`${path}/in/${name}`, content);
    }
    assertEquals(namesIn(`${path}/in`), ["Set"]);
    const [share] = await seed.stop();
    assert(share!.uploaded < 4_500_000 * 1.2, `${share!.uploaded} bytes were sent`);
  },
);

skippable(
  "swarm resume: what is stopped before anything arrived leaves nothing",
  WINDOWS,
  async () => {
    await using tracker = await startTracker();
    await using folder = await temporaryFolder();
    const { path } = folder;
    await Deno.writeFile(`${path}/file`, bytesOf(2_000_000));
    const at = ["--tracker", `127.0.0.1:${tracker.port}`];
    const torrent = ["--torrent-out", `${path}/file.torrent`];
    {
      await using seed = await startSeed(`${path}/file`, ...at, ...torrent);
      await seed.stop();
    }
    await Deno.mkdir(`${path}/in`);
    await using peer = new Program("peer", ["get", `${path}/file.torrent`, `${path}/in`, "--json"]);
    await peer.out(/"phase":"receiving"/);
    peer.signal("SIGINT");
    const ended = readDownload(await peer.ended());
    assertEquals([ended.code, ended.last.message], [130, "Interrupted. Nothing is kept."]);
    assertEquals(namesIn(`${path}/in`), []);
  },
);

Deno.test("swarm resume: a changed part file costs only what was changed", async () => {
  await using tracker = await startTracker();
  await using folder = await temporaryFolder();
  const { path } = folder;
  const content = bytesOf(3_000_000);
  await Deno.writeFile(`${path}/file`, content);
  const at = ["--tracker", `127.0.0.1:${tracker.port}`];
  await using _seed = await startSeed(`${path}/file`, ...at);
  const damaged = content.slice();
  damaged.fill(0, 1_500_000, 1_500_100);
  await Deno.writeFile(`${path}/in.part`, damaged);
  const { last, err } = await downloaded(["file", `${path}/in`, ...at]);
  assertStringIncludes(err, "Resuming at 9");
  assert(Number(last.downloaded) <= 65_536, `${last.downloaded} bytes came`);
  await assertSameFile(`${path}/in`, content);
});
