/**
 * One seed with a limited uplink and many downloaders that begin at once, ours and libtorrent's, all of
 * them processes on this machine, which run before the clock does. Ideal is the time in which the seed
 * sends the file once.
 *
 *     deno task bench spread [MEGABYTES [DOWNLOADERS [MEGABYTES_A_SECOND]]]
 */
import { libtorrent } from "../../tests/interop/support/libtorrent.ts";
import { TrackerStandIn } from "../../tests/interop/support/tracker_stand_in.ts";
import { memoryFolder } from "./content.ts";
import { type Program, start } from "./program.ts";

const megabytes = Number(Deno.args[0] ?? 100);
const downloaders = Number(Deno.args[1] ?? 16);
const rate = Number(Deno.args[2] ?? 10) * 1e6;
const ideal = megabytes * 1e6 / rate;
const folder = await memoryFolder();
const path = `${folder}/file.bin`;
const torrent = `${folder}/file.torrent`;

try {
  const bytes = new Uint8Array(megabytes * 1e6);
  for (let at = 0; at < bytes.length; at += 65536) {
    crypto.getRandomValues(bytes.subarray(at, at + 65536));
  }
  await Deno.writeFile(path, bytes);
  console.log(`spread: ${megabytes} MB to ${downloaders} from one that sends ${rate / 1e6} MB/s`);
  await ours();
  if (libtorrent().missing() === undefined) await theirs();
  else console.log(`  libtorrent is left out: ${libtorrent().missing()}`);
} finally {
  await Deno.remove(folder, { recursive: true });
}

async function ours(): Promise<void> {
  await using tracker = start("tracker", "--host", "127.0.0.1", "--port", "0");
  const at = `127.0.0.1:${(await tracker.line("listening")).port}`;
  await using creating = start("peer", "create", path, "-o", torrent);
  await creating.line("result");
  await using stack = new AsyncDisposableStack();
  const peers: Program[] = [];
  for (let n = 0; n < downloaders; n++) {
    const into = `${folder}/ours-${n}/`;
    await Deno.mkdir(into);
    const peer = stack.use(start("peer", "download", torrent, into, "--tracker", at, "--seed"));
    await peer.line("contents", "error");
    peers.push(peer);
  }
  const limit = ["--up-limit", String(rate)];
  await using seed = start("peer", "seed", path, "--tracker", at, ...limit);
  await seed.line("share");
  const began = performance.now();
  tell(
    "ours",
    await Promise.all(peers.map(async (peer) => {
      const done = await peer.line("complete", "error");
      if (done.type === "error") throw new Error(String(done.message));
      return (performance.now() - began) / 1000;
    })),
  );
}

async function theirs(): Promise<void> {
  await using tracker = new TrackerStandIn();
  await using seeding = await libtorrent({ uploadLimit: rate }).open();
  await seeding.seed({ torrent, folder, tracker: tracker.url });
  await using stack = new AsyncDisposableStack();
  const agents = [];
  for (let n = 0; n < downloaders; n++) agents.push(stack.use(await libtorrent().open()));
  const began = performance.now();
  tell(
    "libtorrent",
    await Promise.all(agents.map(async (agent, n) => {
      const into = `${folder}/theirs-${n}`;
      await Deno.mkdir(into);
      const download = await agent.download({
        what: torrent,
        into,
        peers: [],
        tracker: tracker.url,
      });
      await download.done;
      return (performance.now() - began) / 1000;
    })),
  );
}

function tell(name: string, seconds: readonly number[]): void {
  const sorted = seconds.toSorted((a, b) => a - b);
  const [first, last] = [sorted[0]!, sorted.at(-1)!];
  console.log(
    `  ${name}: first done after ${first.toFixed(1)} s, last after ${last.toFixed(1)} s, ` +
      `${(last / ideal).toFixed(2)} times the ideal ${ideal.toFixed(0)} s`,
  );
}
