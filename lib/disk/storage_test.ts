import { assert, assertEquals, assertRejects } from "jsr:@std/assert@1";
import { join } from "node:path";
import { bytesOf, namesIn, temporaryFolder } from "../../tests/support/programs.ts";
import {
  blocksOf,
  type TestTorrent,
  torrentOf,
  type TorrentVersion,
} from "../../tests/support/torrents.ts";
import { MerkleTree } from "../meta/merkle.ts";
import { DiskError } from "./errors.ts";
import { Storage } from "./storage.ts";

const VERSIONS: readonly TorrentVersion[] = ["v1", "v2", "hybrid"];

const FILES = {
  "a/one": bytesOf(100_000, 1),
  "a/two.bin": bytesOf(16_384, 2),
  "b/empty": new Uint8Array(0),
  "b/three": bytesOf(5, 3),
  "four": bytesOf(65_536, 4),
};

/** Puts all blocks of a piece and proves it. */
async function receive(storage: Storage, torrent: TestTorrent, piece: number): Promise<void> {
  for (const { begin, data } of blocksOf(torrent, piece)) storage.putBlock(piece, begin, data);
  assertEquals(await storage.prove(piece), { outcome: "good" });
}

/** The trees of a torrent when nothing is known but its info dictionary. */
function unknownTrees({ info, trees }: TestTorrent): (MerkleTree | undefined)[] {
  return trees.map((tree) =>
    tree && new MerkleTree({ root: tree.root, length: tree.length, pieceLength: info.pieceLength })
  );
}

async function readPiece(storage: Storage, torrent: TestTorrent, piece: number) {
  const into = new Uint8Array(torrent.layout.dataLength(piece));
  await storage.readBlock(piece, 0, into);
  return into;
}

for (const version of VERSIONS) {
  Deno.test(`storage: a ${version} download ends as the files it is of`, async () => {
    await using folder = await temporaryFolder();
    const torrent = torrentOf(FILES, { version });
    const path = join(folder.path, "torrent");
    const { info, trees } = torrent;
    {
      await using storage = await Storage.open({ info, trees, path, workers: 0 });
      for (let piece = 0; piece < info.pieceCount; piece++) {
        assert(!storage.have.has(piece));
        await receive(storage, torrent, piece);
        assertEquals(await readPiece(storage, torrent, piece), torrent.piece(piece));
      }
      await storage.finish();
      for (let piece = 0; piece < info.pieceCount; piece++) {
        assertEquals(await readPiece(storage, torrent, piece), torrent.piece(piece));
      }
    }
    assertEquals(namesIn(folder.path), ["torrent"]);
    for (const [name, content] of Object.entries(FILES)) {
      assertEquals(await Deno.readFile(join(path, name)), content);
    }
    await using again = await Storage.open({ info, trees, path, workers: 0 });
    assertEquals([again.have.isFull, again.found.needed], [true, 0]);
    await again.finish();
    assertEquals(namesIn(folder.path), ["torrent"]);
  });

  Deno.test(`storage: a ${version} download goes on where it was`, async () => {
    await using folder = await temporaryFolder();
    const torrent = torrentOf(FILES, { version });
    const path = join(folder.path, "torrent");
    const { info, trees } = torrent;
    for (let piece = 0; piece < info.pieceCount; piece++) {
      await using storage = await Storage.open({ info, trees, path, workers: 0 });
      assertEquals([...storage.have], [...Array(piece).keys()]);
      for (const known of storage.have) {
        assertEquals(await readPiece(storage, torrent, known), torrent.piece(known));
      }
      await receive(storage, torrent, piece);
    }
    await using storage = await Storage.open({ info, trees, path, workers: 0 });
    await storage.finish();
    assertEquals(namesIn(folder.path), ["torrent"]);
    for (const [name, content] of Object.entries(FILES)) {
      assertEquals(await Deno.readFile(join(path, name)), content);
    }
  });

  Deno.test(`storage: a bad block of a ${version} torrent is never written`, async () => {
    await using folder = await temporaryFolder();
    const torrent = torrentOf(FILES, { version });
    const path = join(folder.path, "torrent");
    const { info, trees } = torrent;
    await using storage = await Storage.open({ info, trees, path, workers: 0 });
    for (const { begin, data } of blocksOf(torrent, 0)) {
      const bad = data.slice();
      if (begin > 0) bad[7]! ^= 1;
      storage.putBlock(0, begin, bad);
    }
    const proof = await storage.prove(0);
    assertEquals(proof.outcome, "bad");
    if (version === "v1") assertEquals(proof, { outcome: "bad" });
    else {
      assert(proof.outcome === "bad");
      assertEquals(trees[0]!.wrongBlocks(0, proof.blocks!), [1]);
    }
    assertEquals(namesIn(path), ["b"], "the empty file alone");
    storage.dropBlock(0, 16_384);
    await assertRejects(() => storage.prove(0), RangeError);
    storage.putBlock(0, 16_384, torrent.piece(0).subarray(16_384));
    assertEquals(await storage.prove(0), { outcome: "good" });
  });
}

Deno.test("storage: SHA-1 proves a hybrid torrent whose piece layers nobody tells", async () => {
  await using folder = await temporaryFolder();
  const torrent = torrentOf(FILES, { version: "hybrid" });
  const path = join(folder.path, "torrent");
  const { info } = torrent;
  const trees = unknownTrees(torrent);
  await using storage = await Storage.open({ info, trees, path, workers: 0 });
  for (let piece = 0; piece < info.pieceCount; piece++) await receive(storage, torrent, piece);
  assertEquals(trees[0]!.pieceLayer(), undefined);
  await storage.finish();
  assertEquals(trees[0]!.pieceLayer(), torrent.trees[0]!.pieceLayer());
  for (const [name, content] of Object.entries(FILES)) {
    assertEquals(await Deno.readFile(join(path, name)), content);
  }
});

Deno.test("storage: roots of pieces that were there before are computed", async () => {
  await using folder = await temporaryFolder();
  const torrent = torrentOf(FILES, { version: "hybrid" });
  const path = join(folder.path, "torrent");
  const { info } = torrent;
  for (let piece = 0; piece < info.pieceCount; piece++) {
    const trees = unknownTrees(torrent);
    await using storage = await Storage.open({ info, trees, path, workers: 0 });
    assertEquals(storage.have.count, piece);
    await receive(storage, torrent, piece);
  }
  const trees = unknownTrees(torrent);
  await using storage = await Storage.open({ info, trees, path, workers: 0 });
  await storage.finish();
  assertEquals(trees[0]!.pieceLayer(), torrent.trees[0]!.pieceLayer());
});

Deno.test("storage: a hybrid torrent that contradicts itself is never finished", async () => {
  await using folder = await temporaryFolder();
  const torrent = torrentOf(FILES, { version: "hybrid" });
  const other = torrentOf({ ...FILES, "a/one": bytesOf(100_000, 9) }, { version: "hybrid" });
  const info = { ...torrent.info, v1: other.info.v1! };
  const path = join(folder.path, "torrent");
  const trees = unknownTrees(torrent);
  await using storage = await Storage.open({ info, trees, path, workers: 0 });
  for (let piece = 0; piece < info.pieceCount; piece++) await receive(storage, other, piece);
  const error = await assertRejects(() => storage.finish(), DiskError, "a/one");
  assertEquals(error.code, "contradiction");
});

Deno.test("storage: zeros are read behind the file's end in a piece of a v2 torrent", async () => {
  await using folder = await temporaryFolder();
  const torrent = torrentOf({ one: bytesOf(20_000, 1), two: bytesOf(7, 2) }, { version: "v2" });
  const { info, trees } = torrent;
  const path = join(folder.path, "torrent");
  await using storage = await Storage.open({ info, trees, path, workers: 0 });
  await receive(storage, torrent, 0);
  await receive(storage, torrent, 1);
  const block = bytesOf(16_384, 3);
  assertEquals(storage.readNow(0, 0, block), false);
  await storage.readBlock(0, 16_384, block);
  assertEquals(block.subarray(0, 20_000 - 16_384), torrent.contents[0]!.subarray(16_384));
  assertEquals(block.subarray(20_000 - 16_384), new Uint8Array(2 * 16_384 - 20_000));
  await storage.readBlock(1, 16_384, block);
  assertEquals(block, new Uint8Array(16_384));
  await assertRejects(() => storage.readBlock(1, 16_385, block), RangeError);
  assert(storage.readNow(0, 0, block));
  assertEquals(block, torrent.contents[0]!.subarray(0, 16_384));
  assertEquals(storage.readNow(0, 16_384, block), false, "padding is left to readBlock");
});

Deno.test("storage: unwanted files do not appear, also where they share pieces", async () => {
  await using folder = await temporaryFolder();
  const torrent = torrentOf(FILES, { version: "v1" });
  const path = join(folder.path, "torrent");
  const { info, trees } = torrent;
  const wanted = [false, true, false, false, false];
  const { first, end } = torrent.layout.piecesOf(1);
  for (let piece = first; piece < end; piece++) {
    await using storage = await Storage.open({ info, trees, path, wanted, workers: 0 });
    assertEquals(storage.have.count, piece - first);
    await receive(storage, torrent, piece);
    assertEquals(await readPiece(storage, torrent, piece), torrent.piece(piece));
  }
  {
    await using storage = await Storage.open({ info, trees, path, wanted, workers: 0 });
    await storage.finish();
  }
  assertEquals(namesIn(path), ["a"]);
  assertEquals(namesIn(join(path, "a")), ["two.bin"]);
  assertEquals(await Deno.readFile(join(path, "a/two.bin")), FILES["a/two.bin"]);
  {
    await using storage = await Storage.open({ info, trees, path, wanted, workers: 0 });
    assertEquals(storage.found.needed, 0);
  }
  await using all = await Storage.open({ info, trees, path, workers: 0 });
  for (let piece = 0; piece < info.pieceCount; piece++) {
    if (!all.have.has(piece)) await receive(all, torrent, piece);
  }
  await all.finish();
  assertEquals(namesIn(folder.path), ["torrent"]);
  for (const [name, content] of Object.entries(FILES)) {
    assertEquals(await Deno.readFile(join(path, name)), content);
  }
});

Deno.test("storage: another's file is kept unless it may be replaced", async () => {
  await using folder = await temporaryFolder();
  const torrent = torrentOf({ file: bytesOf(50_000) }, { single: true });
  const path = join(folder.path, "file");
  const { info, trees } = torrent;
  await Deno.writeTextFile(path, "another's");
  const error = await assertRejects(
    () => Storage.open({ info, trees, path, workers: 0 }),
    DiskError,
  );
  assertEquals(error.code, "exists");
  assertEquals(namesIn(folder.path), ["file"]);
  await using storage = await Storage.open({ info, trees, path, force: true, workers: 0 });
  await receive(storage, torrent, 0);
  assertEquals(await Deno.readTextFile(path), "another's");
  await receive(storage, torrent, 1);
  await storage.finish();
  assertEquals(namesIn(folder.path), ["file"]);
  assertEquals(await Deno.readFile(path), torrent.contents[0]!);
});

Deno.test("storage: pieces that come fast are proven in another thread, but for those dropped", async () => {
  await using folder = await temporaryFolder();
  const content = bytesOf(40 * 1024 * 1024);
  const torrent = torrentOf({ file: content }, { pieceLength: 512 * 1024, single: true });
  const { info, trees } = torrent;
  const path = join(folder.path, "file");
  await using storage = await Storage.open({ info, trees, path, workers: 2, now: () => 0 });
  const outcomes = new Set<string>();
  for (let piece = 0; piece < info.pieceCount; piece++) {
    for (const { begin, data } of blocksOf(torrent, piece)) storage.putBlock(piece, begin, data);
    const proving = storage.prove(piece);
    storage.drop(piece);
    const { outcome } = await proving;
    outcomes.add(outcome);
    if (outcome === "failed") await receive(storage, torrent, piece);
    await new Promise((resolve) => setTimeout(resolve, 20)); // until a thread comes to life
  }
  assertEquals(outcomes, new Set(["good", "failed"]));
  await storage.finish();
  assertEquals(await Deno.readFile(path), content);
});

Deno.test("storage: what another thread hashes while the store is closed is not written any more", async () => {
  await using folder = await temporaryFolder();
  const torrent = torrentOf({ file: bytesOf(40 * 1024 * 1024) }, {
    pieceLength: 512 * 1024,
    single: true,
  });
  const { info, trees } = torrent;
  const path = join(folder.path, "file");
  const proven: number[] = [];
  let lost = 0;
  {
    await using storage = await Storage.open({ info, trees, path, workers: 2, now: () => 0 });
    for (let piece = 0; piece < 70; piece++) {
      await receive(storage, torrent, piece);
      proven.push(piece);
      await new Promise((resolve) => setTimeout(resolve, 10)); // until a thread comes to life
    }
    const last: Promise<void>[] = [];
    for (let piece = 70; piece < info.pieceCount; piece++) {
      for (const { begin, data } of blocksOf(torrent, piece)) storage.putBlock(piece, begin, data);
      last.push(
        storage.prove(piece).then(({ outcome }) => {
          if (outcome === "good") proven.push(piece);
          else lost++;
        }),
      );
    }
    await storage[Symbol.asyncDispose]();
    await Promise.all(last);
  }
  assert(lost > 0);
  await using again = await Storage.open({ info, trees, path, workers: 0 });
  assertEquals([...again.have], proven.sort((a, b) => a - b));
});
