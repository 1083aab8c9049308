import { join } from "node:path";
import { printable } from "../base/printable.ts";
import { readContent } from "../disk/content.ts";
import { DownloadPaths } from "../disk/download_paths.ts";
import { DiskError, diskError } from "../disk/errors.ts";
import { localFileSystem } from "../disk/local_file_system.ts";
import { verifyFiles } from "../disk/verify.ts";
import { Layout } from "../meta/layout.ts";
import { safePaths } from "../meta/safe_paths.ts";
import type { Metainfo, TorrentInfo } from "../meta/torrent.ts";
import { fromDisk } from "./disk_errors.ts";
import { AppError } from "./errors.ts";
import { fetchTorrent } from "./fetch_torrent.ts";
import { type FileProblem, problemsOf } from "./file_problems.ts";
import { interrupted } from "./interrupted.ts";
import { readTorrentFile } from "./torrent_file.ts";
import { TorrentTrees } from "./torrent_trees.ts";
import type { AppContext } from "./types.ts";
import { whatIs } from "./what.ts";

/** Files that a torrent does not know which are told by name. */
const MOST_EXTRA = 10_000;

/** What to compare. */
export interface VerifyTorrentOptions {
  /** The path or URL of a `.torrent` file. */
  readonly what: string;
  /** The file or folder, or the folder that it is in. */
  readonly path: string;
  /** Called with bytes done and bytes in all. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** How files compare with a torrent. */
export interface VerifyReport {
  readonly good: boolean;
  readonly name: string;
  /** Absolute path of the file or folder that was compared. */
  readonly path: string;
  readonly size: number;
  readonly files: number;
  readonly pieces: number;
  /** Pieces that are right. */
  readonly goodPieces: number;
  readonly problems: readonly FileProblem[];
  /** Paths of files in the folder that are not the torrent's; at most 10,000. */
  readonly extra: readonly (readonly string[])[];
}

/**
 * Compares a file or folder with a torrent, on all cores. Nothing is changed.
 *
 * @throws {AppError} `file_open` when there is nothing at the path, `invalid_input` when it cannot be
 * what the torrent tells of or there are no hashes of pieces, `interrupted`; and as
 * `readTorrentFile` and `fetchTorrent`.
 */
export async function verifyTorrent(
  options: VerifyTorrentOptions,
  context: AppContext,
): Promise<VerifyReport> {
  const { signal } = context;
  const { info, pieceLayers } = await metainfoOf(options.what, signal);
  try {
    const path = await rootOf(info, options.path);
    const layout = new Layout(info);
    const trees = info.v2
      ? new TorrentTrees(info, layout, pieceLayers).trees
      : info.files.map(() => undefined);
    const { onProgress } = options;
    const verified = await verifyFiles({
      info,
      trees,
      path,
      ...onProgress && { onProgress },
      ...signal && { signal },
    });
    const extra = info.single ? [] : await extraFiles(info, path, context);
    return {
      good: verified.good,
      name: info.name,
      path,
      size: info.size,
      files: info.files.length,
      pieces: info.pieceCount,
      goodPieces: verified.have.count,
      problems: problemsOf(info, layout, verified),
      extra,
    };
  } catch (error) {
    if (signal?.aborted) throw interrupted("Nothing was changed.");
    throw fromDisk(error, "Check the path, and that you may read it.");
  }
}

async function metainfoOf(text: string, signal?: AbortSignal): Promise<Metainfo> {
  const what = await whatIs(text);
  switch (what.kind) {
    case "url":
      return await fetchTorrent(what.url, { ...signal && { signal } });
    case "torrent":
      return await readTorrentFile(what.path);
    case "content":
      if (!what.isFolder) return await readTorrentFile(what.path);
      throw new AppError(
        "invalid_input",
        `"${printable(text, 300)}" is a folder, no .torrent file; that comes first, then the path.`,
      );
    case "link":
      throw new AppError(
        "invalid_input",
        "A magnet link or an info-hash does not tell the hashes of the pieces. Give the .torrent " +
          "file of it, or its URL.",
      );
    default:
      return what satisfies never;
  }
}

/** Which file or folder a person means: what they name, or what is in it by the torrent's name. */
async function rootOf(info: TorrentInfo, named: string): Promise<string> {
  let path: string;
  let isFolder: boolean;
  try {
    path = await Deno.realPath(named);
    isFolder = (await Deno.stat(path)).isDirectory;
  } catch (error) {
    throw diskError("open", "open", named, error);
  }
  const inner = join(path, safePaths(info).root);
  if (info.single) return isFolder ? inner : path;
  if (!isFolder) {
    throw new AppError(
      "invalid_input",
      `"${printable(path)}" is a file, and the torrent is of a folder. Name the folder.`,
    );
  }
  const isInner = await Deno.stat(inner).then((info) => info.isDirectory, () => false);
  return isInner && countPresent(info, inner) >= countPresent(info, path) ? inner : path;
}

function countPresent(info: TorrentInfo, root: string): number {
  const paths = new DownloadPaths(info, root);
  return info.files.filter((_, file) => isFile(paths.final(file))).length;
}

function isFile(path: string): boolean {
  try {
    return localFileSystem.look(path)?.kind === "file";
  } catch {
    return false;
  }
}

async function extraFiles(
  info: TorrentInfo,
  root: string,
  { log, signal }: AppContext,
): Promise<(readonly string[])[]> {
  const known = new Set(safePaths(info).files.map(keyOf));
  const extra: (readonly string[])[] = [];
  const notices: string[] = [];
  try {
    const { files } = await readContent(root, {
      onNotice: (notice) => notices.push(notice),
      ...signal && { signal },
    });
    for (const { path } of files) {
      if (known.has(keyOf(path))) continue;
      if (extra.length === MOST_EXTRA) break;
      extra.push(path);
    }
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    // There may be no file at all, which the missing ones tell already.
    log("debug", `files beyond the torrent's are not told: ${error.message}`);
  }
  for (const notice of notices) log("debug", notice);
  return extra;
}

/** One key for paths that a file system of this machine may take for the same. */
function keyOf(path: readonly string[]): string {
  const key = path.join("/");
  return Deno.build.os === "linux" ? key : key.normalize("NFC").toLowerCase();
}
