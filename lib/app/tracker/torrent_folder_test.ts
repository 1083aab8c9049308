import { assertEquals, assertMatch, assertRejects } from "jsr:@std/assert@1";
import { join } from "node:path";
import { StandingClock, Watched } from "../../../tests/support/in_process.ts";
import { bytesOf, temporaryFolder } from "../../../tests/support/programs.ts";
import { truncated } from "../../base/ids.ts";
import { parseMetainfo } from "../../meta/metainfo.ts";
import { createTorrent } from "../create_torrent.ts";
import { AppError } from "../errors.ts";
import { TorrentFolder } from "./torrent_folder.ts";

/** A folder of torrents, and how one is added to it. */
async function torrents() {
  const folder = await temporaryFolder();
  const at = (...names: string[]) => join(folder.path, ...names);
  await Deno.mkdir(at("torrents"));
  const clock = new StandingClock();
  const context = new Watched({ clock });
  const add = async (name: string, size: number) => {
    await Deno.writeFile(at(name), bytesOf(size));
    const out = at("torrents", `${name}.torrent`);
    const options = { private: false, trackers: [], webSeeds: [], force: true };
    await createTorrent({ path: at(name), out, ...options }, context);
    const bytes = await Deno.readFile(out);
    const { v1, v2 } = parseMetainfo(bytes).info;
    return { bytes, v1: v1!.infoHash, v2: v2!.infoHash };
  };
  const dispose = () => folder[Symbol.asyncDispose]();
  return { at, add, clock, context, [Symbol.asyncDispose]: dispose };
}

Deno.test("torrent folder: a torrent is found by each of its hashes, and read as it is", async () => {
  await using here = await torrents();
  const { at, add, context } = here;
  const { bytes, v1, v2 } = await add("file", 40_000);
  await Deno.writeTextFile(at("torrents", "no.torrent"), "no torrent");
  await Deno.writeTextFile(at("torrents", "text.txt"), "text");
  await Deno.mkdir(at("torrents", "folder.torrent"));
  await using folder = await TorrentFolder.open(at("torrents"), context);
  for (const hash of [v1, v2, truncated(v2), v1.toUpperCase()]) {
    assertEquals(folder.has(hash), true);
    assertEquals(await folder.read(hash), { v1, v2, name: "file", bytes });
  }
  for (const hash of ["", "x", "11".repeat(20)]) {
    assertEquals([folder.has(hash), await folder.read(hash)], [false, undefined]);
  }
  assertMatch(await context.logged(/no\.torrent is passed over/), /^warn /);
  assertEquals(context.lines.filter((line) => line.includes("passed over")).length, 1);
});

Deno.test("torrent folder: what is added, changed or removed is noticed after a while", async () => {
  await using here = await torrents();
  const { at, add, clock, context } = here;
  const first = await add("file", 40_000);
  await using folder = await TorrentFolder.open(at("torrents"), context);
  const other = await add("other", 50_000);
  assertEquals(await folder.read(other.v1), undefined);
  clock.advance(10_000);
  assertEquals((await folder.read(other.v1))?.name, "other");
  const changed = await add("file", 60_000);
  assertEquals(await folder.read(first.v1), undefined); // the file has another one now
  clock.advance(10_000);
  assertEquals((await folder.read(changed.v2))?.bytes, changed.bytes);
  await Deno.remove(at("torrents", "other.torrent"));
  assertEquals(await folder.read(other.v1), undefined);
  clock.advance(10_000);
  assertEquals([await folder.read(other.v1), folder.has(other.v1)], [undefined, false]);
  await Deno.remove(at("torrents"), { recursive: true });
  clock.advance(10_000);
  assertEquals(await folder.read(changed.v1), undefined);
  assertEquals(folder.has(changed.v1), true);
});

Deno.test("torrent folder: where there is none, that is said", async () => {
  await using here = await torrents();
  const error = await assertRejects(
    () => TorrentFolder.open(here.at("nowhere"), here.context),
    AppError,
    "--torrents",
  );
  assertEquals(error.code, "file_open");
});
