import type { PeerId } from "../base/ids.ts";
import type { Announce } from "../wire/tracker_lines.ts";
import { announcedName } from "./announced_name.ts";
import { announcerFor, announcersFor, type ShareAnnouncer } from "./announcers.ts";
import type { OpenedStorage } from "./open_storage.ts";
import type { SwarmSession } from "./swarm_session.ts";
import type { SwarmDownloadOptions } from "./swarm_types.ts";
import { trackerText } from "./tracker_url.ts";
import type { AppContext } from "./types.ts";

/** A download at some moment, as far as trackers are told of it. */
export interface AnnouncedDownload {
  readonly session: SwarmSession;
  readonly port: number;
  readonly peerId: PeerId;
  /** Its own name, or what it is called until that is known. */
  readonly name: string;
  /** Absent until the metadata is known. */
  readonly opened: OpenedStorage | undefined;
  /** By every protocol. */
  readonly uploaded: number;
  /** Whether downloaders of the original are served. */
  readonly classic: boolean;
}

/**
 * Announces a download at the trackers that a person named, and at those of its link or torrent.
 *
 * @param now How it is.
 */
export function downloadAnnouncers(
  now: () => AnnouncedDownload,
  { trackers, tiers, metainfo }: SwarmDownloadOptions,
  context: AppContext,
): ShareAnnouncer[] {
  const announced = {
    told: () => told(now()),
    get classicName() {
      const { classic, name } = now();
      return classic ? announcedName(name) : undefined;
    },
    onPeers: (peers: Parameters<SwarmSession["addPeers"]>[0]) =>
      now().session.addPeers(peers, "tracker", true),
    onSwitch: () => now().session.trackerChanged(),
    hungry: () => !now().opened || now().session.peers === 0,
    log: context.log,
  };
  const taken = trackers.map(trackerText);
  return [
    ...trackers.map((tracker) => announcerFor(tracker, announced, context)),
    ...announcersFor(tiers, announced, context, taken, metainfo?.info.private),
  ];
}

function told(download: AnnouncedDownload): Omit<Announce, "event"> {
  const { session, name, opened, port, peerId, uploaded, classic } = download;
  const { pieces, downloaded } = session.snapshot();
  const { info, size = 0 } = opened ?? {};
  return {
    ...session.v1 && { v1: session.v1 },
    ...session.v2 && { v2: session.v2 },
    name: announcedName(name),
    size,
    port,
    peerId,
    left: info && pieces ? Math.min(size, pieces.missing * info.pieceLength) : 1,
    uploaded,
    downloaded,
    classic,
    numwant: 50,
  };
}
