import { assertEquals, assertRejects, assertStringIncludes } from "jsr:@std/assert@1";
import { join } from "node:path";
import { Watched } from "../../tests/support/in_process.ts";
import { bytesOf, skippable, temporaryFolder } from "../../tests/support/programs.ts";
import { createTorrent } from "./create_torrent.ts";
import { AppError, type AppErrorCode } from "./errors.ts";
import { verifyTorrent } from "./verify_torrent.ts";

const PIECE = 16_384;

/** A folder `Films` and a file, each with a torrent of it. */
async function content() {
  const folder = await temporaryFolder();
  const at = (...names: string[]) => join(folder.path, ...names);
  await Deno.mkdir(at("Films", "sub"), { recursive: true });
  await Deno.writeFile(at("Films", "a"), bytesOf(10 * PIECE + 5));
  await Deno.writeFile(at("Films", "sub", "b"), bytesOf(100));
  await Deno.writeFile(at("Films", "sub", "c"), new Uint8Array(0));
  await Deno.writeFile(at("file"), bytesOf(100_000, 2));
  for (const name of ["Films", "file"]) {
    await createTorrent({
      path: at(name),
      out: at(`${name}.torrent`),
      private: false,
      trackers: [],
      webSeeds: [],
      force: false,
    }, new Watched());
  }
  return { at, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

function verify(what: string, path: string) {
  return verifyTorrent({ what, path }, new Watched());
}

/** Changes a byte of a file. */
async function spoil(path: string, at: number): Promise<void> {
  using file = await Deno.open(path, { read: true, write: true });
  const byte = new Uint8Array(1);
  await file.seek(at, Deno.SeekMode.Start);
  await file.read(byte);
  byte[0]! ^= 1;
  await file.seek(at, Deno.SeekMode.Start);
  await file.write(byte);
}

Deno.test("verify torrent: good content, named itself or by its folder, under any name", async () => {
  await using here = await content();
  const films = await verify(here.at("Films.torrent"), here.at("Films"));
  assertEquals(films, {
    good: true,
    name: "Films",
    path: await Deno.realPath(here.at("Films")),
    size: 10 * PIECE + 105,
    files: 3,
    pieces: 12,
    goodPieces: 12,
    problems: [],
    extra: [],
  });
  assertEquals(await verify(here.at("Films.torrent"), here.at("")), films);
  assertEquals((await verify(here.at("file.torrent"), here.at(""))).good, true);
  await Deno.rename(here.at("Films"), here.at("Movies"));
  await Deno.rename(here.at("file"), here.at("film"));
  assertEquals((await verify(here.at("Films.torrent"), here.at("Movies"))).good, true);
  assertEquals((await verify(here.at("file.torrent"), here.at("film"))).good, true);
  // A folder in the folder by the same name is not mistaken for it.
  await Deno.mkdir(here.at("Movies", "Films"));
  assertEquals((await verify(here.at("Films.torrent"), here.at("Movies"))).good, true);
});

Deno.test("verify torrent: each wrong piece, with its bytes, and every other problem", async () => {
  await using here = await content();
  for (const at of [0, 3 * PIECE, 4 * PIECE + 1, 10 * PIECE + 4]) {
    await spoil(here.at("Films", "a"), at);
  }
  await Deno.writeFile(here.at("Films", "sub", "b"), bytesOf(99));
  await Deno.remove(here.at("Films", "sub", "c"));
  await Deno.writeTextFile(here.at("Films", "more"), "x");
  const report = await verify(here.at("Films.torrent"), here.at("Films"));
  assertEquals([report.good, report.goodPieces], [false, 7]);
  assertEquals(report.extra, [["more"]]);
  assertEquals(report.problems, [
    {
      path: ["a"],
      length: 10 * PIECE + 5,
      problem: "content",
      ranges: [
        { pieces: [0, 0], bytes: [0, PIECE - 1] },
        { pieces: [3, 4], bytes: [3 * PIECE, 5 * PIECE - 1] },
        { pieces: [10, 10], bytes: [10 * PIECE, 10 * PIECE + 4] },
      ],
    },
    { path: ["sub", "b"], length: 100, problem: "length", found: 99, ranges: [] },
    { path: ["sub", "c"], length: 0, problem: "missing", ranges: [] },
  ]);
  await Deno.remove(here.at("file"));
  const single = await verify(here.at("file.torrent"), here.at(""));
  assertEquals(single.problems.map(({ path, problem }) => [path, problem]), [[
    ["file"],
    "missing",
  ]]);
});

skippable(
  "verify torrent: a file that may not be read is told as such",
  Deno.build.os === "windows" || Deno.uid() === 0 ? "this account may read everything" : undefined,
  async () => {
    await using here = await content();
    await Deno.chmod(here.at("Films", "a"), 0o000);
    const { problems } = await verify(here.at("Films.torrent"), here.at("Films"));
    assertEquals(problems.map(({ problem }) => problem), ["unreadable"]);
    assertStringIncludes(problems[0]!.reason!, "permission denied");
  },
);

Deno.test("verify torrent: what cannot be compared is refused with its reason", async () => {
  await using here = await content();
  const table: [string, string, AppErrorCode, string][] = [
    [here.at("Films.torrent"), here.at("none"), "file_open", "no such file"],
    [here.at("none.torrent"), here.at("Films"), "file_open", "no such file"],
    [here.at("Films.torrent"), here.at("file"), "invalid_input", "Name the folder"],
    [here.at("Films"), here.at("Films.torrent"), "invalid_input", "comes first"],
    [here.at("file"), here.at("file"), "invalid_input", "no torrent that can be used"],
    ["0".repeat(40), here.at("file"), "invalid_input", "hashes of the pieces"],
    [`magnet:?xt=urn:btih:${"0".repeat(40)}`, here.at("file"), "invalid_input", ".torrent file"],
  ];
  for (const [what, path, code, says] of table) {
    const error = await assertRejects(() => verify(what, path), AppError);
    assertEquals(error.code, code, error.message);
    assertStringIncludes(error.message, says);
  }
  const context = new Watched({ signal: AbortSignal.abort() });
  const [what, path] = [here.at("file.torrent"), here.at("file")];
  const error = await assertRejects(() => verifyTorrent({ what, path }, context), AppError);
  assertEquals(error.code, "interrupted");
});
