import { assert, assertEquals, assertRejects } from "jsr:@std/assert@1";
import { join } from "node:path";
import { Watched } from "../../tests/support/in_process.ts";
import { bytesOf, namesIn, temporaryFolder } from "../../tests/support/programs.ts";
import { blocksOf, torrentOf } from "../../tests/support/torrents.ts";
import { infoHash } from "../base/ids.ts";
import { AppError } from "./errors.ts";
import { percentHere } from "./kept.ts";
import { type OpenedStorage, openStorage } from "./open_storage.ts";
import type { SwarmDownloadOptions } from "./swarm_types.ts";

const FILES = { "a": bytesOf(40_000, 1), "b/c": bytesOf(100_000, 2) };
const EVENTS = { onCheck: () => {}, onLost: () => {}, onProblem: () => {} };

function options(dest: string, more: Partial<SwarmDownloadOptions> = {}): SwarmDownloadOptions {
  const v1 = infoHash("11".repeat(20))!;
  return { v1, peers: [], trackers: [], tiers: [], force: false, maxConnections: 1, dest, ...more };
}

async function close({ storage, claim }: OpenedStorage): Promise<void> {
  await storage[Symbol.asyncDispose]();
  claim[Symbol.dispose]();
}

const { info, layout, trees } = torrentOf(FILES);

/** Opens it, and takes pieces that arrive. */
async function open(more: SwarmDownloadOptions, pieces: readonly number[] = []) {
  const opened = await openStorage(info, more, EVENTS, new Watched());
  opened.content.trees?.trees.forEach((tree, file) => {
    const layer = trees[file]?.pieceLayer();
    if (layer && tree && tree.pieceCount > 1) tree.setPieceLayer(layer);
  });
  for (const piece of pieces) {
    for (const { begin, data } of blocksOf(torrent, piece)) {
      opened.storage.putBlock(piece, begin, data);
    }
    assertEquals(await opened.storage.prove(piece), { outcome: "good" });
  }
  return opened;
}

const torrent = torrentOf(FILES);

Deno.test("open storage: into a folder by the torrent's name, or by another name", async () => {
  await using folder = await temporaryFolder();
  const { path } = folder;
  for (
    const [dest, at] of [[path, join(path, "torrent")], [`${path}/other`, join(path, "other")]]
  ) {
    const opened = await open(options(dest!));
    assertEquals(opened.contents.path, at);
    assertEquals(opened.contents.files.map(({ path, wanted }) => [path, wanted]), [
      ["a", true],
      ["b/c", true],
    ]);
    assertEquals([opened.files, opened.size, opened.contents.here], [2, 140_000, 0]);
    assertEquals(opened.contents.needed, 140_000);
    assertEquals(percentHere(opened), undefined);
    await close(opened);
  }
  await assertRejects(() => open(options(`${path}/none/`)), AppError, "There is no folder");
});

Deno.test("open storage: it goes on with what is there, one download at a time", async () => {
  await using folder = await temporaryFolder();
  const opened = await open(options(folder.path), [0, 2]);
  await assertRejects(() => open(options(folder.path)), AppError, "Another download writes to");
  await close(opened);
  const again = await open(options(folder.path));
  const there = layout.dataLength(0) + layout.dataLength(2);
  assertEquals([again.contents.here, again.contents.needed], [there, 140_000 - there]);
  assertEquals(percentHere(again), Math.floor(2 / info.pieceCount * 100));
  await close(again);
  const some = await open(options(folder.path, { only: ["a"] }));
  assertEquals([some.files, some.size], [1, 40_000]);
  assertEquals([...some.wantedPieces], [0, 1]);
  assertEquals(some.contents.here, layout.dataLength(0));
  await close(some);
});

Deno.test("open storage: somebody's file stays unless it may go", async () => {
  await using folder = await temporaryFolder();
  const { path } = folder;
  await Deno.mkdir(`${path}/torrent`);
  await Deno.writeTextFile(`${path}/torrent/a`, "mine");
  const error = await assertRejects(() => open(options(path)), AppError);
  assertEquals(error.code, "file_exists");
  assert(error.message.includes(join(path, "torrent", "a")), error.message);
  const asked: string[] = [];
  const confirmOverwrite = (yes: boolean) => (path: string) => {
    asked.push(path);
    return Promise.resolve(yes);
  };
  await assertRejects(
    () => open(options(path, { confirmOverwrite: confirmOverwrite(false) })),
    AppError,
  );
  assertEquals(await Deno.readTextFile(`${path}/torrent/a`), "mine");
  for (const yes of [{ confirmOverwrite: confirmOverwrite(true) }, { force: true }]) {
    await close(await open(options(path, yes)));
  }
  assertEquals(asked, Array(2).fill(join(path, "torrent")));
});

Deno.test("open storage: what only one file can have is refused before anything is made", async () => {
  await using folder = await temporaryFolder();
  const sink = () => Promise.resolve();
  const { path } = folder;
  await assertRejects(() => open(options(path, { sink })), AppError, "has 2 files, and only one");
  const sha256 = "00".repeat(32);
  await assertRejects(() => open(options(path, { sha256 })), AppError, "is a folder, and --sha256");
  assertEquals(namesIn(path), []);
  const opened = await open(options(path, { sink, only: ["a"] }));
  assertEquals(opened.files, 1);
  await close(opened);
});
