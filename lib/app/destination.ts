import { basename, dirname, join, resolve } from "node:path";
import { safeName } from "../meta/safe_name.ts";
import { AppError } from "./errors.ts";
import type { DownloadOptions } from "./types.ts";

/** Where a download goes, and whether a file that is there gives way. */
export interface Destination {
  /** Absolute path of the file. */
  readonly path: string;
  readonly replace: boolean;
}

/**
 * Decides where a download goes. A folder takes it under its own name made safe; a name that the
 * person gave as a file is theirs and is taken as it is.
 *
 * @throws {AppError} `file_open` when the folder is not there, `file_exists` when a file may not
 * be replaced, `invalid_input` when a folder is in its place.
 */
export async function chooseDestination(
  options: Pick<DownloadOptions, "dest" | "force" | "confirmOverwrite">,
  name: string,
): Promise<Destination> {
  const { dest } = options;
  const wantsFolder = dest === undefined || dest === "" || /[/\\]$/.test(dest) ||
    await isFolder(dest);
  const path = wantsFolder ? join(resolve(dest ?? ""), safeName(name)) : resolve(dest);
  const folder = dirname(path);
  if (!await isFolder(folder)) {
    throw new AppError(
      "file_open",
      `There is no folder "${folder}". Create it, or choose another destination.`,
    );
  }
  const there = await Deno.lstat(path).catch(() => undefined);
  if (!there) return { path, replace: options.force };
  if (there.isDirectory) {
    throw new AppError(
      "invalid_input",
      `"${path}" is a folder, and "${basename(path)}" should become a file there. ` +
        "Choose another destination.",
    );
  }
  if (!options.force && !await options.confirmOverwrite?.(path)) throw alreadyExists(path);
  return { path, replace: true };
}

/** The error for a destination that is taken. */
export function alreadyExists(path: string): AppError {
  return new AppError(
    "file_exists",
    `"${path}" exists already and was left as it is. Give --force to replace it, ` +
      "or another destination.",
  );
}

/** Whether a folder is there. */
export async function isFolder(path: string): Promise<boolean> {
  return await Deno.stat(path).then((info) => info.isDirectory, () => false);
}
