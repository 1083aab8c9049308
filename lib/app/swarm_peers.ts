import { messageOf } from "../base/errors.ts";
import { addressKind, normalizeIp } from "../base/ip.ts";
import { NUMWANT } from "../wire/tracker_lines.ts";
import { interrupted } from "./interrupted.ts";
import { formatHostPort } from "./host_port.ts";
import { undialable } from "./list.ts";
import { newPeerId } from "./peer_identity.ts";
import { freePort } from "./share.ts";
import type { TorrentSource } from "./swarm_types.ts";
import { announce } from "./tracker_client.ts";
import { lineTrackers } from "./tracker_url.ts";
import type { AppContext, HostPort } from "./types.ts";

/** A peer of a swarm, as a tracker tells of it. */
export interface ListedPeer extends HostPort {
  /** Whether it has everything. */
  readonly seed: boolean;
}

/**
 * Asks the trackers of the line protocol who is in a swarm, without staying in it. Nobody of them
 * is dialled. A tracker that does not answer is passed over, as others may.
 *
 * @returns Peers that may be dialled, those that have everything first.
 * @throws {AppError} `interrupted`.
 */
export async function listSwarmPeers(
  source: TorrentSource,
  context: AppContext,
): Promise<ListedPeer[]> {
  const { signal, log } = context;
  const { v1, v2, name = v2 ?? v1 ?? "", trackers } = source;
  const told = {
    ...v1 && { v1 },
    ...v2 && { v2 },
    name,
    size: 0,
    port: freePort(),
    peerId: newPeerId(),
    left: 1,
    uploaded: 0,
    downloaded: 0,
    classic: false,
  };
  const found = new Map<string, ListedPeer>();
  await Promise.all(
    lineTrackers(trackers).map(async (tracker) => {
      try {
        const asked = { ...told, event: "started", numwant: NUMWANT.most } as const;
        const said = await announce(tracker, asked, signal);
        for (const { host, port, seed } of said?.answer.peers ?? []) {
          const peer = { host: normalizeIp(host), port, seed };
          if (undialable(addressKind(peer.host), said!.trackerKind) !== undefined) continue;
          found.set(formatHostPort(peer), peer);
        }
        if (said) await announce(tracker, { ...told, event: "stopped", numwant: 0 }, signal);
      } catch (error) {
        if (signal?.aborted) throw interrupted("Nothing was changed.");
        log("warn", messageOf(error));
      }
    }),
  );
  return [...found.values()].sort((a, b) => Number(b.seed) - Number(a.seed));
}
