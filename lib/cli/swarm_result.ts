import type { FoundContent } from "../app/find_shares.ts";
import type { SwarmDownloadResult, TorrentContents } from "../app/swarm_types.ts";
import { printable } from "../base/printable.ts";
import { formatBytes, formatRate, formatSpan } from "./units.ts";

/** Files that are listed before a download; of more, the rest is counted. */
const MOST_LISTED = 10;

/** What a person is told about a finished download from a swarm, line by line. */
export function describeSwarmDownload(result: SwarmDownloadResult): string[] {
  const { path, size, files, single, peers, elapsedMs, v2, sha256, wasted, downloaded } = result;
  const seconds = elapsedMs / 1000;
  // What was here before did not come at any rate.
  const rate = seconds > 0 && peers > 0 ? ` (${formatRate(downloaded / seconds)})` : "";
  const count = single ? "" : files === 1 ? ", 1 file" : `, ${files} files`;
  const from = peers === 0 ? "was here" : `from ${peers === 1 ? "1 peer" : `${peers} peers`}`;
  const lost = wasted > 0 ? `, ${formatBytes(wasted)} of it twice or wrong` : "";
  const how = v2 === undefined ? "piece agreed with its SHA-1" : "block agreed with its SHA-256";
  return [
    printable(path, 4096),
    `${formatBytes(size)} (${size} bytes${count}) ${from} in ${seconds.toFixed(1)} s${rate}${lost}`,
    ...sha256 === undefined ? [] : [`SHA-256 ${sha256}`],
    `Every ${how}: it is what the info-hash names.`,
  ];
}

/** What a person is told before a download: the files, line by line. */
export function describeContents(contents: TorrentContents): string[] {
  const { name, size, files, path } = contents;
  const wanted = files.filter((file) => file.wanted);
  const bytes = wanted.reduce((sum, file) => sum + file.size, 0);
  const some = wanted.length === files.length
    ? ""
    : `, ${wanted.length} of them wanted (${formatBytes(bytes)})`;
  const count = files.length === 1 ? "1 file" : `${files.length} files`;
  const head = `"${printable(name, 255)}": ${count}, ${formatBytes(size)}${some}, to ${
    printable(path, 4096)
  }`;
  if (files.length === 1) return [head];
  const lines = wanted.slice(0, MOST_LISTED)
    .map((file) => `  ${printable(file.path, 200)}  ${formatBytes(file.size)}`);
  if (wanted.length > MOST_LISTED) lines.push(`  … and ${wanted.length - MOST_LISTED} more`);
  return [head, ...lines];
}

/** One of several contents that bear a name, for a person to choose from. */
export function describeFound({ size, v1, v2, seeders, leechers, ageMs }: FoundContent): string {
  const who = `${seeders} ${seeders === 1 ? "seeder" : "seeders"}, ${leechers} fetching`;
  const hash = (v2 ?? v1 ?? "").slice(0, 8);
  return `${formatBytes(size)}  ${hash}  ${who}, first seen ${formatSpan(ageMs)} ago`;
}

/** The question where the disk is too small. */
export function roomQuestion({ needed, room = 0 }: TorrentContents): string {
  return `${formatBytes(needed)} are to be written and ${formatBytes(room)} are free. Go on?`;
}
