import { assert, assertEquals } from "jsr:@std/assert@1";
import { join } from "node:path";
import { torrentOf } from "../../tests/support/torrents.ts";
import { DownloadPaths } from "./download_paths.ts";

const ROOT = join("/", "downloads", "name");
const ONE = Uint8Array.of(1);

Deno.test("download paths: a folder, a single file, and what is beside them", () => {
  const many = new DownloadPaths(torrentOf({ "a/b/c": ONE, "../d": ONE }).info, ROOT);
  assertEquals(many.final(0), join(ROOT, "a", "b", "c"));
  assertEquals(many.folders(0), ["name", "a", "b"]);
  assertEquals(many.ancestors(0), [ROOT, join(ROOT, "a"), join(ROOT, "a", "b")]);
  assertEquals(many.final(1), join(ROOT, "__", "d"));
  assertEquals(many.journal, join("/", "downloads", ".name.journal"));
  assertEquals(many.side, join("/", "downloads", ".name.parts"));
  const single = new DownloadPaths(torrentOf({ other: ONE }, { single: true }).info, ROOT);
  assertEquals([single.final(0), single.folders(0)], [ROOT, []]);
});

Deno.test("download paths: part files keep clear of the torrent's own names", () => {
  const files = { a: ONE, "A.PART": ONE, "a.1": ONE, "a.2.part": ONE, "b/a": ONE };
  const paths = new DownloadPaths(torrentOf(files).info, ROOT);
  const first = (file: number, count = 1) => [...paths.partNames(file)].slice(0, count);
  assertEquals(first(0, 3), ["a.1.part", "a.3.part", "a.4.part"]);
  assertEquals(first(1), ["A.PART.part"]);
  assertEquals(first(2), ["a.1.part"]);
  assertEquals(first(4), ["a.part"]);
  paths.take(0, "a.1.part");
  assertEquals(first(2), ["a.1.1.part"]);
});

Deno.test("download paths: only names that part files are given are believed to be some", () => {
  const paths = new DownloadPaths(torrentOf({ a: ONE }).info, ROOT);
  for (const name of ["a.part", "a.1.part", "a.999.part"]) assert(paths.isPartName(0, name));
  for (const name of ["a", "b.part", "../a.part", "a.part/x", "a.x.part", "a..part", "apart"]) {
    assert(!paths.isPartName(0, name), name);
  }
});
