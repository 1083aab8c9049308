import { skippable, temporaryFolder } from "../support/programs.ts";
import { complete } from "./support/complete.ts";
import { compareTrees, makeFolder, makeLargeFile } from "./support/content.ts";
import { libtorrent, makeTorrent } from "./support/libtorrent.ts";
import { Ours, type OursOptions } from "./support/ours.ts";
import { transmission } from "./support/transmission.ts";

type Encryption = NonNullable<OursOptions["encryption"]>;

/** What we do, and what the other program does: one of them requires encryption. */
const PAIRS: readonly (readonly [ours: Encryption, theirs: Encryption])[] = [
  ["off", "require"],
  ["prefer", "require"],
  ["require", "prefer"],
  ["require", "require"],
];

const MIB = 1024 * 1024;

for (const [encryption, theirs] of PAIRS) {
  const program = libtorrent({ encryption: theirs });
  skippable(
    `a folder goes from us (encryption ${encryption}) to libtorrent (${theirs}) and back`,
    program.missing(),
    async () => {
      await using place = await temporaryFolder();
      await using agent = await program.open();
      await using ours = await Ours.open({ encryption });
      const content = await makeFolder(`${place.path}/original`);
      const [there, back] = [`${place.path}/there`, `${place.path}/back`];
      await Deno.mkdir(there);
      await Deno.mkdir(back);

      const share = await ours.share({ path: content.path, torrent: `${place.path}/x.torrent` });
      const peers = [share.address];
      const download = await agent.download({ what: share.torrent, into: there, peers });
      await complete(download, share);
      await compareTrees(content.path, `${there}/${content.name}`);

      await share[Symbol.asyncDispose]();
      const { address } = download;
      const again = await ours.download({ what: share.magnet, into: back, peers: [address] });
      await complete(again, download);
      await compareTrees(content.path, `${back}/${content.name}`);
    },
  );
}

// It lets a new peer wait for a quarter of a minute, whatever it is asked: there are fewer of these, at the same time.
skippable(
  "a file goes from Transmission to us and on to another one, where we or they require encryption",
  transmission().missing() ?? libtorrent().missing(),
  async () => {
    await Promise.all(
      [PAIRS[0]!, PAIRS[2]!].map(([encryption, theirs]) => throughUs(encryption, theirs)),
    );
  },
);

async function throughUs(encryption: Encryption, theirs: Encryption): Promise<void> {
  const program = transmission({ encryption: theirs });
  await using place = await temporaryFolder();
  await using seeding = await program.open();
  await using fetching = await program.open();
  await using ours = await Ours.open({ encryption });
  const content = await makeLargeFile(`${place.path}/original`, "large.bin", 4 * MIB);
  // Older versions of Transmission cannot read the torrents that we make.
  const { path } = await makeTorrent(content, `${place.path}/x.torrent`, { kind: "v1" });
  const [here, there] = [`${place.path}/here`, `${place.path}/there`];
  await Deno.mkdir(here);
  await Deno.mkdir(there);

  const seed = await seeding.seed({ torrent: path, folder: content.folder });
  const download = await ours.download({ what: path, into: here, peers: [seed.address] });
  await complete(download, seed);
  await compareTrees(content.path, `${here}/${content.name}`);

  await seed[Symbol.asyncDispose]();
  const again = await fetching.download({ what: path, into: there, peers: [download.address] });
  await complete(again, download);
  await compareTrees(content.path, `${there}/${content.name}`, program.habits);
}
