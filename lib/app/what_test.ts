import { assertEquals, assertRejects, assertStringIncludes } from "jsr:@std/assert@1";
import { join } from "node:path";
import { temporaryFolder } from "../../tests/support/programs.ts";
import { AppError, type AppErrorCode } from "./errors.ts";
import { whatIs } from "./what.ts";

const V1 = "0123456789abcdef0123456789abcdef01234567";
const V2 = "0123456789abcdef".repeat(4);
const BASE32 = "AERUKZ4JVPG66AJDIVTYTK6N54ASGRLH";

Deno.test("what: links and info-hashes in every form", async () => {
  for (const text of [V1, V1.toUpperCase(), BASE32, `magnet:?xt=urn:btih:${BASE32}`]) {
    const what = await whatIs(text);
    assertEquals([what.kind, what.kind === "link" && what.magnet.v1], ["link", V1], text);
  }
  for (const text of [V2, `MAGNET:?xt=urn:btmh:1220${V2}`]) {
    const what = await whatIs(text);
    assertEquals([what.kind, what.kind === "link" && what.magnet.v2], ["link", V2], text);
  }
});

Deno.test("what: URLs, torrents, and content of one's own", async () => {
  await using folder = await temporaryFolder();
  const at = (name: string) => join(folder.path, name);
  for (const url of ["http://x.test/a.torrent", "HTTPS://x.test"]) {
    assertEquals(await whatIs(url), { kind: "url", url });
  }
  assertEquals(await whatIs(at("none.torrent")), { kind: "torrent", path: at("none.torrent") });
  for (const name of ["a.TORRENT", "film", V1]) await Deno.writeTextFile(at(name), "");
  await Deno.mkdir(at("folder.torrent"));
  assertEquals(await whatIs(at("a.TORRENT")), { kind: "torrent", path: at("a.TORRENT") });
  for (
    const [name, isFolder] of [["film", false], [V1, false], ["folder.torrent", true]] as const
  ) {
    assertEquals(await whatIs(at(name)), { kind: "content", path: at(name), isFolder });
  }
});

Deno.test("what: nothing, and links that are none", async () => {
  const table: [string, AppErrorCode, string][] = [
    ["", "file_open", "no URL, magnet link or info-hash"],
    ["no such thing", "file_open", '"no such thing"'],
    [V1.slice(1), "file_open", "info-hash"],
    ["ftp://x/y", "file_open", "no URL"],
    ["magnet:?dn=x", "invalid_input", "names no torrent"],
    ["magnet:", "invalid_input", "put it in quotes"],
  ];
  for (const [text, code, says] of table) {
    const error = await assertRejects(() => whatIs(text), AppError);
    assertEquals(error.code, code, text);
    assertStringIncludes(error.message, says);
  }
});
