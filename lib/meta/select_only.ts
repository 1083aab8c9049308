import { MAX_FILES } from "./listed_file.ts";

/** First and last of some files that follow each other, both counted from 0. */
export type FileRange = readonly [first: number, last: number];

/** The most ranges that are told. */
const MAX_RANGES = 4_096;

/**
 * Reads which files are wanted (BEP 53): `0,2,4,6-8`.
 *
 * @returns Ranges in order, none touching another; undefined when the text is no such list.
 */
export function parseSelectOnly(text: string): FileRange[] | undefined {
  const parts = text.split(",", MAX_RANGES + 1);
  if (parts.length > MAX_RANGES) return undefined;
  const ranges: FileRange[] = [];
  for (const part of parts) {
    const match = /^(\d{1,7})(?:-(\d{1,7}))?$/.exec(part);
    const first = Number(match?.[1]);
    const last = Number(match?.[2] ?? match?.[1]);
    if (!(first <= last && last < MAX_FILES)) return undefined;
    ranges.push([first, last]);
  }
  ranges.sort((a, b) => a[0] - b[0]);
  const merged: FileRange[] = [];
  for (const range of ranges) {
    const before = merged.at(-1);
    if (before === undefined || range[0] > before[1] + 1) merged.push(range);
    else merged[merged.length - 1] = [before[0], Math.max(before[1], range[1])];
  }
  return merged;
}

/** Writes which files are wanted (BEP 53). */
export function formatSelectOnly(ranges: readonly FileRange[]): string {
  return ranges.map(([first, last]) => first === last ? `${first}` : `${first}-${last}`).join(",");
}
