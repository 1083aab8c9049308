import { skippable, temporaryFolder } from "../support/programs.ts";
import type { Habits, Program } from "./support/agent.ts";
import { aria2 } from "./support/aria2.ts";
import { complete } from "./support/complete.ts";
import { compareTrees, type Content, makeFolder, makeLargeFile } from "./support/content.ts";
import { libtorrent, type MadeTorrent, magnetOf, makeTorrent } from "./support/libtorrent.ts";
import { Ours } from "./support/ours.ts";
import { transmission } from "./support/transmission.ts";
import { createTorrent, missingCreate } from "./support/transmission_create.ts";
import { webtorrent } from "./support/webtorrent.ts";

const KIB = 1024;
const MIB = 1024 * KIB;

type Made = Pick<MadeTorrent, "path" | "v1" | "v2">;

/** A torrent that others made, who has its content at the beginning, and who takes it from us. */
interface Journey {
  readonly torrent: string;
  readonly content: (folder: string) => Promise<Content>;
  readonly make: (content: Content, to: string) => Promise<Made>;
  readonly from: Program;
  readonly to: Program;
  /** What our downloader is told; the others have the `.torrent` file. */
  readonly told: (torrent: Made) => string;
  /** What whoever made it leaves out. */
  readonly makes?: Habits;
  readonly missing?: () => string | undefined;
}

const byMagnet = ({ v1, v2 }: Made) => magnetOf({ v1, v2 });
const byFile = ({ path }: Made) => path;
const v1 = (content: Content, to: string) => makeTorrent(content, to, { kind: "v1" });
const v2 = (content: Content, to: string) => makeTorrent(content, to, { kind: "v2" });
const file = (folder: string) => makeLargeFile(folder, "large.bin", 20 * MIB + 7);
const libtorrentV2 = libtorrent({ dials: "v2" });

const JOURNEYS: readonly Journey[] = [
  {
    // 4,096 pieces: no single answer to a hash request holds the piece layer.
    torrent: "a v2 torrent of libtorrent with a deep tree, known by its magnet link alone,",
    content: makeLargeFile,
    make: (content, to) => makeTorrent(content, to, { kind: "v2", pieceLength: 16 * KIB }),
    from: libtorrentV2,
    to: libtorrentV2,
    told: byMagnet,
  },
  {
    torrent: "a v2 torrent of a folder, made by libtorrent,",
    content: makeFolder,
    make: v2,
    from: libtorrentV2,
    to: libtorrentV2,
    told: byMagnet,
  },
  {
    torrent: "a v1 torrent of a folder, made by libtorrent,",
    content: makeFolder,
    make: v1,
    from: libtorrent(),
    to: aria2,
    told: byMagnet,
  },
  {
    torrent: "a v1 torrent of a folder, made by libtorrent,",
    content: makeFolder,
    make: v1,
    from: aria2,
    to: webtorrent,
    told: byMagnet,
  },
  {
    torrent: "a v1 torrent of a file, made by libtorrent,",
    content: file,
    make: v1,
    from: webtorrent,
    to: libtorrent(),
    told: byFile,
  },
  {
    torrent: "a v1 torrent of a folder, made by Transmission,",
    content: makeFolder,
    make: createTorrent,
    from: transmission(),
    to: aria2,
    told: byFile,
    // Version 3 does, version 4 does not.
    makes: { noEmptyFiles: true },
    missing: missingCreate,
  },
];

for (const { torrent, content: create, make, makes, from, to, told, missing } of JOURNEYS) {
  skippable(
    `${torrent} goes from ${from.name} to us, and from us to ${to.name}`,
    libtorrent().missing() ?? from.missing() ?? to.missing() ?? missing?.(),
    async () => {
      await using place = await temporaryFolder();
      await using seeder = await from.open();
      await using fetcher = await to.open();
      await using ours = await Ours.open();
      const content = await create(`${place.path}/original`);
      const made = await make(content, `${place.path}/x.torrent`);
      const [here, there] = [`${place.path}/here`, `${place.path}/there`];
      await Promise.all([here, there].map((path) => Deno.mkdir(path)));

      const seed = await seeder.seed({ torrent: made.path, folder: content.folder });
      const ourCopy = await ours.download({
        what: told(made),
        into: here,
        peers: [seed.address],
      });
      await complete(ourCopy, seed);
      await compareTrees(content.path, `${here}/${content.name}`, makes);

      await seed[Symbol.asyncDispose]();
      const theirCopy = await fetcher.download({
        what: to === libtorrentV2 ? told(made) : made.path,
        into: there,
        peers: [ourCopy.address],
      });
      await complete(theirCopy, ourCopy);
      await compareTrees(content.path, `${there}/${content.name}`, { ...makes, ...to.habits });
    },
  );
}
