import { assertEquals, assertRejects } from "jsr:@std/assert@1";
import { join } from "node:path";
import { shareHere, trackerHere } from "../../tests/support/in_process.ts";
import { bytesOf, temporaryFolder } from "../../tests/support/programs.ts";
import { parseMetainfo } from "../meta/metainfo.ts";
import { AppError } from "./errors.ts";
import { writeTorrentOf } from "./seed_torrent.ts";

Deno.test("the .torrent of a share is written to a file or a folder, over another if it may", async () => {
  await using folder = await temporaryFolder();
  const { path } = folder;
  await Deno.writeFile(`${path}/film`, bytesOf(100_000));
  await using tracker = await trackerHere();
  await using share = await shareHere(`${path}/film`, tracker.at);
  assertEquals(
    await writeTorrentOf(share, { out: path, force: false }),
    join(path, "film.torrent"),
  );
  assertEquals(await writeTorrentOf(share, { out: `${path}/x`, force: false }), join(path, "x"));
  const { info, trackers } = parseMetainfo(await Deno.readFile(`${path}/x`));
  const { v1, v2 } = share.snapshot();
  assertEquals([info.v1?.infoHash, info.v2?.infoHash, info.name], [v1, v2, "film"]);
  assertEquals(trackers, [[`tcp://127.0.0.1:${tracker.port}`]]);
  const again = () => writeTorrentOf(share, { out: path, force: false });
  assertEquals((await assertRejects(again, AppError)).code, "file_exists");
  await writeTorrentOf(share, { out: path, force: true });
  const nowhere = () => writeTorrentOf(share, { out: `${path}/no/x`, force: false });
  assertEquals((await assertRejects(nowhere, AppError)).code, "file_open");
});
