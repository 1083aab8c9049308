import { messageOf } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import { MetaError } from "../meta/errors.ts";
import { parseMetainfo } from "../meta/metainfo.ts";
import type { Metainfo } from "../meta/torrent.ts";
import { AppError, type AppErrorCode } from "./errors.ts";

/**
 * Reads the bytes of a `.torrent` file.
 *
 * @param where The path or the URL that they are from, for the message.
 * @param code What the error is called.
 * @throws {AppError} `code`, with the reason, when they are no torrent that can be used.
 */
export function usableTorrent(bytes: Uint8Array, where: string, code: AppErrorCode): Metainfo {
  try {
    return parseMetainfo(bytes);
  } catch (error) {
    if (!(error instanceof MetaError)) throw error;
    const hint = error.code === "bad_bencode"
      ? " Is it a .torrent file, and all of it?"
      : " Ask whoever made it for another one.";
    throw new AppError(
      code,
      `"${printable(where)}" is no torrent that can be used: ` +
        `${printable(messageOf(error), 2000)}.${hint}`,
      { cause: error, fault: "remote" },
    );
  }
}
