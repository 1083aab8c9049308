import { HashPool } from "../disk/hash_pool.ts";
import { SourceFile } from "../disk/source_file.ts";
import { AppError } from "./errors.ts";
import type { OpenedStorage } from "./open_storage.ts";

/** What a single file was found to hold. */
export interface CheckedFile {
  /** 64 lower-case hex digits. */
  readonly sha256: string;
  /** For downloaders of the original, if it is to be served to them. */
  readonly source?: SourceFile;
}

/** How a file is checked. */
export interface WholeCheck {
  /** 64 lower-case hex digits, if it is to have them. */
  readonly sha256: string | undefined;
  /** Whether it is to be served to downloaders of the original, which need a checksum of their own. */
  readonly serve: boolean;
}

/**
 * Reads a single file once more when it is whole, for its SHA-256.
 *
 * @returns Undefined for a folder.
 * @throws {AppError} `checksum_mismatch`. @throws {DiskError} As `SourceFile.register`.
 * @throws The signal's reason.
 */
export async function checkWhole(
  { info, size, contents: { path } }: OpenedStorage,
  { sha256: expected, serve }: WholeCheck,
  signal?: AbortSignal,
): Promise<CheckedFile | undefined> {
  if (!info.single) return undefined;
  const checked = serve ? await register(path, signal) : await hash(path, size, signal);
  const { sha256 } = checked;
  if (expected === undefined || expected === sha256) return checked;
  throw new AppError(
    "checksum_mismatch",
    `"${path}" is what the torrent says, but its SHA-256 is ${sha256}, not ${expected}. It was ` +
      "kept; remove it if it is not wanted.",
    { fault: "remote" },
  );
}

async function register(path: string, signal?: AbortSignal): Promise<CheckedFile> {
  const source = await SourceFile.register(path, () => {}, signal);
  return { sha256: source.digest.sha256, source };
}

async function hash(path: string, length: number, signal?: AbortSignal): Promise<CheckedFile> {
  using pool = new HashPool({ workers: 0, ...signal && { signal } });
  const { sha256 } = await pool.run({ kind: "file", path, length });
  return { sha256 };
}
