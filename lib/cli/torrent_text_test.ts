import { assert, assertEquals } from "jsr:@std/assert@1";
import type { TorrentSummary } from "../app/torrent_summary.ts";
import { bounded, fileLines, pathText, row, sizeText, torrentLines } from "./torrent_text.ts";
import { width } from "./width.ts";

const LONG = "x".repeat(300);
const TORRENT: TorrentSummary = {
  name: `evil\x1b[31m\u202e${LONG}`,
  single: false,
  version: "hybrid",
  size: 1_000_000,
  pieces: 62,
  pieceLength: 16_384,
  private: true,
  files: Array.from({ length: 30 }, (_, at) => ({ path: [LONG, `漢字\n${at}`], length: at })),
  trackers: [Array.from({ length: 25 }, (_, at) => `udp://${at}.test/${LONG}`)],
  webSeeds: [],
  comment: `two\nlines ${LONG}`,
  magnet: "magnet:?",
};

Deno.test("torrent text: fits 80 columns and harms no terminal, and is whole with all", () => {
  const lines = (all: boolean) => [...torrentLines(TORRENT, all), ...fileLines(TORRENT.files, all)];
  for (const line of lines(false)) assert(width(line) <= 80, line);
  for (const line of [...lines(false), ...lines(true)]) {
    // deno-lint-ignore no-control-regex -- controls are what is looked for
    assert(!/[\x00-\x1f\u202e]/.test(line), line);
  }
  assertEquals(lines(false).filter((line) => line.includes("… and")), [
    `${" ".repeat(11)}… and 5 more (--all shows them)`,
    `${" ".repeat(13)}… and 10 more (--all shows them)`,
  ]);
  assertEquals(lines(true).filter((line) => line.includes(LONG)).length, 2 + 25 + 30);
  assertEquals(lines(false).find((line) => line.startsWith("pieces")), "pieces     62 of 16 KiB");
});

Deno.test("torrent text: lists, paths, rows and sizes", () => {
  assertEquals(bounded([1, 2, 3, 4], false, 2), [1, 2, "… and 2 more (--all shows them)"]);
  assertEquals(bounded([1, 2, 3], false, 2), [1, 2, 3]);
  assertEquals(bounded([1, 2, 3, 4], true, 2), [1, 2, 3, 4]);
  assertEquals(pathText(["folder", "file.txt"], 10, false), "…/file.txt");
  assertEquals(pathText(["漢字仮名"], 6, false), "…仮名");
  assertEquals(pathText(["folder", "file.txt"], 10, true), "folder/file.txt");
  assertEquals(row("name", "x", false), "name       x");
  assertEquals([0, 1, 999, 12_345].map(sizeText), [
    "0 bytes",
    "1 byte",
    "999 bytes",
    "12.3 kB (12345 bytes)",
  ]);
});
