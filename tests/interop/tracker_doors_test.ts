/** Programs that others wrote at our tracker, through its HTTP and its UDP door. */
import { assertEquals } from "jsr:@std/assert@1";
import { inRoot } from "../../scripts/packages.ts";
import { skippable, temporaryFolder } from "../support/programs.ts";
import { aria2 } from "./support/aria2.ts";
import { PATIENCE_MS, succeeds } from "./support/child.ts";
import { complete } from "./support/complete.ts";
import { compareTrees, makeLargeFile } from "./support/content.ts";
import { JsonChild } from "./support/json_child.ts";
import { libtorrent } from "./support/libtorrent.ts";
import { Ours } from "./support/ours.ts";
import { ourTracker } from "./support/our_tracker.ts";
import { qbittorrent } from "./support/qbittorrent.ts";
import { transmission } from "./support/transmission.ts";
import { webtorrent } from "./support/webtorrent.ts";
import { withTracker } from "./support/with_tracker.ts";

const PROTOCOLS = ["http", "udp"] as const;
const MIB = 1024 * 1024;

for (const program of [libtorrent(), qbittorrent, aria2, transmission(), webtorrent]) {
  const missing = program.missing() ?? program.refusesHybrids;
  for (const protocol of PROTOCOLS) {
    const name = `${program.name} announces over ${protocol}`;
    skippable(`interop: ${name} and is found over the line protocol`, missing, async () => {
      await using stack = new AsyncDisposableStack();
      const { path } = stack.use(await temporaryFolder());
      const agent = stack.use(await program.open());
      const tracker = stack.use(await ourTracker());
      const ours = stack.use(await Ours.open());
      const content = await makeLargeFile(`${path}/original`, "file.bin", 2 * MIB);
      const share = await ours.share({ path: content.path, torrent: `${path}/x.torrent` });
      await share[Symbol.asyncDispose]();
      const url = tracker.url(protocol);
      const torrent = await withTracker(share.torrent, url, path);
      const seed = await agent.seed({ torrent, folder: content.folder, tracker: url });
      await tracker.announced(1);
      const into = `${path}/copy`;
      await Deno.mkdir(into);
      const what = `magnet:?xt=urn:btih:${share.v1}&xt=urn:btmh:1220${share.v2}`;
      const copy = await ours.download({ what, into, peers: [], tracker: tracker.line });
      await complete(copy, seed);
      await compareTrees(content.path, `${into}/${content.name}`);
    });
  }
}

// Transmission never dials loopback, where ours is.
for (const program of [libtorrent(), qbittorrent, aria2, webtorrent]) {
  for (const protocol of PROTOCOLS) {
    const name = `${program.name} finds over ${protocol}`;
    skippable(
      `interop: ${name} who announces over the line protocol`,
      program.missing() ?? program.refusesHybrids,
      async () => {
        await using stack = new AsyncDisposableStack();
        const { path } = stack.use(await temporaryFolder());
        const agent = stack.use(await program.open());
        const tracker = stack.use(await ourTracker());
        const ours = stack.use(await Ours.open());
        const content = await makeLargeFile(`${path}/original`, "file.bin", 2 * MIB);
        const seed = await ours.share({
          path: content.path,
          torrent: `${path}/x.torrent`,
          tracker: tracker.line,
        });
        await tracker.announced(1);
        const url = tracker.url(protocol);
        const into = `${path}/copy`;
        await Deno.mkdir(into);
        const what = await withTracker(seed.torrent, url, path);
        const copy = await agent.download({ what, into, peers: [], tracker: url });
        await complete(copy, seed);
        await compareTrees(content.path, `${into}/${content.name}`, program.habits);
      },
    );
  }
}

const FOLDER = Deno.env.get("MINI_TORRENT_WEBTORRENT");
const CLIENT = `${FOLDER}/node_modules/bittorrent-tracker/client.js`;
const noClient = FOLDER === undefined
  ? "MINI_TORRENT_WEBTORRENT names no folder with it"
  : succeeds("node", "--check", CLIENT)
  ? undefined
  : `there is no ${CLIENT}`;

for (const protocol of PROTOCOLS) {
  skippable(
    `interop: bittorrent-tracker's client finds its like over ${protocol}, and counts them`,
    noClient,
    async () => {
      await using tracker = await ourTracker();
      const start = (port: number, left: number) =>
        new JsonChild("node", [
          inRoot("tests/interop/support/tracker_client.mjs"),
          FOLDER!,
          tracker.url(protocol),
          "11".repeat(20),
          `${port}`.repeat(8),
          `${port}`,
          `${left}`,
        ], { end: (input) => input.close() });
      await using seed = start(20_001, 0);
      assertEquals(await seed.event("scrape"), {
        event: "scrape",
        complete: 1,
        incomplete: 0,
        downloaded: 0,
      });
      {
        await using leech = start(20_002, 5);
        assertEquals((await leech.event<{ peer: string }>("peer")).peer, "127.0.0.1:20001");
        const scraped = await leech.event<{ complete: number; incomplete: number }>("scrape");
        assertEquals([scraped.complete, scraped.incomplete], [1, 1]);
      }
      const deadline = performance.now() + PATIENCE_MS;
      while (tracker.snapshot().peers > 1 && performance.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      assertEquals(tracker.snapshot().peers, 1);
    },
  );
}
