import { SourceFile } from "../disk/source_file.ts";
import { AppError } from "./errors.ts";
import type { OpenedStorage } from "./open_storage.ts";

/**
 * Reads a single file once more when it is whole, for its SHA-256 and what the original's protocol
 * needs.
 *
 * @param expected 64 lower-case hex digits, if it is to have them.
 * @returns Undefined for a folder.
 * @throws {AppError} `checksum_mismatch`. @throws {DiskError} As `SourceFile.register`.
 */
export async function checkWhole(
  { info, contents: { path } }: OpenedStorage,
  expected: string | undefined,
  signal?: AbortSignal,
): Promise<SourceFile | undefined> {
  if (!info.single) return undefined;
  const source = await SourceFile.register(path, () => {}, signal);
  const { sha256 } = source.digest;
  if (expected === undefined || expected === sha256) return source;
  throw new AppError(
    "checksum_mismatch",
    `"${path}" is what the torrent says, but its SHA-256 is ${sha256}, not ${expected}. It was ` +
      "kept; remove it if it is not wanted.",
    { fault: "remote" },
  );
}
