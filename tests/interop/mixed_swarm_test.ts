import { skippable, temporaryFolder } from "../support/programs.ts";
import type { Program } from "./support/agent.ts";
import { aria2 } from "./support/aria2.ts";
import { complete } from "./support/complete.ts";
import { compareTrees, makeFolder, makeLargeFile } from "./support/content.ts";
import { libtorrent } from "./support/libtorrent.ts";
import { Ours } from "./support/ours.ts";
import { TrackerStandIn } from "./support/tracker_stand_in.ts";
import { transmission } from "./support/transmission.ts";
import { webtorrent } from "./support/webtorrent.ts";

const MIB = 1024 * 1024;

const OTHERS: readonly Program[] = [libtorrent(), aria2, transmission(), webtorrent];

skippable(
  "one of each program finishes a folder whose only seed, ours, leaves when one copy is out",
  OTHERS.map((program) => program.missing() ?? program.refusesHybrids).find((why) => why),
  async () => {
    await using stack = new AsyncDisposableStack();
    const place = stack.use(await temporaryFolder());
    const agents = [];
    for (const program of OTHERS) agents.push(stack.use(await program.open()));
    const ours = stack.use(await Ours.open());
    const tracker = stack.use(new TrackerStandIn()).url;
    const content = await makeFolder(`${place.path}/original`);
    await makeLargeFile(content.path, "large.bin", 24 * MIB);
    const into = async (name: string) => {
      const folder = `${place.path}/${name}`;
      await Deno.mkdir(folder);
      return folder;
    };

    const torrent = `${place.path}/x.torrent`;
    // Slow enough that nobody has everything before the others have come.
    const seed = await ours.share({ path: content.path, torrent, upLimit: "6MB", tracker });
    const ourFolder = await into("ours");
    const others = await Promise.all(agents.map(async (agent, index) => {
      const program = OTHERS[index]!;
      const folder = await into(program.name);
      const copy = await agent.download({ what: torrent, into: folder, peers: [], tracker });
      return { program, folder, copy };
    }));
    const ourCopy = await ours.download({ what: seed.magnet, into: ourFolder, peers: [], tracker });

    await ourCopy.spread();
    await seed[Symbol.asyncDispose]();
    const copies = others.map(({ copy }) => copy);
    await Promise.all([ourCopy, ...copies].map((copy) => complete(copy, seed, ourCopy)));
    await compareTrees(content.path, `${ourFolder}/${content.name}`);
    for (const { program, folder } of others) {
      await compareTrees(content.path, `${folder}/${content.name}`, program.habits);
    }
  },
);
