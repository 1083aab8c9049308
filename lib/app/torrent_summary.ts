import { toHex } from "../base/bytes.ts";
import type { InfoHash, InfoHashV2 } from "../base/ids.ts";
import { formatMagnet } from "../meta/magnet.ts";
import { safePaths } from "../meta/safe_paths.ts";
import type { Metainfo, TorrentInfo } from "../meta/torrent.ts";

/** A file of a torrent, as a person is told of it. */
export interface FileSummary {
  /** Parts of its path as the torrent tells them: below its folder, or the name of its only file. */
  readonly path: readonly string[];
  /** Bytes. */
  readonly length: number;
  /** Root of its Merkle tree, 64 lower-case hex digits; absent in v1, and for an empty file. */
  readonly root?: string;
  /** Where it would be saved, if that is not `path`, whose names are not safe everywhere. */
  readonly savedAs?: readonly string[];
}

/** What a torrent says, for a person; sizes are bytes. */
export interface TorrentSummary {
  readonly name: string;
  /** Whether it is one file, not a folder. */
  readonly single: boolean;
  readonly version: "v1" | "v2" | "hybrid";
  readonly size: number;
  readonly pieces: number;
  readonly pieceLength: number;
  readonly v1?: InfoHash;
  readonly v2?: InfoHashV2;
  readonly private: boolean;
  readonly files: readonly FileSummary[];
  /** By tier (BEP 12). */
  readonly trackers: readonly (readonly string[])[];
  readonly webSeeds: readonly string[];
  readonly comment?: string;
  readonly createdBy?: string;
  readonly magnet: string;
}

/** Tells what a torrent says. Its texts are as they were written, not safe for a terminal. */
export function summarize(
  { info, ...rest }: { readonly info: TorrentInfo } & Partial<Metainfo>,
): TorrentSummary {
  const { trackers = [], webSeeds = [], comment, createdBy } = rest;
  const { name, single, size, pieceLength } = info;
  const hashes = {
    ...info.v1 && { v1: info.v1.infoHash },
    ...info.v2 && { v2: info.v2.infoHash },
  };
  return {
    name,
    single,
    version: info.v1 && info.v2 ? "hybrid" : info.v2 ? "v2" : "v1",
    size,
    pieces: info.pieceCount,
    pieceLength,
    ...hashes,
    private: info.private,
    files: filesOf(info),
    trackers,
    webSeeds,
    ...comment !== undefined && { comment },
    ...createdBy !== undefined && { createdBy },
    magnet: formatMagnet({ ...hashes, name, trackers: trackers.flat(), webSeeds }),
  };
}

function filesOf(info: TorrentInfo): FileSummary[] {
  const safe = safePaths(info);
  return info.files.map(({ path, length, root }, file) => {
    const saved = info.single ? [safe.root] : safe.files[file]!;
    const same = saved.length === path.length && saved.every((part, at) => part === path[at]);
    return {
      path,
      length,
      ...root && { root: toHex(root) },
      ...!same && { savedAs: saved },
    };
  });
}
