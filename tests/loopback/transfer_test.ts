import { assert, assertEquals, assertRejects, assertStringIncludes } from "jsr:@std/assert@1";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { download } from "../../lib/app/download.ts";
import { AppError } from "../../lib/app/errors.ts";
import { listPeers } from "../../lib/app/list.ts";
import type { DownloadOptions, DownloadProgress } from "../../lib/app/types.ts";
import { shareHere, trackerHere, wanted, Watched } from "../support/in_process.ts";
import {
  classicAsk,
  classicDownload,
  classicSeeder,
  classicSum,
  classicTracker,
} from "../support/originals.ts";
import { bytesOf, namesIn, temporaryFolder } from "../support/programs.ts";

const CONTENT = bytesOf(1_500_001);
const SHA256 = createHash("sha256").update(CONTENT).digest("hex");

/** Fails unless the download ends with the code. @returns What it said. */
async function fails(code: string, options: DownloadOptions, context = new Watched()) {
  const error = await assertRejects(() => download(options, context), AppError);
  assertEquals(error.code, code, error.message);
  return error.message;
}

Deno.test("loopback: a file goes from peer to peer through a tracker", async () => {
  await using tracker = await trackerHere();
  await using folder = await temporaryFolder();
  const path = join(folder.path, "two words.bin");
  await Deno.writeFile(path, CONTENT);
  const hashed: number[] = [];
  const onHash = (done: number) => void hashed.push(done);
  await using share = await shareHere(path, tracker.at, { onHash });
  assertEquals(hashed.at(-1), CONTENT.length);
  const { port, sha256, checksum } = share.snapshot();
  assertEquals([sha256, checksum], [SHA256, classicSum(CONTENT)]);

  const list = await listPeers({ name: "two words.bin", trackers: tracker.at }, new Watched());
  assertEquals(list.peers, [{ host: "127.0.0.1", port }]);
  const into = join(folder.path, "in");
  await Deno.mkdir(into);
  const seen: DownloadProgress[] = [];
  const onProgress = (progress: DownloadProgress) => void seen.push(progress);
  const options = wanted("two words.bin", into, tracker.at, { onProgress, sha256: SHA256 });
  const result = await download(options, new Watched());
  assertEquals(result.path, join(into, "two words.bin"));
  assertEquals(
    [result.size, result.sha256, result.verified, result.from, result.uncovered],
    [CONTENT.length, SHA256, true, `127.0.0.1:${port}`, CONTENT.length % 1024],
  );
  assertEquals(namesIn(into), ["two words.bin"]);
  assertEquals(await Deno.readFile(result.path), CONTENT);
  assertEquals([...new Set(seen.map(({ phase }) => phase))], [
    "finding",
    "connecting",
    "receiving",
    "finishing",
  ]);
  assertEquals(seen.at(-1)?.received, CONTENT.length);
});

Deno.test("loopback: several shares, each on its own port, are stopped one by one", async () => {
  await using tracker = await trackerHere();
  await using folder = await temporaryFolder();
  const contents = [0, 1, 1023, 1024, 300_000].map((length) => bytesOf(length, length + 1));
  await using shares = new AsyncDisposableStack();
  for (const content of contents) {
    const path = join(folder.path, `file-${content.length}`);
    await Deno.writeFile(path, content);
    const share = shares.use(await shareHere(path, tracker.at));
    const got = await classicDownload(share.snapshot().port);
    assertEquals(got, { size: content.length, checksum: classicSum(content), content });
  }
  const into = join(folder.path, "in");
  await Deno.mkdir(into);
  await Promise.all(contents.map(async ({ length }) => {
    const { path } = await download(wanted(`file-${length}`, into, tracker.at), new Watched());
    assertEquals((await Deno.stat(path)).size, length);
  }));
  await shares.disposeAsync();
  await fails("not_found", wanted("file-1024", into, tracker.at, { force: true }));
  assertEquals(
    (await Deno.stat(join(into, "file-1024"))).size,
    1024,
    "the old file is still there",
  );
});

Deno.test("loopback: original tracker and seeder, our downloader", async () => {
  await using tracker = classicTracker();
  await using seeder = classicSeeder(CONTENT);
  await using folder = await temporaryFolder();
  await classicAsk(tracker.port, `REGISTER file ${seeder.port}\n`);
  const at = [{ host: "localhost", port: tracker.port }];
  const dest = join(folder.path, "under another name");
  const result = await download(wanted("file", dest, at), new Watched());
  assertEquals([result.path, result.sha256, result.verified], [dest, SHA256, false]);
  assertEquals(seeder.connections, 1, "a seeder of the original is dialled once");
});

Deno.test("loopback: seeders that fail are passed over until one delivers", async () => {
  await using tracker = await trackerHere();
  await using folder = await temporaryFolder();
  const path = join(folder.path, "file");
  await Deno.writeFile(path, CONTENT);
  await using share = await shareHere(path, tracker.at);
  await using half = classicSeeder(CONTENT, { hangUpAfter: 700_000 });
  await using wrong = classicSeeder(bytesOf(CONTENT.length, 5), { checksum: "00000001" });
  await using silent = classicSeeder(CONTENT, { silentAfter: 2048 });
  const from = [half, wrong, silent].map(({ port }) => ({ host: "127.0.0.1", port }));
  const dest = join(folder.path, "copy");
  const context = new Watched();
  const options = wanted("file", dest, tracker.at, { from, stallTimeoutMs: 3_000 });
  const result = await download(options, context);
  assertEquals(result.from, `127.0.0.1:${share.snapshot().port}`);
  assertEquals(
    result.failed.map(({ address }) => address),
    from.map(({ port }) => `127.0.0.1:${port}`),
  );
  assertEquals(await Deno.readFile(dest), CONTENT);
  assertEquals(namesIn(folder.path), ["copy", "file"]);
  await context.logged(/^warn .*hung up after 700000 of 1500001/);
});

Deno.test("loopback: an existing file is replaced with force or a yes, and only when whole", async () => {
  await using folder = await temporaryFolder();
  await using seeder = classicSeeder(CONTENT);
  const from = [{ host: "127.0.0.1", port: seeder.port }];
  const dest = join(folder.path, "file");
  const mine = () => Deno.writeTextFile(dest, "mine");
  const still = async () => assertEquals(await Deno.readTextFile(dest), "mine");
  await mine();
  assertStringIncludes(await fails("file_exists", wanted("file", dest, [], { from })), "--force");
  const no = () => Promise.resolve(false);
  await fails("file_exists", wanted("file", dest, [], { from, confirmOverwrite: no }));
  await still();
  assertEquals(seeder.connections, 0, "nobody is dialled for a file that may not be written");
  const sha256 = "0".repeat(64);
  await fails("checksum_mismatch", wanted("file", dest, [], { from, force: true, sha256 }));
  await still();
  for (const how of [{ force: true }, { confirmOverwrite: () => Promise.resolve(true) }]) {
    await mine();
    await download(wanted("file", dest, [], { from, ...how }), new Watched());
    assertEquals(await Deno.readFile(dest), CONTENT);
  }
  assertEquals(namesIn(folder.path), ["file"]);
});

Deno.test("loopback: a file that appears during the download is not overwritten", async () => {
  await using folder = await temporaryFolder();
  await using seeder = classicSeeder(CONTENT);
  const from = [{ host: "127.0.0.1", port: seeder.port }];
  const dest = join(folder.path, "file");
  const onProgress = ({ phase }: DownloadProgress) => {
    if (phase === "receiving") Deno.writeTextFileSync(dest, "mine");
  };
  const said = await fails("file_exists", wanted("file", dest, [], { from, onProgress }));
  assertEquals(await Deno.readTextFile(dest), "mine");
  assertStringIncludes(said, `${dest}.part`);
  assertEquals(await Deno.readFile(`${dest}.part`), CONTENT);
});

Deno.test("loopback: an interrupted download leaves nothing and says how to go on", async () => {
  await using folder = await temporaryFolder();
  const { promise: until, resolve: release } = Promise.withResolvers<void>();
  await using seeder = classicSeeder(CONTENT, { pauseAfter: { bytes: 500_000, until } });
  const from = [{ host: "127.0.0.1", port: seeder.port }];
  for (const stop of ["finding", "connecting", "receiving"]) {
    const controller = new AbortController();
    const onProgress = ({ phase, received }: DownloadProgress) => {
      if (phase === stop && (stop !== "receiving" || received > 0)) controller.abort();
    };
    const options = wanted("file", join(folder.path, "file"), [], { from, onProgress });
    const said = await fails("interrupted", options, new Watched({ signal: controller.signal }));
    assertStringIncludes(said, "Nothing is kept", stop);
    assertStringIncludes(said, "peer download file", stop);
    assertStringIncludes(said, `--from 127.0.0.1:${seeder.port}`, stop);
    assertEquals(namesIn(folder.path), [], stop);
  }
  release();
});

Deno.test("loopback: a share serves so many at a time, the others wait", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "file");
  await Deno.writeFile(path, bytesOf(40_000_000));
  await using share = await shareHere(path, [], { maxConnections: 2 });
  const { port } = share.snapshot();
  await using held = new AsyncDisposableStack();
  for (let n = 0; n < 2; n++) {
    const conn = held.use(await Deno.connect({ hostname: "127.0.0.1", port }));
    assertEquals(await conn.read(new Uint8Array(8)), 8, "it is being served");
  }
  using waiting = await Deno.connect({ hostname: "127.0.0.1", port });
  const first = waiting.read(new Uint8Array(8));
  while (share.snapshot().waiting < 1) await new Promise((resolve) => setTimeout(resolve, 10));
  assertEquals(share.snapshot().active.length, 2);
  await held.disposeAsync();
  assertEquals(await first, 8, "its turn has come");
});

Deno.test("loopback: a file that was changed is served to nobody, and the share says why", async () => {
  for (const change of ["shrinks", "grows", "goes"]) {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "file");
    await Deno.writeFile(path, CONTENT);
    const context = new Watched();
    await using share = await shareHere(path, [], {}, context);
    if (change === "shrinks") await Deno.truncate(path, 1000);
    if (change === "grows") await Deno.writeFile(path, CONTENT, { append: true });
    if (change === "goes") await Deno.remove(path);
    const from = [{ host: "127.0.0.1", port: share.snapshot().port }];
    await fails("peer_connect", wanted("file", join(folder.path, "copy"), [], { from }));
    while (share.snapshot().failed === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    assertEquals(share.snapshot().completed, 0);
    assert(!namesIn(folder.path).some((name) => name.startsWith("copy")), change);
  }
});
