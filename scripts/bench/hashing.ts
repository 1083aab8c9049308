/**
 * Making a hybrid torrent of one file, ours and libtorrent's in turn, the file in memory. Ours also
 * sums the SHA-256 of the whole file and the original's checksum, as a share needs them; `hybrid` is
 * without them, as libtorrent does it.
 *
 *     deno task bench hashing [MEBIBYTES [ROUNDS]]
 */
import { readContent } from "../../lib/disk/content.ts";
import { hashContent, type HashOptions } from "../../lib/disk/hasher.ts";
import { pieceLengthFor } from "../../lib/meta/piece_length.ts";
import { libtorrent, makeTorrent } from "../../tests/interop/support/libtorrent.ts";
import { memoryFolder, writeRandom } from "./content.ts";
import { median } from "./program.ts";

const mebibytes = Number(Deno.args[0] ?? 1024);
const rounds = Number(Deno.args[1] ?? 5);
const folder = await memoryFolder();
const path = `${folder}/file.bin`;
const pieceLength = pieceLengthFor(mebibytes * 1024 * 1024);

/** Each is run to its end, and tells how many seconds that was. */
const ways: [string, () => Promise<number>][] = [
  ["hybrid", () => hashing({ pieceLength })],
  ["as a share", () => hashing({ pieceLength, sha256: true, checksum: true })],
];
const missing = libtorrent().missing();
if (missing === undefined) {
  ways.push(["libtorrent", async () => {
    const to = `${folder}/made.torrent`;
    return (await makeTorrent({ path }, to, { kind: "hybrid", pieceLength })).seconds;
  }]);
} else console.log(`libtorrent is left out: ${missing}`);

try {
  await writeRandom(path, mebibytes);
  const rates = ways.map(() => [] as number[]);
  for (let round = 0; round <= rounds; round++) {
    for (const [index, [, run]] of ways.entries()) {
      const seconds = await run();
      if (round > 0) rates[index]!.push(mebibytes * 1.048576 / seconds);
    }
  }
  console.log(`hashing: ${mebibytes} MiB, ${rounds} rounds after one thrown away, MB/s`);
  for (const [index, [name]] of ways.entries()) {
    const of = rates[index]!;
    const range = `${Math.min(...of).toFixed(0)} to ${Math.max(...of).toFixed(0)}`;
    console.log(`  ${name}: median ${median(of).toFixed(0)} (${range})`);
  }
} finally {
  await Deno.remove(folder, { recursive: true });
}

async function hashing(options: HashOptions): Promise<number> {
  const began = performance.now();
  await hashContent(await readContent(path), options);
  return (performance.now() - began) / 1000;
}
