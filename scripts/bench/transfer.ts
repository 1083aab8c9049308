/**
 * One file from one seeder to one downloader over loopback, ours and those of others in turn, then ours
 * from four seeders at once; all of them processes, the files in memory.
 *
 *     deno task bench transfer [MEBIBYTES [ROUNDS]]
 *
 * The first round of all is thrown away, and so is what each of the three seeds that join serves alone
 * first: the one that they are compared with has served for a while, and V8 has made it quick. The clock
 * of the others begins when they are told what to fetch, ours when our program knows it; it ends when
 * all is proven and written. WebTorrent takes part where MINI_TORRENT_WEBTORRENT names its folder.
 */
import { empty, memoryFolder, writeRandom } from "./content.ts";
import { median, peakMemory, start } from "./program.ts";
import { type BenchSeed, others, ours, type Side } from "./sides.ts";

const mebibytes = Number(Deno.args[0] ?? 1024);
const rounds = Number(Deno.args[1] ?? 5);
const folder = await memoryFolder();
const path = `${folder}/file.bin`;
const torrent = `${folder}/file.torrent`;

try {
  await writeRandom(path, mebibytes);
  await using tracker = start("tracker", "--host", "127.0.0.1", "--port", "0");
  const our = ours(`127.0.0.1:${(await tracker.line("listening")).port}`);
  const began = performance.now();
  await using seed = await our.seed(path, torrent);
  console.log(`ready to serve after ${((performance.now() - began) / 1000).toFixed(2)} s`);
  await using stack = new AsyncDisposableStack();
  const seeds: [Side, BenchSeed][] = [[our, seed]];
  for (const side of others()) seeds.push([side, stack.use(await side.seed(path, torrent))]);
  const rates = await measure(seeds.map(([side, { address }]) => ({ side, from: [address] })));
  console.log(`transfer: ${mebibytes} MiB, ${rounds} rounds after one thrown away, MB/s`);
  const [reference] = rates;
  for (const one of rates) tell(one, reference!);
  console.log(`  memory of our seeder: ${peakMemory(seed.pid!) ?? "unknown"} MiB`);

  const four = [seed];
  for (let n = 1; n < 4; n++) {
    const another = stack.use(await our.seed(path, torrent));
    four.push(another);
    for (let served = 0; served < rounds; served++) {
      await empty(`${folder}/in`);
      await our.download(torrent, `${folder}/in`, [another.address]);
    }
  }
  const from = await measure([
    { side: { ...our, name: "from one" }, from: [seed.address] },
    { side: { ...our, name: "from four" }, from: four.map(({ address }) => address) },
  ]);
  for (const one of from) tell(one, from[0]!);
} finally {
  await Deno.remove(folder, { recursive: true });
}

interface Measured {
  readonly name: string;
  readonly rates: readonly number[];
  readonly memory: number;
}

async function measure(
  runs: readonly { readonly side: Side; readonly from: readonly BenchSeed["address"][] }[],
): Promise<Measured[]> {
  const results = runs.map(({ side }) => ({ name: side.name, rates: [] as number[], memory: 0 }));
  for (let round = 0; round <= rounds; round++) {
    for (const [index, { side, from }] of runs.entries()) {
      await empty(`${folder}/in`);
      const { seconds, memory = 0 } = await side.download(torrent, `${folder}/in`, from);
      const result = results[index]!;
      if (round > 0) result.rates.push(mebibytes * 1.048576 / seconds);
      result.memory = Math.max(result.memory, memory);
    }
  }
  await empty(`${folder}/in`);
  return results;
}

function tell({ name, rates, memory }: Measured, reference: Measured): void {
  const middle = median(rates);
  const range = `${Math.min(...rates).toFixed(0)} to ${Math.max(...rates).toFixed(0)}`;
  const ratio = name === reference.name
    ? ""
    : `, ${reference.name} is ${(median(reference.rates) / middle).toFixed(2)} times as fast`;
  const most = memory > 0 ? `, at most ${memory} MiB` : "";
  console.log(`  ${name}: median ${middle.toFixed(0)} (${range})${most}${ratio}`);
}
