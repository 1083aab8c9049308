/** What a download can be named by, and where it goes. */
import { assert, assertEquals, assertStringIncludes } from "jsr:@std/assert@1";
import { deadPort } from "../support/originals.ts";
import { bytesOf, namesIn, runPeer, startTracker, temporaryFolder } from "../support/programs.ts";
import {
  assertSameFile,
  download,
  downloaded,
  startSeed,
  withoutTrackers,
  writeFiles,
} from "../support/swarm_programs.ts";

const FILE = bytesOf(1_000_001);
const FOLDER = {
  "Album/one.flac": bytesOf(300_000, 2),
  "Album/sub folder/two.flac": bytesOf(70_000, 3),
  "Album/empty": new Uint8Array(),
};

async function assertFolder(at: string): Promise<void> {
  for (const [path, content] of Object.entries(FOLDER)) {
    await assertSameFile(`${at}/${path}`, content);
  }
}

Deno.test("swarm sources: a name, a link, both hashes, a .torrent file and its URL", async () => {
  await using tracker = await startTracker();
  await using folder = await temporaryFolder();
  const { path } = folder;
  await Deno.writeFile(`${path}/a film.mkv`, FILE);
  await writeFiles(path, FOLDER);
  const at = ["--tracker", `127.0.0.1:${tracker.port}`];
  const out = ["--torrent-out", `${path}/album.torrent`];
  await using film = await startSeed(`${path}/a film.mkv`, ...at);
  await using album = await startSeed(`${path}/Album`, ...at, ...out);
  const { magnet, v1, v2, port } = await film.share();
  assertStringIncludes(magnet, `tr=tcp`);
  const { v2: albumV2, magnet: albumLink } = await album.share();
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) =>
      new URL(request.url).pathname === "/album.torrent"
        ? new Response(await Deno.readFile(`${path}/album.torrent`))
        : new Response(null, { status: 404 }),
  );
  const url = `http://127.0.0.1:${server.addr.port}`;
  const dead = ["--tracker", `127.0.0.1:${deadPort()}`];
  const films = [
    ["a film.mkv", ...at],
    [magnet],
    [v1, ...at],
    [v2.toUpperCase(), ...at],
    [withoutTrackers(magnet), "--peer", `127.0.0.1:${port}`],
    [v2, "--peer", `127.0.0.1:${port}`, ...dead],
  ];
  const albums = [
    ["Album", ...at],
    [albumLink],
    [albumV2, ...at],
    [`${path}/album.torrent`],
    [`${url}/album.torrent`],
  ];
  const downloads = [
    ...films.map(async ([what, ...flags], index) => {
      const to = `${path}/film ${index}/`;
      await Deno.mkdir(to);
      const { last } = await downloaded([what!, to, ...flags]);
      await assertSameFile(`${to}/a film.mkv`, FILE);
      assertEquals(namesIn(to), ["a film.mkv"], "no part file or journal is left");
      assertEquals([last.v1, last.v2, last.size], [v1, v2, FILE.length]);
    }),
    ...albums.map(async ([what, ...flags], index) => {
      const to = `${path}/album ${index}`;
      await Deno.mkdir(to);
      const { last } = await downloaded([what!, "--to", to, ...flags]);
      await assertFolder(to);
      assertEquals(namesIn(to), ["Album"]);
      assertEquals([last.v2, last.files], [albumV2, 3]);
    }),
  ];
  await Promise.all(downloads);
  const missing = await download([`${url}/none.torrent`, path]);
  assertEquals([missing.code, missing.last.code], [66, "not_found"]);
});

Deno.test("swarm sources: several at once into a folder, by another name, and one that nobody has", async () => {
  await using tracker = await startTracker();
  await using folder = await temporaryFolder();
  const { path } = folder;
  await writeFiles(path, FOLDER);
  await Deno.writeFile(`${path}/one`, FILE);
  const at = ["--tracker", `127.0.0.1:${tracker.port}`];
  await using both = await startSeed([`${path}/one`, `${path}/Album`], ...at);
  await using named = await startSeed(`${path}/Album/one.flac`, "--as", "Ein Lied 🎵", ...at);
  assertEquals((await named.share()).name, "Ein Lied 🎵");
  const whats = ["one", "Album", "Ein Lied 🎵"];
  const early = await download([...whats, "--to", `${path}/in`, ...at]);
  assertEquals([early.code, early.last.code], [6, "file_open"], early.err);
  await Deno.mkdir(`${path}/in`);
  const { last } = await downloaded([...whats, "--to", `${path}/in`, ...at]);
  assertEquals((last.downloads as { name: string }[]).map(({ name }) => name), whats);
  assertEquals(namesIn(`${path}/in`), ["Album", "Ein Lied 🎵", "one"]);
  await assertFolder(`${path}/in`);
  await assertSameFile(`${path}/in/one`, FILE);
  await assertSameFile(`${path}/in/Ein Lied 🎵`, FOLDER["Album/one.flac"]);

  const renamed = await downloaded(["one", `${path}/other name`, ...at]);
  assertEquals(renamed.last.path, `${path}/other name`);
  await assertSameFile(`${path}/other name`, FILE);
  const album = await downloaded(["Album", `${path}/other album`, ...at]);
  assertEquals(album.last.path, `${path}/other album`);
  await assertSameFile(`${path}/other album/one.flac`, FOLDER["Album/one.flac"]);

  const { magnet } = await both.share();
  await Deno.mkdir(`${path}/again`);
  const twice = await download(["one", magnet, "--to", `${path}/again`, ...at]);
  assertEquals(twice.last.code, "file_exists");
  assertEquals(twice.last.message, "1 of 2 downloads failed.");
  const failed = twice.events.filter(({ type }) => type === "failed");
  assertEquals(failed.map(({ code }) => code), ["file_exists"]);
  assertStringIncludes(String(failed[0]!.message), "Another download writes to");
  await assertSameFile(`${path}/again/one`, FILE);

  const nothing = await download(["nothing", path, ...at]);
  assertEquals([nothing.code, nothing.last.code], [66, "not_found"]);
  const nowhere = await download(["one", `${path}/no/folder/`, ...at]);
  assertEquals([nowhere.code, nowhere.last.code], [6, "file_open"], nowhere.err);
  assertStringIncludes(String(nowhere.last.message), "There is no folder");
});

Deno.test("swarm sources: two contents of one name are told apart by --hash", async () => {
  await using tracker = await startTracker();
  await using folder = await temporaryFolder();
  const { path } = folder;
  await writeFiles(path, { "a/same": FILE, "b/same": bytesOf(50_000, 9) });
  const at = ["--tracker", `127.0.0.1:${tracker.port}`];
  await using first = await startSeed(`${path}/a/same`, ...at);
  await using second = await startSeed(`${path}/b/same`, ...at);
  const hashes = [(await first.share()).v2, (await second.share()).v2];
  const unclear = await download(["same", `${path}/in`, ...at]);
  assertEquals([unclear.code, unclear.last.code], [11, "invalid_input"]);
  assertStringIncludes(String(unclear.last.message), "--hash");
  for (const hash of hashes) assertStringIncludes(String(unclear.last.message), hash.slice(0, 8));
  await downloaded(["same", `${path}/one`, "--hash", hashes[0]!.slice(0, 8), ...at]);
  await assertSameFile(`${path}/one`, FILE);
  await downloaded(["same", `${path}/two`, "--hash", hashes[1]!.slice(0, 8).toUpperCase(), ...at]);
  await assertSameFile(`${path}/two`, bytesOf(50_000, 9));
  const wrong = await download(["same", `${path}/in`, "--hash", "ffffffff", ...at]);
  assertEquals([wrong.code, wrong.last.code], [66, "not_found"]);
  assertStringIncludes(String(wrong.last.message), hashes[0]!.slice(0, 8));
});

Deno.test("swarm sources: --from takes from nobody else", async () => {
  await using tracker = await startTracker();
  await using folder = await temporaryFolder();
  const { path } = folder;
  await Deno.writeFile(`${path}/file`, bytesOf(4_000_000));
  const at = ["--tracker", `127.0.0.1:${tracker.port}`];
  const seeds = [];
  for (let count = 0; count < 3; count++) {
    seeds.push(await startSeed(`${path}/file`, ...at, ...count === 0 ? ["--up-limit", "3MB"] : []));
  }
  await using stack = new AsyncDisposableStack();
  for (const seed of seeds) stack.use(seed);
  const { port } = await seeds[0]!.share();
  const got = await downloaded(["file", `${path}/in`, "--from", `127.0.0.1:${port}`, ...at]);
  await assertSameFile(`${path}/in`, `${path}/file`);
  assertEquals(got.last.peers, 1);
  const [chosen, ...others] = await Promise.all(seeds.map((seed) => seed.stop()));
  assert(chosen![0]!.uploaded >= 4_000_000);
  for (const [other] of others) assertEquals(other!.uploaded, 0);
});

Deno.test("swarm sources: without a terminal, a text tells what arrived", async () => {
  await using tracker = await startTracker();
  await using folder = await temporaryFolder();
  const { path } = folder;
  await writeFiles(path, FOLDER);
  const at = ["--tracker", `127.0.0.1:${tracker.port}`];
  await using _seed = await startSeed(`${path}/Album`, ...at);
  await Deno.mkdir(`${path}/in`);
  const ended = await runPeer(["get", "Album", `${path}/in`, ...at]);
  assertEquals(ended.code, 0, ended.err);
  assertStringIncludes(ended.out, `${path}/in/Album`);
  assertStringIncludes(ended.out, "370 kB (370000 bytes, 3 files) from 1 peer");
  assertStringIncludes(ended.err, "sub folder/two.flac");
  const missing = await runPeer(["get", ...at]);
  assertEquals(missing.code, 64);
  assertStringIncludes(missing.err, "WHAT is missing");
});
