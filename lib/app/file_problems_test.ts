import { assertEquals } from "jsr:@std/assert@1";
import { join } from "node:path";
import { bytesOf, temporaryFolder } from "../../tests/support/programs.ts";
import { torrentOf } from "../../tests/support/torrents.ts";
import { verifyFiles } from "../disk/verify.ts";
import { problemsOf } from "./file_problems.ts";

Deno.test("file problems: pieces that files share are told as such, and what cannot be told", async () => {
  await using folder = await temporaryFolder();
  const files = { one: bytesOf(100_000, 1), two: bytesOf(40_000, 2), three: bytesOf(5, 3) };
  const { info, layout, trees } = torrentOf(files, { version: "v1" });
  const problems = async () =>
    problemsOf(info, layout, await verifyFiles({ info, trees, path: folder.path, workers: 0 }));
  for (const [name, content] of Object.entries(files)) {
    await Deno.writeFile(join(folder.path, name), content);
  }
  assertEquals(await problems(), []);
  const bad = files.one.slice();
  bad[40_000]! ^= 1;
  bad[99_000]! ^= 1;
  await Deno.writeFile(join(folder.path, "one"), bad);
  // Pieces of 32,768 bytes: the fourth begins in `one` and ends in `two`.
  const shared = true;
  assertEquals(await problems(), [
    {
      path: ["one"],
      length: 100_000,
      problem: "content",
      ranges: [
        { pieces: [1, 1], bytes: [32_768, 65_535] },
        { pieces: [3, 3], bytes: [98_304, 99_999], shared },
      ],
    },
    {
      path: ["two"],
      length: 40_000,
      problem: "content",
      ranges: [{ pieces: [3, 3], bytes: [0, 31_071], shared }],
    },
  ]);
  await Deno.remove(join(folder.path, "two"));
  assertEquals((await problems()).map(({ path, problem, ranges }) => [path[0], problem, ranges]), [
    ["one", "content", [{ pieces: [1, 1], bytes: [32_768, 65_535] }]],
    ["two", "missing", []],
    ["three", "unknown", [{ pieces: [4, 4], bytes: [0, 4], shared }]],
  ]);
});
