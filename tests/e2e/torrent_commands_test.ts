import { assert, assertEquals, assertMatch, assertStringIncludes } from "jsr:@std/assert@1";
import { join } from "node:path";
import {
  bytesOf,
  type Ended,
  namesIn,
  Program,
  runPeer,
  skippable,
  temporaryFolder,
} from "../support/programs.ts";

/** A folder with a folder `Films` of three files, and a torrent of it. */
async function content() {
  const folder = await temporaryFolder();
  const at = (...names: string[]) => join(folder.path, ...names);
  await Deno.mkdir(at("Films", "sub"), { recursive: true });
  await Deno.writeFile(at("Films", "a.bin"), bytesOf(100_000));
  await Deno.writeFile(at("Films", "sub", "b c.bin"), bytesOf(20_000, 2));
  await Deno.writeFile(at("Films", "empty"), new Uint8Array(0));
  const run = (...args: string[]) => runPeer(args, { cwd: folder.path });
  const ended = await run("create", "Films", "-t", "udp://t.test:6969", "-t", "192.0.2.7:8000");
  assertEquals(ended.code, 0, ended.err);
  return { at, run, created: ended, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

/** The last object of a JSON output. */
function last({ out }: Ended) {
  return JSON.parse(out.trim().split("\n").at(-1)!);
}

function assertFits({ out }: Ended): void {
  for (const line of out.split("\n")) {
    assert(line.length <= 80 || line.startsWith("link ") || line.startsWith("/"), line);
  }
}

Deno.test("create writes NAME.torrent, and info tells of it what it tells of the folder", async () => {
  await using here = await content();
  assertEquals(namesIn(here.at("")), ["Films", "Films.torrent"]);
  assertFits(here.created);
  assertMatch(here.created.out, /^link {7}magnet:\?xt=urn:btih:[0-9a-f]{40}&xt=urn:btmh:1220/m);

  const info = await here.run("info", "Films.torrent");
  assertEquals(info.code, 0, info.err);
  assertFits(info);
  for (const says of ["folder of 3 files", "120 kB (120000 bytes)", "9 of 16 KiB"]) {
    assertStringIncludes(info.out, says);
  }
  for (const says of ["udp://t.test:6969", "tcp://192.0.2.7:8000", "20 kB  sub/b c.bin"]) {
    assertStringIncludes(info.out, says);
  }
  const torrent = last(await here.run("info", "Films.torrent", "--json"));
  const own = last(await here.run("info", "Films", "--json"));
  assertEquals([torrent.type, torrent.kind, own.kind], ["result", "torrent", "content"]);
  assertEquals([own.v1, own.v2, own.files], [torrent.v1, torrent.v2, torrent.files]);
  assertEquals(torrent.trackers, [["udp://t.test:6969"], ["tcp://192.0.2.7:8000"]]);
  const link = await here.run("info", torrent.magnet);
  assertEquals(link.code, 0, link.err);
  for (const says of [torrent.v1, torrent.v2, "all that a link tells"]) {
    assertStringIncludes(link.out, says);
  }
  assertEquals(last(await here.run("info", torrent.v2, "--json")).v2, torrent.v2);
});

Deno.test("create asks before it replaces, and says what changes the hashes", async () => {
  await using here = await content();
  const before = await Deno.readFile(here.at("Films.torrent"));
  const again = await here.run("create", "Films", "--json");
  assertEquals([again.code, last(again).code], [73, "file_exists"], again.err);
  assertEquals(await Deno.readFile(here.at("Films.torrent")), before);
  const plain = last(await here.run("create", "Films", "-y", "--json", "--comment", "x"));
  const secret = last(await here.run("create", "Films", "--force", "--private", "--json"));
  assertEquals([plain.comment, secret.private], ["x", true]);
  assert(plain.v2 !== secret.v2);
  const help = await here.run("create", "--help");
  assertMatch(help.out.replace(/\s+/g, " "), /private peers come .*; changes the info-hashes/);

  const table: [string[], number, string][] = [
    [["Films", "--piece-length", "100KiB"], 64, "no power of two"],
    [["Films", "--piece-length", "8KiB"], 64, "no power of two"],
    [["Films", "-o", "Films/x.torrent"], 11, "would change it"],
    [["nothing"], 6, "no such file"],
    [["Films", "-t", "gopher://x/", "-f"], 11, "no URL of a tracker"],
    [[], 64, "PATH is missing"],
  ];
  for (const [args, code, says] of table) {
    const ended = await here.run("create", ...args);
    assertEquals(ended.code, code, ended.err);
    assertStringIncludes(ended.err, says);
  }
  assertEquals(namesIn(here.at("")), ["Films", "Films.torrent"]);
});

Deno.test("verify tells exactly what is wrong, and exits with 12", async () => {
  await using here = await content();
  for (const path of ["Films", "."]) {
    const good = await here.run("verify", "Films.torrent", path);
    assertEquals(good.code, 0, good.err);
    assertStringIncludes(good.out, "All right: 3 files");
  }
  await Deno.writeTextFile(here.at("Films", "more"), "x");
  const bytes = bytesOf(100_000);
  bytes[20_000]! ^= 1;
  bytes[99_999]! ^= 1;
  await Deno.writeFile(here.at("Films", "a.bin"), bytes);
  await Deno.remove(here.at("Films", "sub", "b c.bin"));
  await Deno.writeTextFile(here.at("Films", "empty"), "not");
  const bad = await here.run("verify", "Films.torrent", "Films");
  assertEquals(bad.code, 12, bad.err);
  assertFits(bad);
  assertEquals(bad.out.trimEnd().split("\n"), [
    "wrong content: a.bin",
    "  piece 1, bytes 16384 to 32767",
    "  piece 6, bytes 98304 to 99999",
    "wrong length: empty",
    "  3 bytes instead of 0",
    "missing: sub/b c.bin (20 kB)",
    "1 file more is there that the torrent does not know; that is no mistake:",
    "  more",
  ]);
  assertStringIncludes(bad.err, "3 of 3 files are wrong");
  const json = last(await here.run("verify", "Films.torrent", "Films", "--json"));
  assertEquals([json.type, json.code, json.exit], ["error", "checksum_mismatch", 12]);
  assertEquals([json.goodPieces, json.pieces, json.extra], [5, 9, [["more"]]]);
  assertEquals(json.problems.map(({ problem }: { problem: string }) => problem), [
    "content",
    "length",
    "missing",
  ]);
});

Deno.test("what is no torrent is refused with its reason", async () => {
  await using here = await content();
  const torrent = await Deno.readFile(here.at("Films.torrent"));
  await Deno.writeFile(here.at("short.torrent"), torrent.subarray(0, torrent.length / 2));
  await Deno.writeTextFile(here.at("page.torrent"), "<html>");
  const pieces = "x".repeat(20);
  const file = (path: string) => `d6:lengthi1e4:pathl${path}ee`;
  const info = (files: string) =>
    `d4:infod5:filesl${files}e4:name1:n12:piece lengthi16384e6:pieces20:${pieces}ee`;
  await Deno.writeTextFile(here.at("names.torrent"), info(file("1:a") + file("1:a1:b")));
  const table: [string[], number, string][] = [
    [["info", "short.torrent"], 11, "ends in the middle"],
    [["info", "page.torrent"], 11, "Is it a .torrent file"],
    [["info", "names.torrent"], 11, '"a/b"'],
    [["verify", "short.torrent", "Films"], 11, "ends in the middle"],
    [["info", "none.torrent"], 6, "no such file"],
    [["info", "nothing"], 6, "no URL, magnet link"],
    [["info", "magnet:?xt=urn:btih:123"], 11, "40 hex digits"],
    [["verify", "Films.torrent", "nothing"], 6, "no such file"],
    [["verify", "0".repeat(40), "Films"], 11, "hashes of the pieces"],
    [["verify", "Films.torrent"], 64, "PATH is missing"],
  ];
  for (const [args, code, says] of table) {
    const ended = await here.run(...args);
    assertEquals(ended.code, code, `${args.join(" ")}\n${ended.err}`);
    assertStringIncludes(ended.err, says);
    assertEquals(ended.out, "");
  }
});

Deno.test("a torrent is fetched from its URL", async () => {
  await using here = await content();
  const bytes = await Deno.readFile(here.at("Films.torrent"));
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    ({ url }) => url.endsWith("/there") ? new Response(bytes) : new Response(null, { status: 404 }),
  );
  const url = `http://127.0.0.1:${server.addr.port}`;
  const info = await here.run("info", `${url}/there`);
  assertEquals(info.code, 0, info.err);
  assertStringIncludes(info.out, "name       Films");
  assertEquals((await here.run("verify", `${url}/there`, "Films")).code, 0);
  const none = await here.run("info", `${url}/none`);
  assertEquals(none.code, 66, none.err);
  assertStringIncludes(none.err, "404");
});

skippable(
  "Ctrl-C ends create and leaves what was there as it was",
  Deno.build.os === "windows" ? "Windows sends no signals to children" : undefined,
  async () => {
    await using here = await content();
    // Takes a minute to read, and no room.
    await Deno.writeFile(here.at("Films", "a.bin"), new Uint8Array(0));
    await Deno.truncate(here.at("Films", "a.bin"), 20 * 2 ** 30);
    const before = await Deno.readFile(here.at("Films.torrent"));
    for (const out of ["new.torrent", "Films.torrent"]) {
      const args = ["create", here.at("Films"), "--force", "-o", here.at(out), "--json"];
      await using program = new Program("peer", args);
      await program.out(/"hashing"/);
      program.signal("SIGINT");
      const ended = await program.ended();
      assertEquals([ended.code, last(ended).code], [130, "interrupted"], ended.err);
      assertStringIncludes(ended.err, "Nothing was written");
    }
    assertEquals(namesIn(here.at("")), ["Films", "Films.torrent"]);
    assertEquals(await Deno.readFile(here.at("Films.torrent")), before);
  },
);

skippable(
  "what may not be read or written is told as such",
  Deno.build.os === "windows" || Deno.uid() === 0 ? "this account may do everything" : undefined,
  async () => {
    await using here = await content();
    await Deno.chmod(here.at("Films", "a.bin"), 0o000);
    const bad = await here.run("verify", "Films.torrent", "Films");
    assertEquals(bad.code, 6, bad.err);
    assertStringIncludes(bad.out, "permission denied");
    assertEquals((await here.run("create", "Films", "-f")).code, 6);
    await Deno.chmod(here.at("Films.torrent"), 0o000);
    assertEquals((await here.run("info", "Films.torrent")).code, 6);
    await Deno.mkdir(here.at("closed"), { mode: 0o500 });
    assertEquals((await here.run("create", "Films/sub", "-o", "closed/")).code, 6);
  },
);
