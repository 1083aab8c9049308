import { printable } from "../base/printable.ts";
import { DiskError, diskError } from "../disk/errors.ts";
import { MAX_TORRENT } from "../meta/metainfo.ts";
import type { Metainfo } from "../meta/torrent.ts";
import { fromDisk } from "./disk_errors.ts";
import { AppError } from "./errors.ts";
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
    bytes = await readCapped(path);
  } catch (error) {
    throw fromDisk(error, "Check the path of the .torrent file, and that you may read it.");
  }
  if (bytes) return usableTorrent(bytes, path, "invalid_input");
  throw new AppError(
    "invalid_input",
    `"${printable(path)}" has more than ${MAX_TORRENT} bytes, too many for a .torrent file.`,
  );
}

/** The whole file, or undefined when it is larger than a torrent may be. */
async function readCapped(path: string): Promise<Uint8Array | undefined> {
  using file = await openFile(path);
  try {
    const { size } = await file.stat();
    if (size > MAX_TORRENT) return undefined;
    // One more than it had: a file that grows meanwhile is not cut short unseen.
    const bytes = new Uint8Array(size + 1);
    let length = 0;
    for (;;) {
      const count = await file.read(bytes.subarray(length));
      if (count === null) return bytes.subarray(0, length);
      length += count;
      if (length > size) throw new DiskError("changed", `"${path}" changed while it was read`);
    }
  } catch (error) {
    throw diskError("read", "read", path, error);
  }
}

async function openFile(path: string): Promise<Deno.FsFile> {
  try {
    // To open a pipe would wait for whoever writes to it.
    const info = await Deno.stat(path);
    if (!info.isFile) throw new DiskError("open", `"${path}" is no regular file`);
    return await Deno.open(path);
  } catch (error) {
    throw diskError("open", "open", path, error);
  }
}
