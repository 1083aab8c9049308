/** Programs that others wrote find each other at our tracker, each through another door. */
import { skippable, temporaryFolder } from "../support/programs.ts";
import type { Program } from "./support/agent.ts";
import { aria2 } from "./support/aria2.ts";
import { complete } from "./support/complete.ts";
import { compareTrees, makeLargeFile } from "./support/content.ts";
import { libtorrent } from "./support/libtorrent.ts";
import { Ours } from "./support/ours.ts";
import { ourTracker } from "./support/our_tracker.ts";
import { qbittorrent } from "./support/qbittorrent.ts";
import { transmission } from "./support/transmission.ts";
import { webtorrent } from "./support/webtorrent.ts";
import { withTracker } from "./support/with_tracker.ts";

const MIB = 1024 * 1024;

/** Who has the content, and who wants it. Transmission never dials loopback, where the others are. */
const PAIRS: readonly (readonly [Program, Program])[] = [
  [libtorrent(), qbittorrent],
  [qbittorrent, aria2],
  [aria2, webtorrent],
  [webtorrent, libtorrent()],
  [transmission(), qbittorrent],
];

const DOORS = [["http", "udp"], ["udp", "http"]] as const;

for (const [has, wants] of PAIRS) {
  for (const [first, second] of DOORS) {
    const name = `${has.name}, which announces over ${first}, is found by ${wants.name} over`;
    const missing = [has, wants].map((program) => program.missing() ?? program.refusesHybrids);
    skippable(`interop: ${name} ${second}`, missing.find((why) => why), async () => {
      await using stack = new AsyncDisposableStack();
      const { path } = stack.use(await temporaryFolder());
      const [seeder, leecher] = [stack.use(await has.open()), stack.use(await wants.open())];
      const tracker = stack.use(await ourTracker());
      const ours = stack.use(await Ours.open());
      const content = await makeLargeFile(`${path}/original`, "file.bin", 2 * MIB);
      const share = await ours.share({ path: content.path, torrent: `${path}/x.torrent` });
      await share[Symbol.asyncDispose]();
      const [here, there] = [tracker.url(first), tracker.url(second)];
      const torrent = await withTracker(share.torrent, here, path);
      const seed = await seeder.seed({ torrent, folder: content.folder, tracker: here });
      await tracker.announced(1);
      const into = `${path}/copy`;
      await Deno.mkdir(into);
      const what = await withTracker(share.torrent, there, into);
      const copy = await leecher.download({ what, into, peers: [], tracker: there });
      await complete(copy, seed);
      await Deno.remove(what);
      await compareTrees(content.path, `${into}/${content.name}`, wants.habits);
    });
  }
}
