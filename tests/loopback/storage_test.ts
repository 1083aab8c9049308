/** Storage on the machine's own disks: swapped folders, full disks, many files, long files. */
import { assert, assertEquals, assertRejects } from "jsr:@std/assert@1";
import { join } from "node:path";
import { DiskError } from "../../lib/disk/errors.ts";
import { Storage } from "../../lib/disk/storage.ts";
import { BLOCK_LENGTH, type TorrentInfo } from "../../lib/meta/torrent.ts";
import { infoHash } from "../../lib/base/ids.ts";
import { bytesOf, namesIn, skippable, temporaryFolder } from "../support/programs.ts";
import { blocksOf, type TestTorrent, torrentOf } from "../support/torrents.ts";
import { createHash } from "node:crypto";

const WINDOWS = Deno.build.os === "windows";
const NO_LINKS = WINDOWS ? "on Windows only some users may make symbolic links" : undefined;

async function receive(storage: Storage, torrent: TestTorrent, piece: number): Promise<void> {
  for (const { begin, data } of blocksOf(torrent, piece)) storage.putBlock(piece, begin, data);
  assertEquals(await storage.prove(piece), { outcome: "good" });
}

skippable("storage: no folder or file that is a link is written through", NO_LINKS, async () => {
  await using folder = await temporaryFolder();
  const outside = join(folder.path, "outside");
  await Deno.mkdir(outside);
  const torrent = torrentOf({ "a/file": bytesOf(100_000) });
  const { info, trees } = torrent;
  const inside = join(folder.path, "inside");
  const path = join(inside, "torrent");
  const traps: (() => Promise<void>)[] = [
    () => Deno.symlink(outside, path),
    async () => {
      await Deno.mkdir(path);
      await Deno.symlink(outside, join(path, "a"));
    },
    async () => {
      await Deno.mkdir(join(path, "a"), { recursive: true });
      await Deno.symlink(join(outside, "victim"), join(path, "a/file.part"));
    },
    async () => {
      await Deno.mkdir(join(path, "a"), { recursive: true });
      await Deno.symlink(join(outside, "victim"), join(path, "a/file"));
    },
    () => Deno.symlink(join(outside, "victim"), join(inside, ".torrent.journal")),
    () => Deno.symlink(join(outside, "victim"), join(inside, ".torrent.journal.new")),
  ];
  for (const trap of traps) {
    for (const victim of [undefined, "untouched"]) {
      await Deno.mkdir(inside);
      if (victim) await Deno.writeTextFile(join(outside, "victim"), victim);
      await trap();
      try {
        await using storage = await Storage.open({ info, trees, path, workers: 0 });
        for (let piece = 0; piece < info.pieceCount; piece++) {
          await receive(storage, torrent, piece);
        }
        await storage.finish();
        assertEquals(await Deno.readFile(join(path, "a/file")), torrent.contents[0]!);
      } catch (error) {
        assert(error instanceof DiskError, String(error));
      }
      assertEquals(namesIn(outside), victim ? ["victim"] : []);
      if (victim) {
        assertEquals(await Deno.readTextFile(join(outside, "victim")), victim);
        await Deno.remove(join(outside, "victim"));
      }
      await Deno.remove(inside, { recursive: true });
    }
  }
});

skippable("storage: folders swapped for links meanwhile get nothing", NO_LINKS, async () => {
  await using folder = await temporaryFolder();
  const outside = join(folder.path, "outside");
  await Deno.mkdir(join(outside, "a"), { recursive: true });
  const swap = new Worker(
    "data:text/typescript," + encodeURIComponent(`
      self.onmessage = ({ data: [path, outside] }) => {
        for (let at = 0; at < 10_000; at++) {
          try { Deno.renameSync(path, path + ".away"); Deno.symlinkSync(outside, path); } catch {}
          try { Deno.removeSync(path); Deno.renameSync(path + ".away", path); } catch {}
        }
        self.postMessage("done");
      };`),
    { type: "module" },
  );
  const torrent = torrentOf(
    Object.fromEntries(Array.from({ length: 200 }, (_, file) => [`a/${file}`, bytesOf(10, file)])),
  );
  const { info, trees } = torrent;
  const path = join(folder.path, "torrent");
  await Deno.mkdir(join(path, "a"), { recursive: true });
  const { promise: done, resolve } = Promise.withResolvers<void>();
  let swapping = true;
  swap.onmessage = () => {
    swapping = false;
    resolve();
  };
  swap.postMessage([join(path, "a"), join(outside, "a")]);
  let refused = 0;
  while (swapping) {
    try {
      await using storage = await Storage.open({ info, trees, path, workers: 0 });
      for (let piece = 0; piece < info.pieceCount && swapping; piece++) {
        if (!storage.have.has(piece)) await receive(storage, torrent, piece);
        await new Promise((resolve) => setTimeout(resolve));
      }
      await storage.finish();
    } catch (error) {
      assert(error instanceof DiskError || error instanceof RangeError, String(error));
      refused++;
    }
    await new Promise((resolve) => setTimeout(resolve));
  }
  await done;
  swap.terminate();
  for (const name of namesIn(join(outside, "a"))) {
    assertEquals((await Deno.stat(join(outside, "a", name))).size, 0, name);
  }
  assert(refused > 0, "no swap was met");
});

/** Windows opens and syncs a file far more slowly. */
const MANY = Deno.build.os === "windows" ? 1_000 : 10_000;

Deno.test(`storage: ${MANY} small files, with few of them open`, async () => {
  await using folder = await temporaryFolder();
  const files: Record<string, Uint8Array> = {};
  for (let file = 0; file < MANY; file++) {
    files[`${file % 100}/${file}`] = bytesOf(file % 97, file);
  }
  const torrent = torrentOf(files, { version: "v1", pieceLength: BLOCK_LENGTH });
  const { info, trees } = torrent;
  const path = join(folder.path, "torrent");
  {
    await using storage = await Storage.open({ info, trees, path, workers: 0 });
    for (let piece = 0; piece < info.pieceCount; piece++) await receive(storage, torrent, piece);
    await storage.finish();
  }
  assertEquals(namesIn(folder.path), ["torrent"]);
  for (const [name, content] of Object.entries(files)) {
    assertEquals(await Deno.readFile(join(path, name)), content);
  }
  await using again = await Storage.open({ info, trees, path });
  assert(again.have.isFull);
});

Deno.test("storage: positions beyond 4 GiB, in a file that is mostly holes", async () => {
  await using folder = await temporaryFolder();
  const pieceLength = 16 * 1024 * 1024;
  const length = 20 * 1024 ** 3 + 5;
  const pieceCount = Math.ceil(length / pieceLength);
  const last = bytesOf(5, 1);
  const middle = bytesOf(pieceLength, 2);
  const at = Math.floor(2 ** 33 / pieceLength) + 1;
  const pieces = new Uint8Array(20 * pieceCount).fill(1);
  const sha1 = (data: Uint8Array) => createHash("sha1").update(data).digest();
  pieces.set(sha1(last), 20 * (pieceCount - 1));
  pieces.set(sha1(middle), 20 * at);
  const info: TorrentInfo = {
    bytes: new Uint8Array(0),
    name: "long",
    single: true,
    pieceLength,
    pieceCount,
    size: length,
    span: length,
    files: [{ path: ["long"], length, offset: 0, attributes: "" }],
    private: false,
    v1: { infoHash: infoHash("12".repeat(20))!, pieces },
  };
  const path = join(folder.path, "long");
  {
    await using storage = await Storage.open({ info, trees: [], path, workers: 0 });
    assertEquals(storage.found.needed, length);
    storage.putBlock(pieceCount - 1, 0, last);
    assertEquals(await storage.prove(pieceCount - 1), { outcome: "good" });
    for (let begin = 0; begin < pieceLength; begin += BLOCK_LENGTH) {
      storage.putBlock(at, begin, middle.subarray(begin, begin + BLOCK_LENGTH));
    }
    assertEquals(await storage.prove(at), { outcome: "good" });
  }
  const { size } = await Deno.stat(`${path}.part`);
  assertEquals(size, length);
  await using storage = await Storage.open({ info, trees: [], path, workers: 0 });
  assertEquals([...storage.have], [at, pieceCount - 1]);
  const into = new Uint8Array(BLOCK_LENGTH);
  await storage.readBlock(at, 5 * BLOCK_LENGTH, into);
  assertEquals(into, middle.subarray(5 * BLOCK_LENGTH, 6 * BLOCK_LENGTH));
  const end = new Uint8Array(5);
  await storage.readBlock(pieceCount - 1, 0, end);
  assertEquals(end, last);
});

/** Why no small disk can be made here, if so. */
async function noTmpfs(): Promise<string | undefined> {
  if (Deno.build.os !== "linux") return "there is no tmpfs";
  if (Deno.uid() !== 0) return "only root mounts";
  const path = await Deno.makeTempDir();
  try {
    const mounted = await command("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", path);
    if (!mounted) return "nothing can be mounted";
    await command("umount", path);
    return undefined;
  } finally {
    await Deno.remove(path);
  }
}

async function command(name: string, ...args: string[]): Promise<boolean> {
  try {
    return (await new Deno.Command(name, { args, stderr: "null" }).output()).success;
  } catch {
    return false;
  }
}

skippable("storage: a disk that fills up, and has room again", await noTmpfs(), async () => {
  await using folder = await temporaryFolder();
  const disk = join(folder.path, "disk");
  await Deno.mkdir(disk);
  assert(await command("mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", disk));
  try {
    const torrent = torrentOf({ file: bytesOf(12_000_000) }, { pieceLength: 262_144 });
    const { info, trees } = torrent;
    await Deno.writeFile(join(disk, "ballast"), bytesOf(10_000_000));
    const path = join(disk, "torrent");
    {
      await using storage = await Storage.open({ info, trees, path, workers: 0 });
      assert(storage.found.room! < storage.found.needed, "it is foreseen");
      let piece = 0;
      const error = await assertRejects(async () => {
        for (; piece < info.pieceCount; piece++) await receive(storage, torrent, piece);
      }, DiskError);
      assertEquals([error.code, storage.problem?.code], ["full", "full"]);
      assert(piece > 0);
      await Deno.remove(join(disk, "ballast"));
      assertEquals(await storage.prove(piece), { outcome: "good" });
      for (let rest = piece + 1; rest < info.pieceCount; rest++) {
        await receive(storage, torrent, rest);
      }
      await storage.finish();
    }
    assertEquals(await Deno.readFile(join(path, "file")), torrent.contents[0]!);
    assertEquals(namesIn(disk), ["torrent"]);
  } finally {
    assert(await command("umount", disk));
  }
});
