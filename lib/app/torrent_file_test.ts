import { assertEquals, assertRejects, assertStringIncludes } from "jsr:@std/assert@1";
import { join } from "node:path";
import { skippable, temporaryFolder } from "../../tests/support/programs.ts";
import { toBuild } from "../../tests/vectors/torrent_content.ts";
import { buildTorrent } from "../meta/create.ts";
import { MAX_TORRENT, parseMetainfo } from "../meta/metainfo.ts";
import { encodeMetainfo } from "../meta/metainfo_writer.ts";
import { AppError } from "./errors.ts";
import { readTorrentFile } from "./torrent_file.ts";

const BYTES = encodeMetainfo(
  buildTorrent(toBuild("a", true, 16_384, [{ path: ["a"], length: 50_000, seed: 1 }])),
);

async function refusal(path: string): Promise<AppError> {
  return await assertRejects(() => readTorrentFile(path), AppError);
}

Deno.test("torrent file: a good one is read", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "a.torrent");
  await Deno.writeFile(path, BYTES);
  assertEquals((await readTorrentFile(path)).info, parseMetainfo(BYTES).info);
});

Deno.test("torrent file: what cannot be read or used is refused with its reason", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "a.torrent");
  const missing = await refusal(path);
  assertEquals(missing.code, "file_open");
  assertStringIncludes(missing.message, "no such file");
  assertEquals((await refusal(folder.path)).code, "file_open");

  const table: [Uint8Array, string][] = [
    [BYTES.subarray(0, BYTES.length - 5), "all of it?"],
    [new TextEncoder().encode("<html>Not found</html>"), "Is it a .torrent file"],
    [new Uint8Array(0), "no torrent that can be used"],
    [new TextEncoder().encode("d4:infodee"), "no torrent that can be used"],
    [new Uint8Array(MAX_TORRENT + 1), "too many"],
  ];
  for (const [content, says] of table) {
    await Deno.writeFile(path, content);
    const error = await refusal(path);
    assertEquals(error.code, "invalid_input");
    assertStringIncludes(error.message, says);
    assertStringIncludes(error.message, "a.torrent");
  }
});

skippable(
  "torrent file: one that may not be read",
  Deno.build.os === "windows" || Deno.uid() === 0 ? "this account may read everything" : undefined,
  async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "a.torrent");
    await Deno.writeTextFile(path, "de", { mode: 0o000 });
    const error = await refusal(path);
    assertEquals(error.code, "file_open");
    assertStringIncludes(error.message, "permission denied");
  },
);
