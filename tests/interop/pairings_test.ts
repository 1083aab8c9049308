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

const CONTENTS: readonly (readonly [string, (folder: string) => Promise<Content>])[] = [
  ["a folder of mixed files", makeFolder],
  ["a large file", makeLargeFile],
];

for (const { name, program, what } of PAIRINGS) {
  for (const [called, make] of CONTENTS) {
    skippable(
      `${called} goes from us to ${name}, and from there to another of ours`,
      program.missing() ?? program.refusesHybrids,
      async () => {
        await using place = await temporaryFolder();
        await using agent = await program.open();
        await using ours = await Ours.open();
        const content = await make(`${place.path}/original`);
        const [theirs, back] = [`${place.path}/theirs`, `${place.path}/back`];
        await Deno.mkdir(theirs);
        await Deno.mkdir(back);

        const share = await ours.share({ path: content.path, torrent: `${place.path}/x.torrent` });
        const theirDownload = await agent.download({
          what: what(share),
          into: theirs,
          peers: [share.address],
        });
        await complete(theirDownload, share);
        await compareTrees(content.path, `${theirs}/${content.name}`, program.habits);

        await share[Symbol.asyncDispose]();
        const { v1, v2 } = share;
        const ourDownload = await ours.download({
          what: called === "a large file" ? share.torrent : magnetOf({ v1, v2 }),
          into: back,
          peers: [theirDownload.address],
        });
        await complete(ourDownload, theirDownload);
        await compareTrees(content.path, `${back}/${content.name}`);
      },
    );
  }
}
