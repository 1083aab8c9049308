/** Downloads on a disk that fails in every way: nothing wrong is ever taken for right. */
import { assert, assertEquals, assertRejects } from "jsr:@std/assert@1";
import { below, type Random, shuffle } from "../../lib/base/random.ts";
import { DiskError } from "../../lib/disk/errors.ts";
import { Storage } from "../../lib/disk/storage.ts";
import { MemoryDisk } from "../support/memory_disk.ts";
import { bytesOf } from "../support/programs.ts";
import { seededRandom } from "../support/seeded_random.ts";
import { blocksOf, type TestTorrent, torrentOf, type TorrentVersion } from "../support/torrents.ts";

/** Seeds of each kind of end; MINI_TORRENT_SIMULATIONS runs more. */
const SEEDS = Number(Deno.env.get("MINI_TORRENT_SIMULATIONS") ?? 100);

const VERSIONS: readonly TorrentVersion[] = ["v1", "v2", "hybrid"];

function randomTorrent(random: Random): TestTorrent {
  const files: Record<string, Uint8Array> = {};
  const count = 1 + below(random, 4);
  for (let file = 0; file < count; file++) {
    const length = below(random, 4) === 0 ? 0 : below(random, 60_000);
    files[`${below(random, 2) ? "folder/" : ""}${file}`] = bytesOf(length, file + 1);
  }
  const version = VERSIONS[below(random, 3)]!;
  return torrentOf(files, { version, pieceLength: 16_384 });
}

/** Everything that the storage says is there must be right. */
async function checkHave(storage: Storage, torrent: TestTorrent): Promise<void> {
  for (const piece of storage.have) {
    const into = new Uint8Array(torrent.layout.dataLength(piece));
    await storage.readBlock(piece, 0, into);
    assertEquals(into, torrent.piece(piece), `piece ${piece}`);
  }
}

/** Downloads what is missing. @param onDurable Told what is on the disk for sure. */
async function download(
  disk: MemoryDisk,
  torrent: TestTorrent,
  random: Random,
  onDurable: (pieces: readonly number[]) => void = () => {},
): Promise<number> {
  const { info, trees } = torrent;
  const storage = await Storage.open({ info, trees, path: "/home/torrent", files: disk });
  let received = 0;
  try {
    await checkHave(storage, torrent);
    onDurable([...storage.have]);
    const missing = [...Array(info.pieceCount).keys()].filter((piece) => !storage.have.has(piece));
    for (const piece of shuffle(random, missing)) {
      for (const { begin, data } of blocksOf(torrent, piece)) storage.putBlock(piece, begin, data);
      assertEquals(await storage.prove(piece), { outcome: "good" });
      received++;
      if (below(random, 4) > 0) continue;
      await storage.flush();
      onDurable([...storage.have]);
    }
    await storage.finish();
  } finally {
    await storage[Symbol.asyncDispose]();
  }
  return received;
}

function checkEnd(disk: MemoryDisk, torrent: TestTorrent, mayStay = /^$/): void {
  const files = new Map(disk.files());
  assertEquals(
    [...files.keys()].filter((path) => !mayStay.test(path)).sort(),
    torrent.info.files.map(({ path }) => `/home/torrent/${path.join("/")}`).sort(),
  );
  torrent.info.files.forEach(({ path }, file) =>
    assertEquals(files.get(`/home/torrent/${path.join("/")}`), torrent.contents[file])
  );
}

async function newDisk(): Promise<MemoryDisk> {
  const disk = new MemoryDisk();
  disk.makeFolder("/home");
  await disk.syncFolder("/");
  return disk;
}

/** From some call on, nothing is done any more: the program has ended, or the power. */
function endAfter(disk: MemoryDisk, calls: number): void {
  disk.onCall = () => {
    if (calls-- <= 0) throw Object.assign(new Error("EIO: it has ended"), { code: "EIO" });
  };
}

for (const end of ["program", "power"] as const) {
  Deno.test(`storage: whenever the ${end} ends, nothing is wrong and nothing proven is lost`, async () => {
    for (let seed = 0; seed < SEEDS; seed++) {
      const random = seededRandom(seed);
      const torrent = randomTorrent(random);
      const disk = await newDisk();
      let durable = new Set<number>();
      for (let ends = 0; ends < 5; ends++) {
        endAfter(disk, below(random, 120));
        try {
          await download(disk, torrent, random, (pieces) => {
            for (const piece of durable) {
              assert(pieces.includes(piece), `seed ${seed}: piece ${piece} was lost`);
            }
            durable = new Set(pieces);
          });
        } catch (error) {
          assert(error instanceof DiskError, `seed ${seed}: ${error}`);
        }
        disk.onCall = () => {};
        if (end === "power") disk.losePower(random);
      }
      await download(disk, torrent, random, (pieces) => {
        for (const piece of durable) {
          assert(pieces.includes(piece), `seed ${seed}: piece ${piece} was lost`);
        }
        durable = new Set(pieces);
      });
      // A part file that was new when the power failed may hold nothing that shows whose it is.
      checkEnd(disk, torrent, end === "power" ? /\.part$/ : undefined);
    }
  });
}

Deno.test("storage: every single call may fail once, and the download ends well", async () => {
  for (const code of ["EIO", "ENOSPC", "EACCES"]) {
    for (let nth = 0;; nth++) {
      const random = seededRandom(7);
      const torrent = randomTorrent(random);
      const disk = await newDisk();
      let calls = 0;
      disk.onCall = () => {
        if (calls++ === nth) throw Object.assign(new Error(`${code}: not now`), { code });
      };
      let tries = 0;
      for (;; tries++) {
        try {
          await download(disk, torrent, random);
          break;
        } catch (error) {
          assert(error instanceof DiskError, `call ${nth}: ${error}`);
          assert(tries < 2, `call ${nth}: ${error}`);
        }
      }
      checkEnd(disk, torrent);
      if (calls <= nth) break;
    }
  }
});

Deno.test("storage: after a failed call it goes on without being opened again", async () => {
  for (let seed = 0; seed < SEEDS; seed++) {
    const random = seededRandom(seed);
    const torrent = randomTorrent(random);
    const { info, trees } = torrent;
    const disk = await newDisk();
    const lost: number[] = [];
    await using storage = await Storage.open({
      info,
      trees,
      path: "/home/torrent",
      files: disk,
      onLost: (piece) => lost.push(piece),
    });
    disk.onCall = (call) => {
      if (call === "read" || below(random, 10) > 0) return;
      throw Object.assign(new Error("EIO: not now"), { code: "EIO" });
    };
    const again = async (act: () => Promise<unknown>) => {
      for (let tries = 0;; tries++) {
        try {
          return await act();
        } catch (error) {
          assert(error instanceof DiskError, `seed ${seed}: ${error}`);
          assert(tries < 200, `seed ${seed}: ${error}`);
        }
      }
    };
    for (let piece = 0; piece < info.pieceCount; piece++) {
      for (const { begin, data } of blocksOf(torrent, piece)) storage.putBlock(piece, begin, data);
      await again(() => storage.prove(piece));
      if (below(random, 3) === 0) await again(() => storage.flush());
    }
    await again(() => storage.flush());
    assertEquals(lost, []);
    disk.losePower(random);
    disk.onCall = () => {};
    checkWhole(disk, torrent);
  }
});

function checkWhole(disk: MemoryDisk, torrent: TestTorrent): void {
  const files = new Map(disk.files());
  torrent.info.files.forEach(({ path }, file) =>
    assertEquals(files.get(`/home/torrent/${path.join("/")}`), torrent.contents[file])
  );
}

Deno.test("storage: a full disk is told, and with room the download goes on", async () => {
  const random = seededRandom(1);
  const torrent = torrentOf({ a: bytesOf(100_000), b: bytesOf(50_000) });
  const { info, trees } = torrent;
  const disk = await newDisk();
  await using storage = await Storage.open({ info, trees, path: "/home/torrent", files: disk });
  disk.capacity = 80_000;
  let failed = 0;
  for (let piece = 0; piece < info.pieceCount; piece++) {
    for (const { begin, data } of blocksOf(torrent, piece)) storage.putBlock(piece, begin, data);
    try {
      await storage.prove(piece);
    } catch (error) {
      assert(error instanceof DiskError && error.code === "full", String(error));
      assertEquals(storage.problem?.code, "full");
      failed++;
      disk.capacity += 40_000;
      assertEquals(await storage.prove(piece), { outcome: "good" });
    }
  }
  assert(failed > 0);
  disk.capacity = Infinity;
  await storage.finish();
  assertEquals(storage.problem, undefined);
  disk.losePower(random);
  checkEnd(disk, torrent);
});

Deno.test("storage: a piece that cannot be read back after a failed sync is lost, and said so", async () => {
  const torrent = torrentOf({ a: bytesOf(100_000) });
  const { info, trees } = torrent;
  const disk = await newDisk();
  const lost: number[] = [];
  await using storage = await Storage.open({
    info,
    trees,
    path: "/home/torrent",
    files: disk,
    onLost: (piece) => lost.push(piece),
  });
  for (const { begin, data } of blocksOf(torrent, 1)) storage.putBlock(1, begin, data);
  await storage.prove(1);
  disk.onCall = (call) => {
    if (call === "sync") throw Object.assign(new Error("EIO: bad sector"), { code: "EIO" });
  };
  await assertRejects(() => storage.flush(), DiskError);
  disk.onCall = () => {};
  using other = { [Symbol.dispose]: () => file.close() };
  const file = disk.open("/home/torrent/a.part", "update");
  file.write(new Uint8Array(10), 40_000);
  void other;
  await storage.flush();
  assertEquals([lost, [...storage.have]], [[1], []]);
  for (let piece = 0; piece < info.pieceCount; piece++) {
    for (const { begin, data } of blocksOf(torrent, piece)) storage.putBlock(piece, begin, data);
    await storage.prove(piece);
  }
  await storage.finish();
  checkEnd(disk, torrent);
});
