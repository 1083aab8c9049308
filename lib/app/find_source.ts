import { printable } from "../base/printable.ts";
import type { Magnet } from "../meta/magnet.ts";
import type { Metainfo } from "../meta/torrent.ts";
import { AppError } from "./errors.ts";
import { fetchTorrent } from "./fetch_torrent.ts";
import { findShares, type FoundContent } from "./find_shares.ts";
import type { TorrentSource } from "./swarm_types.ts";
import { readTorrentFile } from "./torrent_file.ts";
import { lineTrackers } from "./tracker_url.ts";
import type { AppContext, HostPort, TrackerName } from "./types.ts";
import { linkOf } from "./what.ts";

/** What a person wants to fetch. */
export interface SourceOptions {
  /** A name, a magnet link, an info-hash, or the path or URL of a `.torrent` file. */
  readonly what: string;
  readonly trackers: readonly TrackerName[];
  /** Whether a person named the trackers; else those of a link or torrent go before. */
  readonly trackersGiven: boolean;
  readonly peers: readonly HostPort[];
  /** The beginning of an info-hash, to tell contents of the same name apart. */
  readonly hash?: string;
  /** Take it from seeders of the original, whatever else is there. */
  readonly classic?: boolean;
  /** Asked when several contents bear the name. Absent: that is an error. */
  readonly choose?: (contents: readonly FoundContent[]) => Promise<FoundContent>;
}

/** Where a download comes from: a swarm, or seeders of the original that have the name. */
export type Source =
  | { readonly kind: "swarm"; readonly source: TorrentSource }
  | { readonly kind: "classic"; readonly name: string };

/**
 * Finds out what to fetch.
 *
 * @throws {AppError} `not_found` when nobody has the name, `invalid_input` when several contents
 * bear it and none is chosen, and as `findShares`, `readTorrentFile`, `fetchTorrent`.
 */
export async function findSource(options: SourceOptions, context: AppContext): Promise<Source> {
  const { what, classic, trackers, peers } = options;
  if (classic) return { kind: "classic", name: what };
  const link = linkOf(what);
  if (link) return { kind: "swarm", source: ofLink(link, options) };
  const metainfo = await torrentOf(what, context);
  if (metainfo) return { kind: "swarm", source: ofTorrent(metainfo, options) };
  const lines = lineTrackers(trackers);
  if (lines.length === 0) {
    throw new AppError(
      "invalid_input",
      `"${printable(what)}" is a name, and only a tracker of ours knows names: give one with ` +
        "--tracker HOST:PORT, or a magnet link instead of the name.",
    );
  }
  const found = await findShares({ name: what, trackers: lines }, context).catch((error) => {
    // Who named a peer can do without a tracker.
    if (peers.length === 0 || context.signal?.aborted) throw error;
    return { contents: [] };
  });
  const content = await chosen(found.contents, options);
  if (content) {
    const { v1, v2, name } = content;
    return {
      kind: "swarm",
      source: { ...v1 && { v1 }, ...v2 && { v2 }, name, peers, trackers, tiers: [] },
    };
  }
  // Nobody of the original's either: the download by its protocol says so.
  return { kind: "classic", name: what };
}

async function torrentOf(what: string, { signal }: AppContext): Promise<Metainfo | undefined> {
  if (/^https?:\/\//i.test(what)) return await fetchTorrent(what, { ...signal && { signal } });
  if (!/\.torrent$/i.test(what)) return undefined;
  const isFile = await Deno.stat(what).then((there) => there.isFile, () => false);
  // A share may be called so, too; a path is no name.
  if (isFile || /[/\\]/.test(what)) return await readTorrentFile(what);
  return undefined;
}

function ofLink(magnet: Magnet, options: SourceOptions): TorrentSource {
  const { v1, v2, name, select } = magnet;
  const tiers = magnet.trackers.map((url) => [url]);
  const peers = [...options.peers, ...magnet.peers];
  return {
    ...v1 && { v1 },
    ...v2 && { v2 },
    ...name !== undefined && { name },
    ...select && { ranges: select },
    peers,
    tiers,
    trackers: ownTrackers(options, tiers.length + peers.length > 0),
  };
}

function ofTorrent(metainfo: Metainfo, options: SourceOptions): TorrentSource {
  const { info, trackers: tiers } = metainfo;
  return {
    ...info.v1 && { v1: info.v1.infoHash },
    ...info.v2 && { v2: info.v2.infoHash },
    metainfo,
    peers: options.peers,
    tiers,
    trackers: ownTrackers(options, info.private || tiers.length + options.peers.length > 0),
  };
}

/** The trackers that nobody named are asked only where nothing else is known. */
function ownTrackers(
  { trackers, trackersGiven }: SourceOptions,
  knowsOthers: boolean,
): readonly TrackerName[] {
  return trackersGiven || !knowsOthers ? trackers : [];
}

async function chosen(
  contents: readonly FoundContent[],
  { what, hash, choose }: SourceOptions,
): Promise<FoundContent | undefined> {
  const fitting = hash === undefined
    ? contents
    : contents.filter(({ v1, v2 }) => [v1, v2].some((one) => one?.startsWith(hash.toLowerCase())));
  // A tracker remembers names for a while after the last peer has left.
  const alive = fitting.filter(({ seeders, leechers }) => seeders + leechers > 0);
  const choices = alive.length > 0 ? alive : fitting;
  if (choices.length === 1) return choices[0];
  const hashes = contents.map(({ v2, v1 }) => (v2 ?? v1!).slice(0, 8)).join(", ");
  if (fitting.length === 0) {
    if (hash === undefined) return undefined;
    throw new AppError(
      "not_found",
      `No content called "${printable(what)}" has a hash that begins with ${printable(hash)}${
        contents.length > 0 ? `: there are ${hashes}` : ""
      }.`,
    );
  }
  if (choose) return await choose(choices);
  throw new AppError(
    "invalid_input",
    `${choices.length} different contents are called "${printable(what)}" (${hashes}). ` +
      "Choose one with --hash PREFIX.",
  );
}
