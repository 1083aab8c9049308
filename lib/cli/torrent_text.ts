import { printable } from "../base/printable.ts";
import type { FileSummary, TorrentSummary } from "../app/torrent_summary.ts";
import { formatBytes } from "./units.ts";
import { fit, width } from "./width.ts";

/** What a line may take; only links, which are there to be copied, take more. */
const COLUMNS = 80;

/** Columns of a label: a SHA-256 in hex still fits beside it. */
const LABEL = 11;

/** The longest text of a torrent that is told. */
const MAX_TEXT = 4_096;

/** Lines of a list that are shown unless all are wanted. */
const MOST_LINES = 20;

/** One line of a label and a text that nobody need trust. @param all Whether it is never cut. */
export function row(label: string, text: string, all: boolean): string {
  const safe = printable(text, MAX_TEXT);
  return label.padEnd(LABEL) + (all ? safe : fit(safe, COLUMNS - LABEL));
}

/** Lines of one label, bounded. */
export function rows(label: string, texts: readonly string[], all: boolean): string[] {
  const first = bounded(texts.map((text) => ({ text })), all);
  return first.map((one) =>
    typeof one === "string" ? " ".repeat(LABEL) + one : row(label, one.text, all)
  );
}

/** The first things of a list, and a text that tells how many more there are. */
export function bounded<T>(things: readonly T[], all: boolean, most = MOST_LINES): (T | string)[] {
  // A single one more takes no more room than to say so.
  if (all || things.length <= most + 1) return [...things];
  return [...things.slice(0, most), `… and ${things.length - most} more (--all shows them)`];
}

/** What a person is told of a torrent, without its files, line by line. */
export function torrentLines(torrent: TorrentSummary, all: boolean): string[] {
  const { single, files, size, pieces, v1, v2, comment, createdBy } = torrent;
  const version = { v1: "v1", v2: "v2", hybrid: "v1 and v2 (hybrid)" }[torrent.version];
  return [
    row("name", torrent.name, all),
    row("kind", single ? "file" : `folder of ${countText(files.length, "file")}`, all),
    row("size", sizeText(size), all),
    row("pieces", `${pieces} of ${binarySize(torrent.pieceLength)}`, all),
    row("version", version, all),
    ...v1 === undefined ? [] : [row("v1 hash", v1, all)],
    ...v2 === undefined ? [] : [row("v2 hash", v2, all)],
    ...torrent.private ? [row("private", "yes: peers come from its trackers alone", all)] : [],
    ...rows("tracker", torrent.trackers.flat(), all),
    ...rows("web seed", torrent.webSeeds, all),
    ...comment === undefined ? [] : [row("comment", comment, all)],
    ...createdBy === undefined ? [] : [row("made by", createdBy, all)],
  ];
}

/** The files of a torrent, a line each. */
export function fileLines(files: readonly FileSummary[], all: boolean): string[] {
  return bounded(files, all).map((file) => {
    if (typeof file === "string") return `${" ".repeat(LABEL)}  ${file}`;
    const size = formatBytes(file.length).padStart(LABEL);
    return `${size}  ${pathText(file.path, COLUMNS - LABEL - 2, all)}`;
  });
}

/** A path that nobody need trust; what is too long loses its beginning, which tells least. */
export function pathText(path: readonly string[], columns: number, all: boolean): string {
  const text = printable(path.join("/"), 2 * MAX_TEXT);
  if (all || width(text) <= columns) return text;
  let kept = "";
  let used = 1;
  for (const character of [...text].toReversed()) {
    used += width(character);
    if (used > columns) break;
    kept = character + kept;
  }
  return `…${kept}`;
}

/** Bytes for a person, and exactly. */
export function sizeText(bytes: number): string {
  return bytes < 1_000 ? countText(bytes, "byte") : `${formatBytes(bytes)} (${bytes} bytes)`;
}

/** `1 file`, `3 files`. */
export function countText(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
}

/** A length of pieces, which are powers of two as a rule: `16 KiB`. */
function binarySize(bytes: number): string {
  if (bytes >= 2 ** 20 && bytes % 2 ** 20 === 0) return `${bytes / 2 ** 20} MiB`;
  return bytes % 2 ** 10 === 0 ? `${bytes / 2 ** 10} KiB` : `${bytes} bytes`;
}
