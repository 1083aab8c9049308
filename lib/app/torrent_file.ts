import { printable } from "../base/printable.ts";
import { MAX_TORRENT } from "../meta/metainfo.ts";
import type { Metainfo } from "../meta/torrent.ts";
import { fromDisk } from "./disk_errors.ts";
import { AppError } from "./errors.ts";
import { readCapped } from "./read_capped.ts";
import { usableTorrent } from "./usable_torrent.ts";

/**
 * Reads a `.torrent` file from the disk.
 *
 * @throws {AppError} `file_open`, `file_read`; `invalid_input` with the reason when it is over 10 MiB
 * or no torrent that can be used.
 */
export async function readTorrentFile(path: string): Promise<Metainfo> {
  let bytes: Uint8Array | undefined;
  try {
    bytes = await readCapped(path, MAX_TORRENT);
  } catch (error) {
    throw fromDisk(error, "Check the path of the .torrent file, and that you may read it.");
  }
  if (bytes) return usableTorrent(bytes, path, "invalid_input");
  throw new AppError(
    "invalid_input",
    `"${printable(path)}" has more than ${MAX_TORRENT} bytes, too many for a .torrent file.`,
  );
}
