import { DiskError } from "../disk/errors.ts";
import { PartFile } from "../disk/part_file.ts";
import { alreadyExists } from "./destination.ts";
import { fromDisk } from "./disk_errors.ts";

/**
 * Writes a small file; it takes its name when it is whole and on the disk.
 *
 * @param replace Whether a file that is there gives way.
 * @throws {AppError} `file_exists`, `file_write`.
 */
export async function writeWhole(path: string, bytes: Uint8Array, replace: boolean): Promise<void> {
  try {
    await using file = await PartFile.create(path);
    await file.write(bytes);
    await file.commit(replace);
  } catch (error) {
    if (error instanceof DiskError && error.code === "exists") throw alreadyExists(path);
    throw fromDisk(error);
  }
}
