import { skippable, temporaryFolder } from "../support/programs.ts";
import type { Program } from "./support/agent.ts";
import { aria2 } from "./support/aria2.ts";
import { complete } from "./support/complete.ts";
import { compareTrees, type Content, makeFolder, makeLargeFile } from "./support/content.ts";
import { libtorrent, magnetOf } from "./support/libtorrent.ts";
import { Ours, type OurShare } from "./support/ours.ts";
import { transmission } from "./support/transmission.ts";
import { webtorrent } from "./support/webtorrent.ts";

/** A program, and how it is told of our share. */
interface Pairing {
  readonly name: string;
  readonly program: Program;
  readonly what: (share: OurShare) => string;
}

const byFile = ({ torrent }: OurShare) => torrent;

const PAIRINGS: readonly Pairing[] = [
  { name: "libtorrent as v1 and v2", program: libtorrent({ dials: "v2" }), what: byFile },
  {
    name: "libtorrent as v1 only",
    program: libtorrent({ dials: "v1" }),
    what: ({ v1 }) => magnetOf({ v1 }),
  },
  {
    name: "libtorrent as v2 only",
    program: libtorrent({ dials: "v2" }),
    what: ({ v2 }) => magnetOf({ v2 }),
  },
  { name: "aria2", program: aria2, what: byFile },
  { name: "Transmission", program: transmission(), what: byFile },
  { name: "WebTorrent", program: webtorrent, what: byFile },
];

for (const { name, program, what } of PAIRINGS) {
  skippable(
    `a folder of mixed files and a large file go from us to ${name}, and from there to others of ours`,
    program.missing() ?? program.refusesHybrids,
    async () => {
      await using place = await temporaryFolder();
      await using agent = await program.open();
      await using ours = await Ours.open();
      const folder = await makeFolder(`${place.path}/original`);
      const file = await makeLargeFile(`${place.path}/original`);
      const [theirs, back] = [`${place.path}/theirs`, `${place.path}/back`];
      await Promise.all([theirs, back].map((path) => Deno.mkdir(path)));

      async function travels({ path, name }: Content, backBy: (share: OurShare) => string) {
        const share = await ours.share({ path, torrent: `${place.path}/${name}.torrent` });
        const { address } = share;
        const theirCopy = await agent.download({
          what: what(share),
          into: theirs,
          peers: [address],
        });
        await complete(theirCopy, share);
        await compareTrees(path, `${theirs}/${name}`, program.habits);
        await share[Symbol.asyncDispose]();
        const ourCopy = await ours.download({
          what: backBy(share),
          into: back,
          peers: [theirCopy.address],
        });
        await complete(ourCopy, theirCopy);
        await compareTrees(path, `${back}/${name}`);
      }

      // Some wait long before they ask for anything: both do so at the same time.
      await Promise.all([
        travels(folder, ({ v1, v2 }) => magnetOf({ v1, v2 })),
        travels(file, byFile),
      ]);
    },
  );
}
