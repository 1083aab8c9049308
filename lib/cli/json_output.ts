import type { FoundContent } from "../app/find_shares.ts";
import type { DownloadResult, HostPort, PeerList, ShareSnapshot } from "../app/types.ts";
import type { SwarmDownloadResult, TorrentContents } from "../app/swarm_types.ts";
import { formatHostPort } from "../app/host_port.ts";

type Fields = Readonly<Record<string, unknown>>;

/** A share, as the JSON output tells it. */
export function shareFields(share: ShareSnapshot): Fields {
  const { name, path, size, port, sha256, checksum, completed, failed, uploaded } = share;
  const { single, files, pieces, pieceLength, v1, v2, magnet, peers } = share;
  return {
    name,
    path,
    size,
    single,
    files,
    pieces,
    pieceLength,
    v1,
    v2,
    magnet,
    port,
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(checksum === undefined ? {} : { checksum }),
    peers,
    trackers: share.trackers.map(({ address, registered, error }) => {
      return { address, registered, ...(error === undefined ? {} : { error }) };
    }),
    active: share.active.map(({ id, to, sent, total }) => ({ id, to, sent, total })),
    waiting: share.waiting,
    completed,
    failed,
    uploaded,
    ...(share.problem === undefined ? {} : { problem: share.problem }),
  };
}

/** A finished download, as the JSON output tells it. */
export function downloadFields(result: DownloadResult): Fields {
  const { name, path, size, sha256, verified, checksum, uncovered, from, elapsedMs } = result;
  return {
    command: "download",
    name,
    path,
    size,
    sha256,
    verified,
    checksum,
    uncovered,
    from,
    elapsedMs: Math.round(elapsedMs),
    failed: result.failed.map(({ address, reason }) => ({ address, reason })),
  };
}

/** A finished download from a swarm, as the JSON output tells it. */
export function swarmDownloadFields(result: SwarmDownloadResult): Fields {
  const { name, path, size, files, single, v1, v2, sha256 } = result;
  const { downloaded, wasted, uploaded, peers } = result;
  return {
    command: "download",
    name,
    path,
    size,
    files,
    single,
    ...v1 !== undefined && { v1 },
    ...v2 !== undefined && { v2 },
    ...sha256 !== undefined && { sha256 },
    verified: true,
    peers,
    elapsedMs: Math.round(result.elapsedMs),
    downloaded,
    wasted,
    uploaded,
  };
}

/** What is about to be fetched, as the JSON output tells it. */
export function contentsFields(contents: TorrentContents): Fields {
  const { name, path, size, files, here, needed, room } = contents;
  return { name, path, size, files, here, needed, ...room !== undefined && { room } };
}

/** Who has a file, as the JSON output tells it. */
export function listFields(list: PeerList, contents: readonly FoundContent[]): Fields {
  const write = (peer: HostPort) => formatHostPort(peer);
  return {
    command: "list",
    name: list.name,
    peers: list.peers.map(write),
    contents,
    leftOut: list.leftOut,
    trackers: list.trackers,
  };
}
