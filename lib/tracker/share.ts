import { type InfoHash, type InfoHashV2, truncated } from "../base/ids.ts";
import type { ListedShare, ShareAnnounce, ShareRecord, SwarmCounts } from "./share_types.ts";
import type { Swarm } from "./swarm.ts";

/** A share that somebody announces, as the tracker keeps it. */
export interface Share {
  readonly order: number;
  /** Undefined until somebody tells. */
  name: string | undefined;
  size: number;
  v1: InfoHash | undefined;
  v2: InfoHashV2 | undefined;
  /** A hash that clients told, until somebody tells which of the two it is. */
  hash: InfoHash | undefined;
  readonly firstSeen: number;
  completed: number;
  swarm: Swarm;
}

/** The hashes by which BitTorrent clients ask. */
export function hashesOf({ v1, v2, hash }: Pick<ShareAnnounce, "v1" | "v2" | "hash">): InfoHash[] {
  const all = [v2 === undefined ? undefined : truncated(v2), v1, hash];
  return all.filter((one) => one !== undefined);
}

/** How many peers it has; none where there is no share. */
export function countsOf(share: Share | undefined): SwarmCounts {
  const { completed = 0, swarm } = share ?? {};
  return { seeders: swarm?.seeds ?? 0, leechers: swarm?.leechers ?? 0, completed };
}

/** As it is found by name. */
export function recordOf({ order, name = "", size, v1, v2, firstSeen, swarm }: Share): ShareRecord {
  return {
    order,
    name,
    size,
    ...(v1 === undefined ? {} : { v1 }),
    ...(v2 === undefined ? {} : { v2 }),
    seeders: swarm.seeds,
    leechers: swarm.leechers,
    firstSeen,
  };
}

/** As it stands in a list of all. */
export function listed(share: Share): ListedShare {
  const { name, hash, completed } = share;
  const { name: _name, size, ...record } = recordOf(share);
  return {
    ...record,
    ...(name === undefined ? {} : { name, size }),
    ...(hash === undefined ? {} : { hash }),
    completed,
  };
}
