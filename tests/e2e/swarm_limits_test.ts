/** Limits of rate and number, checks at the end, and what is at the destination already. */
import { assert, assertEquals, assertStringIncludes } from "jsr:@std/assert@1";
import { classicDownload, deadPort } from "../support/originals.ts";
import {
  bytesOf,
  namesIn,
  Program,
  runPeer,
  startTracker,
  temporaryFolder,
} from "../support/programs.ts";
import {
  assertSameFile,
  download,
  downloaded,
  sha256Of,
  startSeed,
  withoutTrackers,
  writeFiles,
} from "../support/swarm_programs.ts";

Deno.test("swarm limits: rates hold, for a share and for all together", async () => {
  await using tracker = await startTracker();
  await using folder = await temporaryFolder();
  const { path } = folder;
  const size = 3_000_000;
  for (const name of ["one", "two", "three"]) {
    await Deno.writeFile(`${path}/${name}`, bytesOf(size, name.length));
  }
  await writeFiles(path, { "three": bytesOf(size, 9) });
  const at = ["--tracker", `127.0.0.1:${tracker.port}`];
  await using _all = await startSeed([`${path}/one`, `${path}/two`], ...at, "--up-limit", "2MB");
  await using each = await startSeed(`${path}/three`, ...at, "--share-up-limit", "1MB");
  await Deno.mkdir(`${path}/in`);
  const { port } = await each.share();
  const [both, slow, classic] = await Promise.all([
    downloaded(["one", "two", "--to", `${path}/in`, ...at]),
    downloaded(["three", `${path}/in`, ...at]),
    timed(() => classicDownload(port)),
  ]);
  for (const name of ["one", "two", "three"]) {
    await assertSameFile(`${path}/in/${name}`, `${path}/${name}`);
  }
  // Never faster than the limit; slower is the machine's business. A bucket may be full at first.
  const lasted = (both.last.downloads as { elapsedMs: number }[]).map(({ elapsedMs }) => elapsedMs);
  assert(Math.max(...lasted) > 0.8 * 3_000, `6 MB at 2 MB/s took ${lasted} ms`);
  const longest = Math.max(Number(slow.last.elapsedMs), classic);
  assert(longest > 0.8 * 6_000, `twice 3 MB at 1 MB/s took ${longest} ms`);
});

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

Deno.test("swarm limits: a downloader keeps to its own", async () => {
  await using tracker = await startTracker();
  await using folder = await temporaryFolder();
  const { path } = folder;
  await writeFiles(path, { "one": bytesOf(2_000_000, 1), "two": bytesOf(2_000_000, 2) });
  const at = ["--tracker", `127.0.0.1:${tracker.port}`];
  await using _seed = await startSeed([`${path}/one`, `${path}/two`], ...at);
  for (const name of ["all", "each"]) await Deno.mkdir(`${path}/${name}`);
  const [all, each] = await Promise.all([
    downloaded(["one", "two", "--to", `${path}/all`, "--down-limit", "1MB", ...at]),
    downloaded(["one", "two", "--to", `${path}/each`, "--share-down-limit", "1MB", ...at]),
  ]);
  const lasted = ({ last }: typeof all) =>
    Math.max(...(last.downloads as { elapsedMs: number }[]).map(({ elapsedMs }) => elapsedMs));
  // What is in the sockets' buffers already does not wait.
  assert(lasted(all) > 0.5 * 4_000, `4 MB at 1 MB/s took ${lasted(all)} ms`);
  assert(lasted(each) > 0.5 * 2_000, `2 MB at 1 MB/s took ${lasted(each)} ms`);
});

Deno.test("swarm limits: --max-connections is kept", async () => {
  await using tracker = await startTracker();
  await using folder = await temporaryFolder();
  const { path } = folder;
  await Deno.writeFile(`${path}/file`, bytesOf(500_000));
  const at = ["--tracker", `127.0.0.1:${tracker.port}`];
  await using seed = await startSeed(`${path}/file`, ...at, "--max-connections", "1");
  const { port, v2 } = await seed.share();
  const from = ["--from", `127.0.0.1:${port}`];
  await using first = new Program("peer", [
    "get",
    v2,
    `${path}/a`,
    ...from,
    "--down-limit",
    "50KB",
  ]);
  await first.log(/receiving/);
  const second = await download([v2, `${path}/b`, ...from, "--stall-timeout", "2s"]);
  assertEquals([second.code, second.last.code], [10, "peer_connect"], second.err);
});

Deno.test("swarm limits: the SHA-256 that is asked for", async () => {
  await using tracker = await startTracker();
  await using folder = await temporaryFolder();
  const { path } = folder;
  const content = bytesOf(200_000);
  await writeFiles(path, { "file": content, "Set/a": content });
  const at = ["--tracker", `127.0.0.1:${tracker.port}`];
  await using _seed = await startSeed([`${path}/file`, `${path}/Set`], ...at);
  const right = sha256Of(content);
  const good = await downloaded(["file", `${path}/good`, "--sha256", right.toUpperCase(), ...at]);
  assertEquals(good.last.sha256, right);
  const wrong = await download(["file", `${path}/bad`, "--sha256", "00".repeat(32), ...at]);
  assertEquals([wrong.code, wrong.last.code], [12, "checksum_mismatch"]);
  assertStringIncludes(String(wrong.last.message), `its SHA-256 is ${right}`);
  await Deno.mkdir(`${path}/in`);
  const folderToo = await download(["Set", `${path}/in`, "--sha256", right, ...at]);
  assertEquals([folderToo.code, folderToo.last.code], [11, "invalid_input"]);
  assertEquals(namesIn(`${path}/in`), []);
});

Deno.test("swarm limits: what is there already is replaced with --force alone", async () => {
  await using tracker = await startTracker();
  await using folder = await temporaryFolder();
  const { path } = folder;
  const content = bytesOf(200_000);
  await writeFiles(path, { "file": content, "Set/a": content, "Set/b": bytesOf(10) });
  const at = ["--tracker", `127.0.0.1:${tracker.port}`];
  await using seed = await startSeed([`${path}/file`, `${path}/Set`], ...at);
  await writeFiles(path, { "in/file": content, "in/Set/a": bytesOf(7), "in/mine": bytesOf(3) });

  const same = await downloaded(["file", `${path}/in`, ...at]);
  assertEquals([same.last.downloaded, same.last.peers], [0, 0]);
  assertEquals(same.last.sha256, sha256Of(content));
  const asText = await runPeer(["get", "file", `${path}/in`, ...at]);
  assertStringIncludes(asText.out, "200 kB (200000 bytes) was here");

  const taken = await download(["Set", `${path}/in`, ...at]);
  assertEquals([taken.code, taken.last.code], [73, "file_exists"]);
  assertStringIncludes(String(taken.last.message), `${path}/in/Set/a`);
  assertStringIncludes(String(taken.last.message), "--force");
  await assertSameFile(`${path}/in/Set/a`, bytesOf(7));
  assertEquals(namesIn(`${path}/in/Set`), ["a"]);
  assertEquals(namesIn(`${path}/in`), ["Set", "file", "mine"]);

  await downloaded(["Set", `${path}/in`, "--force", ...at]);
  await assertSameFile(`${path}/in/Set/a`, content);
  await Deno.writeFile(`${path}/in/file`, bytesOf(5));
  await downloaded(["file", `${path}/in`, "-y", ...at]);
  await assertSameFile(`${path}/in/file`, content);
  await downloaded(["file", `${path}/in/mine`, "--force", ...at]);
  await assertSameFile(`${path}/in/mine`, content);
  assertEquals(namesIn(`${path}/in`), ["Set", "file", "mine"]);
  const blocked = await download(["Set", `${path}/in/mine`, ...at]);
  assertEquals(blocked.code, 6, blocked.err);
  assertStringIncludes(blocked.err, "a folder is needed there");
  assert((await seed.share()).uploaded === 0);
});

Deno.test("swarm limits: --stall-timeout gives up where nobody is", async () => {
  await using tracker = await startTracker();
  await using folder = await temporaryFolder();
  const { path } = folder;
  await Deno.writeFile(`${path}/file`, bytesOf(100_000));
  const at = ["--tracker", `127.0.0.1:${tracker.port}`];
  const { magnet } = await (async () => {
    await using seed = await startSeed(`${path}/file`, ...at);
    const share = await seed.share();
    await seed.stop();
    return share;
  })();
  const wait = ["--stall-timeout", "2s"];
  const [nobody, dead] = await Promise.all([
    download([magnet, `${path}/in`, ...wait]),
    download([
      withoutTrackers(magnet),
      `${path}/in 2`,
      ...wait,
      "--peer",
      `127.0.0.1:${deadPort()}`,
    ]),
  ]);
  assertEquals([nobody.code, nobody.last.code], [10, "peer_connect"]);
  assertStringIncludes(String(nobody.last.message), "Nothing arrived for 2 s: no peer is known");
  assertEquals([dead.code, dead.last.code], [10, "peer_connect"]);
  assertStringIncludes(String(dead.last.message), "no peer can be reached");
  assertEquals(namesIn(path), ["file"]);
});
