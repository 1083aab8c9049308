import { printable } from "../base/printable.ts";
import { keyText } from "./bencode.ts";
import { MetaError } from "./errors.ts";
import type { Fields } from "./fields.ts";

/** The most files of a torrent. */
export const MAX_FILES = 1_000_000;

/** The most parts of a path; a `.torrent` file of v2 holds no more than 28 (see `MAX_DEPTH`). */
export const MAX_PATH_PARTS = 100;

/** The most bytes of a path with its separators: PATH_MAX of Linux. */
export const MAX_PATH_BYTES = 4_096;

/** A file as an info dictionary lists it, its path as keys: see `Bencode`. */
export interface ListedFile {
  readonly parts: readonly string[];
  /** Bytes. */
  readonly length: number;
  /** Bytes into piece space. */
  readonly offset: number;
  readonly attributes: string;
  readonly root?: Uint8Array;
}

/** The files of an info dictionary. */
export interface FileList {
  readonly files: readonly ListedFile[];
  /** Bytes of piece space, padding files at its end included. */
  readonly span: number;
}

/** A path for people: on one line, safe to print. */
export function shownPath(parts: readonly string[]): string {
  return `"${printable(parts.map(keyText).join("/"), 300)}"`;
}

/**
 * Refuses a path that no file can have: without parts, or too long. What can be mapped to a good
 * one (`..`, empty parts, device names) is for whoever makes files of it.
 *
 * @throws {MetaError} `bad_path`.
 */
export function checkPath(parts: readonly string[]): void {
  if (parts.length === 0) throw new MetaError("bad_path", "the path of a file has no parts");
  if (parts.length > MAX_PATH_PARTS) {
    throw new MetaError(
      "bad_path",
      `the path ${shownPath(parts)} has more than ${MAX_PATH_PARTS} parts`,
    );
  }
  const bytes = parts.reduce((sum, part) => sum + part.length, parts.length - 1);
  if (bytes > MAX_PATH_BYTES) {
    throw new MetaError(
      "bad_path",
      `the path ${shownPath(parts)} has ${bytes} bytes; ${MAX_PATH_BYTES} are the most`,
    );
  }
}

/** @throws {MetaError} `too_large` when there are more files than {@linkcode MAX_FILES}. */
export function checkFileCount(count: number): void {
  if (count <= MAX_FILES) return;
  throw new MetaError("too_large", `there are more than ${MAX_FILES} files`);
}

/** The attributes of BEP 47, "attr", that are known: some of `p`, `h`, `x`, `l`, in this order. */
export function attributesOf(fields: Fields): string {
  const told = fields.text("attr");
  return told === undefined ? "" : [..."phxl"].filter((one) => told.includes(one)).join("");
}
