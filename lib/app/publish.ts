import { resolve } from "node:path";
import { messageOf } from "../base/errors.ts";
import { type Content, readContent } from "../disk/content.ts";
import { HashCache } from "../disk/hash_cache.ts";
import { hashContent, type HashedContent } from "../disk/hasher.ts";
import { buildTorrent } from "../meta/create.ts";
import { MetaError } from "../meta/errors.ts";
import { parseInfo } from "../meta/info.ts";
import { pieceLengthFor } from "../meta/piece_length.ts";
import type { TorrentInfo } from "../meta/torrent.ts";
import { fromDisk } from "./disk_errors.ts";
import { AppError } from "./errors.ts";
import { interrupted } from "./interrupted.ts";
import { checkName } from "./list.ts";
import type { AppContext } from "./types.ts";

/** What is to be published. */
export interface PublishOptions {
  /** A file or a folder. */
  readonly path: string;
  /** What to call it; absent: the last part of the path. */
  readonly name?: string;
  /** Bytes of a piece; absent: what fits the size. */
  readonly pieceLength?: number;
  /** BEP 27; it changes the info-hashes. */
  readonly private?: boolean;
  /** Called with bytes done and bytes in all. */
  readonly onHash?: (done: number, total: number) => void;
}

/** Content and the torrent that it is. */
export interface Published {
  readonly info: TorrentInfo;
  readonly pieceLayers: ReadonlyMap<string, Uint8Array>;
  readonly content: HashedContent;
}

/**
 * Reads a file or a folder and makes a hybrid torrent of it, the same one on every machine.
 *
 * @throws {AppError} `file_open`, `file_read`, `invalid_input` (its name, or nothing to share),
 * `interrupted` by the signal.
 */
export async function publish(options: PublishOptions, context: AppContext): Promise<Published> {
  const { signal } = context;
  try {
    const found = await readContent(resolve(options.path), {
      onNotice: (message) => context.log("warn", message),
      ...(signal ? { signal } : {}),
    });
    const name = checkName(options.name ?? found.name);
    const content = await hashed(found, options, context);
    const { info, pieceLayers } = buildTorrent({
      name,
      single: content.single,
      pieceLength: content.pieceLength,
      v1Pieces: content.v1Pieces,
      private: options.private ?? false,
      files: content.files.map(({ path, length, root, layer }) => ({
        path: content.single ? [name] : path,
        length,
        ...(root && { root }),
        ...(layer && { layer }),
      })),
    });
    return { info: parseInfo(info), pieceLayers, content };
  } catch (error) {
    if (signal?.aborted) throw interrupted("Nothing is shared.");
    if (error instanceof MetaError) {
      throw new AppError(
        "invalid_input",
        `"${options.path}" cannot be shared: ${messageOf(error)}.`,
        { cause: error },
      );
    }
    throw fromDisk(error);
  }
}

/** The hashes of content: those that are remembered, if it has not changed since. */
async function hashed(
  found: Content,
  options: PublishOptions,
  { signal, cacheFolder }: AppContext,
): Promise<HashedContent> {
  const wanted = {
    pieceLength: options.pieceLength ?? pieceLengthFor(found.size),
    sha256: found.single,
    checksum: found.single,
  };
  const cache = cacheFolder === undefined ? undefined : new HashCache(cacheFolder);
  const known = cache?.find(found, wanted);
  if (known) return known;
  const content = await hashContent(found, {
    ...wanted,
    // Files may be read twice, which is nobody's business.
    onProgress: (done, total) =>
      options.onHash?.(Math.floor(done / total * found.size), found.size),
    ...(signal ? { signal } : {}),
  });
  await cache?.store(content);
  return content;
}
