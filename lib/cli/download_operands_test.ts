import { assertEquals } from "jsr:@std/assert@1";
import { temporaryFolder } from "../../tests/support/programs.ts";
import { downloadOperands } from "./download_operands.ts";

const MAGNET = "magnet:?xt=urn:btih:" + "11".repeat(20);

Deno.test("download operands: what is to be fetched and where it goes are told apart", async () => {
  await using folder = await temporaryFolder();
  const { path } = folder;
  await Deno.writeTextFile(`${path}/a.torrent`, "");
  const cases: [string[], string | undefined, string[], string | undefined][] = [
    [[], undefined, [], undefined],
    [["a"], undefined, ["a"], undefined],
    [["a", "b"], undefined, ["a"], "b"],
    [["a", path], undefined, ["a"], path],
    [["a", "b", "c"], undefined, ["a", "b", "c"], undefined],
    [["a", "b", path], undefined, ["a", "b"], path],
    [["a", "b", "c/"], undefined, ["a", "b"], "c/"],
    [["a", "b"], path, ["a", "b"], path],
    [["a"], "b", ["a"], "b"],
    [["a", MAGNET], undefined, ["a", MAGNET], undefined],
    [
      ["a", "https://x.example/a.torrent"],
      undefined,
      ["a", "https://x.example/a.torrent"],
      undefined,
    ],
    [["a", "22".repeat(32)], undefined, ["a", "22".repeat(32)], undefined],
    [["a", `${path}/a.torrent`], undefined, ["a", `${path}/a.torrent`], undefined],
    [["a", `${path}/new.torrent`], undefined, ["a"], `${path}/new.torrent`],
  ];
  for (const [operands, to, whats, dest] of cases) {
    assertEquals(await downloadOperands(operands, to), {
      whats,
      ...dest !== undefined && { dest },
    });
  }
});

Deno.test("download operands: a folder called like a hash is a place", async () => {
  await using folder = await temporaryFolder();
  const place = `${folder.path}/${"ab".repeat(20)}`;
  await Deno.mkdir(place);
  assertEquals(await downloadOperands(["a", place], undefined), { whats: ["a"], dest: place });
});
