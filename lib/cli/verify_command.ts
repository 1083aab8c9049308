import { AppError, EXIT_CODES } from "../app/errors.ts";
import type { FileProblem, PieceRange } from "../app/file_problems.ts";
import { type VerifyReport, verifyTorrent } from "../app/verify_torrent.ts";
import { printable } from "../base/printable.ts";
import { showReading } from "./reading.ts";
import type { Session } from "./session.ts";
import { verifyFields } from "./torrent_fields.ts";
import { bounded, countText, pathText, sizeText } from "./torrent_text.ts";
import { formatBytes } from "./units.ts";

/** Ranges of pieces of one file that are shown unless all are wanted. */
const MOST_RANGES = 5;

/** Columns for a path beside a word or two. */
const PATH = 48;

/** `peer verify`: compares files with a torrent. */
export async function verifyCommand(session: Session): Promise<number> {
  const { flags, line, output, context } = session;
  const [what, path] = line.operands as [string, string];
  using reading = showReading(path, session);
  const report = await verifyTorrent({
    what,
    path,
    onProgress: reading.onRead,
  }, context);
  reading.stop();
  const all = flags.boolean("all");
  for (const text of bounded(report.problems.map((one) => problemLines(one, all)), all).flat()) {
    output.line(text);
  }
  for (const text of extraLines(report, all)) output.line(text);
  if (report.good) {
    output.line(printable(report.path, 4096));
    const { files, size, pieces } = report;
    const what = `${countText(files, "file")}, ${sizeText(size)}, ${countText(pieces, "piece")}`;
    output.line(`All right: ${what}.`);
    output.end("result", verifyFields(report));
    return 0;
  }
  const error = mismatch(report);
  const { code, message } = error;
  output.end("error", { code, exit: EXIT_CODES[code], message, ...verifyFields(report) });
  throw error;
}

function mismatch({ path, problems, files, pieces, goodPieces }: VerifyReport): AppError {
  const unread = problems.every(({ problem }) => problem === "unreadable");
  const what = `${problems.length} of ${countText(files, "file")}`;
  const right = `${goodPieces} of ${countText(pieces, "piece")} are right`;
  return unread
    ? new AppError(
      "file_open",
      `"${printable(path)}" cannot be compared: ${what} cannot be opened; ${right}. ` +
        "Run this as somebody who may read them.",
    )
    : new AppError(
      "checksum_mismatch",
      `"${printable(path)}" is not what the torrent tells: ${what} are wrong, missing or not to ` +
        `be told; ${right}. Fetch those files again.`,
    );
}

function problemLines(file: FileProblem, all: boolean): string[] {
  const path = pathText(file.path, PATH, all);
  switch (file.problem) {
    case "missing":
      return [`missing: ${path} (${formatBytes(file.length)})`];
    case "length":
      return [`wrong length: ${path}`, `  ${file.found} bytes instead of ${file.length}`];
    case "content":
      return [`wrong content: ${path}`, ...rangeLines(file.ranges, all)];
    case "unknown":
      return [
        `not to be told: ${path}`,
        "  it shares these with files that are missing or of another length:",
        ...rangeLines(file.ranges, all),
      ];
    case "unreadable":
      return [`unreadable: ${path}`, `  ${printable(file.reason ?? "")}`];
    default:
      return file.problem satisfies never;
  }
}

function rangeLines(ranges: readonly PieceRange[], all: boolean): string[] {
  const lines = ranges.map(({ pieces: [first, last], bytes: [from, to], shared }) => {
    const pieces = first === last ? `piece ${first}` : `pieces ${first} to ${last}`;
    const bytes = from === to ? `byte ${from}` : `bytes ${from} to ${to}`;
    return `${pieces}, ${bytes}${shared ? " (with bytes of other files)" : ""}`;
  });
  return bounded(lines, all, MOST_RANGES).map((text) => `  ${text}`);
}

function extraLines({ extra }: VerifyReport, all: boolean): string[] {
  if (extra.length === 0) return [];
  const paths = extra.map((path) => pathText(path, 76, all));
  const they = extra.length === 1 ? "1 file more is" : `${extra.length} files more are`;
  const lines = bounded(paths, all, MOST_RANGES).map((path) => `  ${path}`);
  return [`${they} there that the torrent does not know; that is no mistake:`, ...lines];
}
