import { assertEquals, assertThrows } from "jsr:@std/assert@1";
import { torrentOf } from "../../tests/support/torrents.ts";
import { AppError } from "./errors.ts";
import { selectFiles } from "./selection.ts";

const KIB16 = 16 * 1024;

const { info } = torrentOf({
  "a.pdf": new Uint8Array(KIB16),
  "docs/b.pdf": new Uint8Array(3 * KIB16),
  "docs/deep/c.txt": new Uint8Array(1),
  "docs/.hidden": new Uint8Array(1),
  "empty": new Uint8Array(0),
});

/** Numbers of the files that are wanted. */
function chosen(...only: string[]): number[] {
  return selectFiles(info, { only }).flatMap((is, file) => is ? [file] : []);
}

Deno.test("selection: without a pattern all is wanted", () => {
  assertEquals(selectFiles(info, {}), [true, true, true, true, true]);
});

Deno.test("selection: names, paths and folders", () => {
  assertEquals(chosen("*.pdf"), [0, 1]);
  assertEquals(chosen("docs/*.pdf"), [1]);
  assertEquals(chosen("docs/*"), [1, 2, 3]);
  assertEquals(chosen("docs/**"), [1, 2, 3]);
  assertEquals(chosen("docs"), [1, 2, 3]);
  assertEquals(chosen("docs/"), [1, 2, 3]);
  assertEquals(chosen("docs/deep"), [2]);
  assertEquals(chosen("**/c.txt"), [2]);
  assertEquals(chosen("{a,b}.pdf", "empty"), [0, 1, 4]);
});

Deno.test("selection: files by their place, also together with a pattern", () => {
  assertEquals(selectFiles(info, { ranges: [[0, 0], [3, 9]] }), [true, false, false, true, true]);
  assertEquals(selectFiles(info, { only: ["*.pdf"], ranges: [[1, 4]] }), [
    false,
    true,
    false,
    false,
    false,
  ]);
});

Deno.test("selection: a single file goes by its name", () => {
  const { info } = torrentOf({ "film.mkv": new Uint8Array(5) }, { single: true });
  assertEquals(selectFiles(info, { only: ["*.mkv"] }), [true]);
  assertThrows(() => selectFiles(info, { only: ["*.avi"] }), AppError, "fits none of its 1 files");
});

Deno.test("selection: what leaves nothing is an error that tells what there is", () => {
  assertThrows(
    () => selectFiles(info, { only: ["*.jpg", "x"] }),
    AppError,
    'No file of "torrent" is wanted: --only *.jpg, x fits none of its 5 files (a.pdf, docs/b.pdf,',
  );
  assertThrows(() => selectFiles(info, { ranges: [[7, 9]] }), AppError, "the link's so fits none");
  assertThrows(() => chosen("x".repeat(1025)), AppError, "has 1025 characters; 1024 are the most");
});
