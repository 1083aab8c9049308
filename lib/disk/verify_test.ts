import { assertEquals, assertRejects } from "jsr:@std/assert@1";
import { join } from "node:path";
import { bytesOf, temporaryFolder } from "../../tests/support/programs.ts";
import { torrentOf, type TorrentVersion } from "../../tests/support/torrents.ts";
import { verifyFiles } from "./verify.ts";

const FILES = { one: bytesOf(100_000, 1), two: bytesOf(40_000, 2), three: new Uint8Array(0) };

const VERSIONS: readonly TorrentVersion[] = ["v1", "v2", "hybrid"];

for (const version of VERSIONS) {
  Deno.test(`verify: each way in which files of a ${version} torrent can be wrong`, async () => {
    await using folder = await temporaryFolder();
    const torrent = torrentOf(FILES, { version });
    const { info, trees } = torrent;
    const path = join(folder.path, "torrent");
    await Deno.mkdir(path);
    const verify = () => verifyFiles({ info, trees, path, workers: 0 });
    const problems = async () => (await verify()).files.map(({ problem }) => problem);
    assertEquals(await problems(), ["missing", "missing", "missing"]);
    for (const [name, content] of Object.entries(FILES)) {
      await Deno.writeFile(join(path, name), content);
    }
    const good = await verify();
    assertEquals([good.good, good.have.isFull], [true, true]);
    assertEquals(good.files.map(({ length }) => length), [100_000, 40_000, 0]);

    const bad = FILES.one.slice();
    bad[40_000]! ^= 1;
    await Deno.writeFile(join(path, "one"), bad);
    const found = await verify();
    assertEquals([found.good, found.files[0]!.problem], [false, "content"]);
    assertEquals([found.files[0]!.bad, found.have.has(1)], [[1], false]);
    assertEquals(found.files[1]!.problem, undefined);

    await Deno.writeFile(join(path, "one"), FILES.one.subarray(1));
    const unknown = version === "v1" ? "unknown" : undefined;
    assertEquals(await problems(), ["length", unknown, undefined]);
    await Deno.writeTextFile(join(path, "three"), "x");
    assertEquals(await problems(), ["length", unknown, "length"]);
    await Deno.remove(join(path, "one"));
    await Deno.mkdir(join(path, "one"));
    assertEquals((await problems())[0], "missing");
  });
}

Deno.test("verify: a signal ends it", async () => {
  const { info, trees } = torrentOf(FILES);
  const signal = AbortSignal.abort(new Error("stop"));
  await assertRejects(() => verifyFiles({ info, trees, path: "/none", signal }), Error, "stop");
});
