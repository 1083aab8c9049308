import { messageOf } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import { AppError } from "../app/errors.ts";
import { type FileSettings, MAX_CONFIG_BYTES, parseConfig } from "./config_file.ts";
import type { FlagSpec } from "./spec.ts";

/**
 * Reads a file of settings; never asks for a permission.
 *
 * @param path The file.
 * @param flags The flags that there are.
 * @throws {AppError} `file_open`, `file_read`, or `usage` where it is not as it should be.
 */
export function readConfig(path: string, flags: readonly FlagSpec[]): FileSettings {
  return parseConfig(path, readConfigText(path), flags);
}

/** The text of the file, which is UTF-8 and of a bounded size. */
export function readConfigText(path: string): string {
  const where = printable(path, 500);
  const { state } = Deno.permissions.querySync({ name: "read", path });
  if (state !== "granted") {
    throw new AppError(
      "file_open",
      `${where} may not be read: run Deno with --allow-read=${where}.`,
    );
  }
  const bytes = readBounded(path, where);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new AppError("usage", `${where} is not UTF-8, as TOML is.`, { cause: error });
  }
}

function readBounded(path: string, where: string): Uint8Array {
  using file = open(path, where);
  const bytes = new Uint8Array(MAX_CONFIG_BYTES + 1);
  let length = 0;
  try {
    while (length < bytes.length) {
      const read = file.readSync(bytes.subarray(length));
      if (read === null) return bytes.subarray(0, length);
      length += read;
    }
  } catch (error) {
    throw new AppError("file_read", `${where} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
  throw new AppError("usage", `${where} has more than the ${MAX_CONFIG_BYTES} bytes allowed.`);
}

function open(path: string, where: string): Deno.FsFile {
  try {
    return Deno.openSync(path);
  } catch (error) {
    const missing = error instanceof Deno.errors.NotFound;
    const why = missing ? "there is no such file" : messageOf(error);
    throw new AppError("file_open", `${where} cannot be opened: ${why}.`, { cause: error });
  }
}
