/**
 * Downloads a torrent that a seed decides into a folder, for a test that kills it:
 * `disk_writer.ts FOLDER SEED`. Prints a line for each piece that is on the disk, and `whole`.
 */
import { shuffle } from "../../lib/base/random.ts";
import { Storage } from "../../lib/disk/storage.ts";
import { bytesOf } from "./programs.ts";
import { seededRandom } from "./seeded_random.ts";
import { blocksOf, type TestTorrent, torrentOf } from "./torrents.ts";

/** The torrent that a seed stands for. */
export function seededTorrent(seed: number): TestTorrent {
  const files = { "a/one": bytesOf(3_000_000, seed + 1), two: bytesOf(700_000, seed + 2) };
  const version = (["v1", "v2", "hybrid"] as const)[seed % 3]!;
  return torrentOf(files, { version, pieceLength: 65_536 });
}

async function main(folder: string, seed: number): Promise<void> {
  const torrent = seededTorrent(seed);
  const { info, trees } = torrent;
  await using storage = await Storage.open({ info, trees, path: `${folder}/torrent`, workers: 0 });
  const say = (text: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
  for (const piece of storage.have) {
    const into = new Uint8Array(torrent.layout.dataLength(piece));
    await storage.readBlock(piece, 0, into);
    const right = torrent.piece(piece);
    if (into.some((byte, at) => byte !== right[at])) say(`wrong ${piece}`);
    say(`there ${piece}`);
  }
  say("open");
  const missing = [...Array(info.pieceCount).keys()].filter((piece) => !storage.have.has(piece));
  let unsynced: number[] = [];
  for (const piece of shuffle(seededRandom(seed + missing.length), missing)) {
    for (const { begin, data } of blocksOf(torrent, piece)) storage.putBlock(piece, begin, data);
    await storage.prove(piece);
    unsynced.push(piece);
    if (unsynced.length < 4) continue;
    await storage.flush();
    for (const one of unsynced) say(`there ${one}`);
    unsynced = [];
  }
  await storage.finish();
  say("whole");
}

if (import.meta.main) await main(Deno.args[0]!, Number(Deno.args[1]));
