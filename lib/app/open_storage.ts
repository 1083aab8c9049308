import { dirname, join, resolve } from "node:path";
import type { Bitfield } from "../base/bitfield.ts";
import { printable } from "../base/printable.ts";
import { DiskError } from "../disk/errors.ts";
import { Storage } from "../disk/storage.ts";
import { Layout } from "../meta/layout.ts";
import { safePaths } from "../meta/safe_paths.ts";
import { wantedPieces } from "../meta/wanted_pieces.ts";
import type { TorrentInfo } from "../meta/torrent.ts";
import type { SwarmTorrent } from "../swarm/types.ts";
import { claimPath } from "./claim_path.ts";
import { isFolder } from "./destination.ts";
import { AppError } from "./errors.ts";
import { selectFiles } from "./selection.ts";
import type { SessionContent } from "./session_disk.ts";
import type { SwarmDownloadOptions, TorrentContents } from "./swarm_types.ts";
import { TorrentTrees } from "./torrent_trees.ts";
import type { AppContext } from "./types.ts";

/** Told of what happens to a storage. */
export interface StorageEvents {
  onCheck(done: number, total: number): void;
  /** A flush in the background failed; it is tried again. */
  onProblem(error: DiskError): void;
  onLost(piece: number): void;
}

/** A download's storage, and what its swarm needs to know. */
export interface OpenedStorage {
  readonly info: TorrentInfo;
  readonly layout: Layout;
  readonly storage: Storage;
  readonly content: SessionContent;
  readonly torrent: SwarmTorrent;
  /** By file. */
  readonly wanted: readonly boolean[];
  readonly wantedPieces: Bitfield;
  /** Of the wanted files: how many, and their bytes. */
  readonly files: number;
  readonly size: number;
  readonly contents: TorrentContents;
  /** Keeps others of this process away; to be disposed of after the storage. */
  readonly claim: Disposable;
}

/**
 * Finds or makes the place of a download on the disk.
 *
 * @throws {AppError} `file_open`, `file_exists`, `invalid_input` when no file is wanted, or several
 * where one is needed.
 * @throws {DiskError} As `Storage.open`. @throws {MetaError} A name that cannot be made safe.
 */
export async function openStorage(
  info: TorrentInfo,
  options: SwarmDownloadOptions,
  events: StorageEvents,
  context: AppContext,
): Promise<OpenedStorage> {
  const wanted = selectFiles(info, options);
  checkSingle(info, wanted, options);
  const path = await destinationOf(info, options.dest);
  const claim = claimPath(path);
  try {
    return { ...await openAt(path, info, wanted, options, events, context), claim };
  } catch (error) {
    claim[Symbol.dispose]();
    throw error;
  }
}

async function openAt(
  path: string,
  info: TorrentInfo,
  wanted: readonly boolean[],
  options: SwarmDownloadOptions,
  events: StorageEvents,
  { signal }: AppContext,
): Promise<Omit<OpenedStorage, "claim">> {
  const layout = new Layout(info);
  const trees = info.v2 ? new TorrentTrees(info, layout, options.metainfo?.pieceLayers) : undefined;
  const storage = await openOrReplace(options, path, {
    info,
    trees: trees?.trees ?? info.files.map(() => undefined),
    path,
    wanted,
    onCheck: events.onCheck,
    onProblem: events.onProblem,
    onLost: events.onLost,
    ...signal && { signal },
  });
  const pieces = wantedPieces(layout, wanted);
  const chosen = info.files.filter((_, file) => wanted[file]);
  return {
    info,
    layout,
    storage,
    content: { source: storage, store: storage, ...trees && { trees } },
    torrent: {
      layout,
      metadata: info.bytes,
      private: info.private,
      v1: info.v1 !== undefined,
      ...trees && { proofs: trees },
    },
    wanted,
    wantedPieces: pieces,
    files: chosen.length,
    size: chosen.reduce((sum, { length }) => sum + length, 0),
    contents: contentsOf(info, layout, path, wanted, pieces, storage),
  };
}

async function openOrReplace(
  { force, confirmOverwrite }: SwarmDownloadOptions,
  path: string,
  options: Parameters<typeof Storage.open>[0],
): Promise<Storage> {
  try {
    return await Storage.open({ ...options, force });
  } catch (error) {
    if (!(error instanceof DiskError) || error.code !== "exists") throw error;
    if (!await confirmOverwrite?.(path)) throw taken(error);
    return await Storage.open({ ...options, force: true });
  }
}

/** The error for a name that is taken, maybe that of one file of many. */
function taken({ message }: DiskError): AppError {
  const text =
    `${message}, and was left as it is. Give --force to replace it, or another destination`;
  return new AppError("file_exists", `${text.charAt(0).toUpperCase()}${text.slice(1)}.`);
}

/** What is asked for that only one file can have. */
function checkSingle(
  info: TorrentInfo,
  wanted: readonly boolean[],
  { sink, sha256 }: SwarmDownloadOptions,
): void {
  const count = wanted.filter((is) => is).length;
  if (sink && count !== 1) {
    throw new AppError(
      "invalid_input",
      `"${printable(info.name)}" has ${count} files, and only one can go to standard output. ` +
        "Choose it with --only PATTERN.",
    );
  }
  if (sha256 !== undefined && !info.single) {
    throw new AppError(
      "invalid_input",
      `"${
        printable(info.name)
      }" is a folder, and --sha256 is for one file. Its info-hash says what ` +
        "must be in it: download it by that.",
    );
  }
}

/** Where it goes: a folder takes it under its own name made safe. */
async function destinationOf(info: TorrentInfo, dest: string | undefined): Promise<string> {
  const { root } = safePaths(info);
  const wantsFolder = dest === undefined || dest === "" || /[/\\]$/.test(dest) ||
    await isFolder(dest);
  const path = wantsFolder ? join(resolve(dest ?? ""), root) : resolve(dest);
  const folder = dirname(path);
  if (await isFolder(folder)) return path;
  throw new AppError(
    "file_open",
    `There is no folder "${folder}". Create it, or choose another destination.`,
  );
}

function contentsOf(
  info: TorrentInfo,
  layout: Layout,
  path: string,
  wanted: readonly boolean[],
  pieces: Bitfield,
  { have, found }: Storage,
): TorrentContents {
  let here = 0;
  for (const piece of pieces) if (have.has(piece)) here += layout.dataLength(piece);
  return {
    name: info.name,
    path,
    size: info.size,
    files: info.files.map((file, index) => ({
      path: info.single ? info.name : file.path.join("/"),
      size: file.length,
      wanted: wanted[index]!,
    })),
    here,
    needed: found.needed,
    ...found.room !== undefined && { room: found.room },
  };
}
