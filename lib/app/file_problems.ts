import { basename } from "node:path";
import { diskError } from "../disk/errors.ts";
import { localFileSystem } from "../disk/local_file_system.ts";
import type { Verification, VerifiedFile } from "../disk/verify.ts";
import type { Layout } from "../meta/layout.ts";
import { safePaths } from "../meta/safe_paths.ts";
import type { TorrentInfo } from "../meta/torrent.ts";

/** Pieces that follow each other, and where they lie in a file; both ends are within. */
export interface PieceRange {
  readonly pieces: readonly [first: number, last: number];
  /** Bytes of the file. */
  readonly bytes: readonly [first: number, last: number];
  /** All of them hold bytes of other files, too: it may be those that are wrong (v1). */
  readonly shared?: true;
}

/** What is wrong with a file. */
export interface FileProblem {
  /** Parts of its path below the torrent's folder; the name of a single file. */
  readonly path: readonly string[];
  /** `unreadable`: it is there, but cannot be opened. The others are as in `VerifiedFile`. */
  readonly problem: NonNullable<VerifiedFile["problem"]> | "unreadable";
  /** Bytes that it should have, and has; what is no regular file has none. */
  readonly length: number;
  readonly found?: number;
  /** Pieces that are wrong, or that cannot be told. */
  readonly ranges: readonly PieceRange[];
  /** Why it cannot be opened. */
  readonly reason?: string;
}

/** Tells what is wrong with the files of a torrent, in their order. */
export function problemsOf(
  info: TorrentInfo,
  layout: Layout,
  verified: Verification,
): FileProblem[] {
  const safe = safePaths(info);
  return verified.files.flatMap((file, index): FileProblem[] => {
    if (file.problem === undefined) return [];
    const path = info.single ? [basename(file.path)] : safe.files[index]!;
    const { first, end } = layout.piecesOf(index);
    const own = Array.from({ length: end - first }, (_, at) => first + at);
    const told = { path, length: file.length };
    switch (file.problem) {
      case "missing":
        return [{ ...told, problem: "missing", ranges: [] }];
      case "length":
        return [{ ...told, problem: "length", found: sizeOf(file.path), ranges: [] }];
      case "unknown": {
        const missing = own.filter((piece) => !verified.have.has(piece));
        return [{ ...told, problem: "unknown", ranges: rangesOf(info, layout, index, missing) }];
      }
      case "content": {
        const reason = file.bad.length === own.length ? whyUnreadable(file.path) : undefined;
        if (reason !== undefined) return [{ ...told, problem: "unreadable", ranges: [], reason }];
        return [{ ...told, problem: "content", ranges: rangesOf(info, layout, index, file.bad) }];
      }
      default:
        return file.problem satisfies never;
    }
  });
}

function sizeOf(path: string): number {
  return localFileSystem.look(path)?.size ?? 0;
}

function whyUnreadable(path: string): string | undefined {
  try {
    localFileSystem.open(path, "read").close();
    return undefined;
  } catch (error) {
    return diskError("open", "open", path, error).message;
  }
}

/** Ascending pieces of a file, those that follow each other together. */
function rangesOf(
  info: TorrentInfo,
  layout: Layout,
  file: number,
  pieces: readonly number[],
): PieceRange[] {
  const { offset, length } = info.files[file]!;
  const isShared = (piece: number) =>
    layout.segments(piece, 0, layout.dataLength(piece)).length > 1;
  const runs: { first: number; last: number; shared: boolean }[] = [];
  for (const piece of pieces) {
    const run = runs.at(-1);
    const shared = isShared(piece);
    if (run?.last === piece - 1 && run.shared === shared) run.last = piece;
    else runs.push({ first: piece, last: piece, shared });
  }
  return runs.map(({ first, last, shared }) => ({
    pieces: [first, last],
    bytes: [
      Math.max(0, first * info.pieceLength - offset),
      Math.min(length, (last + 1) * info.pieceLength - offset) - 1,
    ],
    ...shared && { shared },
  }));
}
