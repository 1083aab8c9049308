import { chooseDestination } from "./destination.ts";
import type { RunningShare } from "./types.ts";
import { writeWhole } from "./write_file.ts";

/** Where the `.torrent` file of a share goes. */
export interface TorrentOutOptions {
  /** The file, or a folder for it. */
  readonly out: string;
  /** Replace an existing file. */
  readonly force: boolean;
  /** Asked when the file exists and `force` is off; absent means no. */
  readonly confirmOverwrite?: (path: string) => Promise<boolean>;
}

/**
 * Writes the `.torrent` file of a share.
 *
 * @returns Its absolute path.
 * @throws {AppError} `file_open`, `file_exists`, `file_write`, `invalid_input`.
 */
export async function writeTorrentOf(
  share: RunningShare,
  { out, force, confirmOverwrite }: TorrentOutOptions,
): Promise<string> {
  const { path, replace } = await chooseDestination(
    { dest: out, force, ...confirmOverwrite && { confirmOverwrite } },
    `${share.snapshot().name}.torrent`,
  );
  await writeWhole(path, share.torrent(), replace);
  return path;
}
