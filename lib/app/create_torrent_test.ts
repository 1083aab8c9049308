import {
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertStringIncludes,
} from "jsr:@std/assert@1";
import { join } from "node:path";
import { Watched } from "../../tests/support/in_process.ts";
import { bytesOf, namesIn, temporaryFolder } from "../../tests/support/programs.ts";
import { createTorrent, type CreateTorrentOptions } from "./create_torrent.ts";
import { AppError, type AppErrorCode } from "./errors.ts";
import { readTorrentFile } from "./torrent_file.ts";

/** A folder with a file and a folder to share. */
async function content() {
  const folder = await temporaryFolder();
  const at = (...names: string[]) => join(folder.path, ...names);
  await Deno.mkdir(at("Films", "sub"), { recursive: true });
  await Deno.writeFile(at("Films", "a"), bytesOf(50_000));
  await Deno.writeFile(at("Films", "sub", "b"), bytesOf(10));
  await Deno.writeFile(at("file"), bytesOf(100_000, 2));
  return { at, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

function create(
  options: Partial<CreateTorrentOptions> & { path: string },
  context = new Watched(),
) {
  return createTorrent(
    { private: false, trackers: [], webSeeds: [], force: false, ...options },
    context,
  );
}

Deno.test("create: what is written tells the content and all that was asked for", async () => {
  await using here = await content();
  let read = 0;
  const created = await create({
    path: here.at("Films"),
    out: here.at("out.torrent"),
    name: "Some films",
    pieceLength: 32_768,
    private: true,
    trackers: ["udp://x.test:6969/announce", "192.0.2.7", "[::1]:8001", "wss://x.test"],
    webSeeds: ["https://x.test/films/"],
    comment: "For you",
    onHash: (done) => read = done,
  });
  assertEquals([created.path, read], [here.at("out.torrent"), 50_010]);
  assertEquals(created.bytes, (await Deno.stat(created.path)).size);
  const { info, ...rest } = await readTorrentFile(created.path);
  assertEquals([info.name, info.private, info.pieceLength], ["Some films", true, 32_768]);
  assertEquals(info.files.map(({ path }) => path.join("/")), ["a", "sub/b"]);
  assertEquals(rest.trackers, [
    ["udp://x.test:6969/announce"],
    ["tcp://192.0.2.7:8000"],
    ["tcp://[::1]:8001"],
    ["wss://x.test"],
  ]);
  assertEquals([rest.webSeeds, rest.comment], [["https://x.test/films/"], "For you"]);
  const { torrent } = created;
  assertEquals([torrent.v1, torrent.v2], [info.v1!.infoHash, info.v2!.infoHash]);
  assertEquals([torrent.version, torrent.size, torrent.pieces], ["hybrid", 50_010, 3]);
  assertStringIncludes(torrent.magnet, torrent.v2!);
});

Deno.test("create: names, bytes, piece length and privacy make the hashes, nothing else", async () => {
  await using here = await content();
  const path = here.at("Films");
  let count = 0;
  const make = async (options: Partial<CreateTorrentOptions>) => {
    const out = here.at(`${count++}.torrent`);
    const created = await create({ path, out, ...options });
    return { v2: created.torrent.v2, bytes: await Deno.readFile(out) };
  };
  const plain = await make({});
  assertEquals(await make({}), plain);
  const outside = [{ trackers: ["http://x.test/"] }, { comment: "x" }, { webSeeds: ["http://x/"] }];
  for (const options of outside) {
    const other = await make(options);
    assertEquals(other.v2, plain.v2);
    assertNotEquals(other.bytes, plain.bytes);
  }
  for (const options of [{ private: true }, { pieceLength: 65_536 }, { name: "x" }]) {
    assertNotEquals((await make(options)).v2, plain.v2);
  }
});

Deno.test("create: an existing file gives way to --force or a yes alone", async () => {
  await using here = await content();
  const path = here.at("file");
  const out = here.at("file.torrent");
  await Deno.writeTextFile(out, "mine");
  const asked: string[] = [];
  const answer = (yes: boolean) => (which: string) => {
    asked.push(which);
    return Promise.resolve(yes);
  };
  for (const options of [{}, { confirmOverwrite: answer(false) }]) {
    const error = await assertRejects(() => create({ path, out, ...options }), AppError);
    assertEquals([error.code, await Deno.readTextFile(out)], ["file_exists", "mine"]);
  }
  // Into a folder it goes under its own name.
  const folder = here.at("");
  await create({ path, out: folder, confirmOverwrite: answer(true) });
  assertEquals((await readTorrentFile(out)).info.size, 100_000);
  assertEquals(asked, [out, out]);
  await create({ path, out, force: true, name: "other" });
  assertEquals((await readTorrentFile(out)).info.name, "other");
  assertEquals(namesIn(folder), ["Films", "file", "file.torrent"]);
});

Deno.test("create: what cannot be done is refused and leaves nothing", async () => {
  await using here = await content();
  const out = here.at("out.torrent");
  const path = here.at("Films");
  const table: [Partial<CreateTorrentOptions>, AppErrorCode, string][] = [
    [{ path: here.at("nothing") }, "file_open", "no such file"],
    [{ out: here.at("no", "where.torrent") }, "file_open", "no folder"],
    [{ out: here.at("Films", "sub", "x.torrent") }, "invalid_input", "would change it"],
    [
      { path: here.at("file"), out: here.at("file"), force: true },
      "invalid_input",
      "another place",
    ],
    [{ name: "a/b" }, "invalid_input", "path separator"],
    [{ trackers: ["ftp://x.test/"] }, "invalid_input", "no URL of a tracker"],
    [{ trackers: ["http://"] }, "invalid_input", "no URL of a tracker"],
    [{ trackers: ["x:99999"] }, "invalid_input", "not an address"],
    [{ webSeeds: ["x.test/films"] }, "invalid_input", "no URL of a web seed"],
  ];
  for (const [options, code, says] of table) {
    const error = await assertRejects(() => create({ path, out, ...options }), AppError);
    assertEquals(error.code, code, says);
    assertStringIncludes(error.message, says);
  }
  const context = new Watched({ signal: AbortSignal.abort() });
  const error = await assertRejects(() => create({ path, out }, context), AppError);
  assertEquals(error.code, "interrupted");
  assertEquals(namesIn(here.at("")), ["Films", "file"]);
  assertEquals(namesIn(here.at("Films", "sub")), ["b"]);
});
