// @ts-types="npm:@types/picomatch@4"
import picomatch from "npm:picomatch@4";
import { printable } from "../base/printable.ts";
import type { FileRange } from "../meta/select_only.ts";
import type { TorrentInfo } from "../meta/torrent.ts";
import { AppError } from "./errors.ts";

/** The longest pattern. */
const MAX_PATTERN = 1_024;

/** Which files of a torrent a person wants; absent parts leave no file out. */
export interface Selection {
  /** Globs over paths with `/`; one without a slash is over names; a folder means all in it. */
  readonly only?: readonly string[];
  /** Files by their place (BEP 53). */
  readonly ranges?: readonly FileRange[];
}

/**
 * Says of every file whether it is wanted.
 *
 * @throws {AppError} `invalid_input` when a pattern is too long, or no file is left.
 */
export function selectFiles(info: TorrentInfo, { only = [], ranges }: Selection): boolean[] {
  const matchers = only.map(matcher);
  const wanted = info.files.map(({ path }, index) => {
    if (ranges && !ranges.some(([first, last]) => index >= first && index <= last)) return false;
    // One file has no path but its name.
    const whole = info.single ? info.name : path.join("/");
    return matchers.length === 0 || matchers.some((matches) => matches(whole));
  });
  if (info.files.length === 0 || wanted.includes(true)) return wanted;
  const names = info.files.slice(0, 5).map(({ path }) => printable(path.join("/"), 60));
  throw new AppError(
    "invalid_input",
    `No file of "${printable(info.name)}" is wanted: ${
      only.length > 0 ? `--only ${only.map((one) => printable(one)).join(", ")}` : "the link's so"
    } fits none of its ${info.files.length} files (${names.join(", ")}${
      info.files.length > names.length ? ", …" : ""
    }).`,
  );
}

function matcher(pattern: string): (path: string) => boolean {
  if (pattern.length > MAX_PATTERN) {
    throw new AppError(
      "invalid_input",
      `A pattern of --only has ${pattern.length} characters; ${MAX_PATTERN} are the most.`,
    );
  }
  const plain = pattern.replace(/\/+$/, "");
  const options = { dot: true, nocase: false, windows: false };
  const itself = picomatch(plain, { ...options, basename: !plain.includes("/") });
  const below = picomatch(`${plain}/**`, options);
  return (path) => itself(path) || below(path);
}
