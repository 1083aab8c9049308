import type { TorrentInfo } from "../meta/torrent.ts";
import type { OpenedStorage } from "./open_storage.ts";
import type { SwarmSession } from "./swarm_session.ts";
import type { SwarmDownloadResult } from "./swarm_types.ts";

/**
 * What arrived.
 *
 * @param sha256 The file's, if it is a single one.
 * @param uploaded Bytes by every protocol.
 */
export function resultOf(
  { info, contents, files, size }: OpenedStorage,
  session: SwarmSession,
  { elapsedMs, sha256, uploaded }: {
    readonly elapsedMs: number;
    readonly sha256: string | undefined;
    readonly uploaded: number;
  },
): SwarmDownloadResult {
  const { downloaded, wasted } = session.snapshot();
  return {
    name: info.name,
    path: contents.path,
    size,
    files,
    single: info.single,
    ...infoHashes(info),
    ...sha256 !== undefined && { sha256 },
    elapsedMs,
    peers: session.senders,
    downloaded,
    wasted,
    uploaded,
  };
}

/** The info-hashes that a torrent has. */
export function infoHashes({ v1, v2 }: TorrentInfo): Pick<SwarmDownloadResult, "v1" | "v2"> {
  return { ...v1 && { v1: v1.infoHash }, ...v2 && { v2: v2.infoHash } };
}
