import { type InfoHash, type InfoHashV2, truncated } from "../base/ids.ts";
import type { HashPrefix } from "./hash_prefix.ts";
import type { ShareHashes } from "./share_hashes.ts";
import type { ListedShare, ShareAnnounce, ShareRecord, SwarmCounts } from "./share_types.ts";
import type { SwarmList } from "./swarm_lists.ts";

/** A share as the tracker keeps it, and where its peers are listed. */
export class Share implements SwarmList {
  readonly number: number;
  block = 0;
  level = 0;
  readonly order: number;
  /** When it was first announced, monotonic milliseconds. */
  firstSeen: number;
  /** Undefined until somebody tells. */
  name: string | undefined;
  size = 0;
  completed = 0;
  /** Announces since it became known. */
  announces = 0;
  /** Where it stands among those that have no peers; undefined while it has some. */
  idle: IdlePlace | undefined;
  readonly #hashes: ShareHashes;

  constructor(number: number, order: number, firstSeen: number, hashes: ShareHashes) {
    this.number = number;
    this.order = order;
    this.firstSeen = firstSeen;
    this.#hashes = hashes;
  }

  get v1(): InfoHash | undefined {
    return this.#hashes.v1(this.number);
  }

  get v2(): InfoHashV2 | undefined {
    return this.#hashes.v2(this.number);
  }

  /** A hash that clients told, until somebody tells which of the two it is. */
  get hash(): InfoHash | undefined {
    return this.#hashes.hash(this.number);
  }

  /** Whether one tells of it what is not what is known of it. */
  isOther(told: ShareAnnounce): boolean {
    const { v1, v2, name, size } = this;
    if (told.v1 !== undefined && v1 !== undefined && told.v1 !== v1) return true;
    if (told.v2 !== undefined && v2 !== undefined && told.v2 !== v2) return true;
    return told.name !== undefined && (told.name !== name || (told.size ?? 0) !== size);
  }

  /** Whether one of its hashes begins so. */
  begins(prefix: HashPrefix): boolean {
    return this.#hashes.begins(this.number, prefix);
  }
}

/** A place in the list of shares without peers. */
export interface IdlePlace {
  /** When the last peer left, monotonic milliseconds. */
  readonly since: number;
  next: Share | undefined;
  previous: Share | undefined;
}

/** The hashes by which BitTorrent clients ask. */
export function hashesOf({ v1, v2, hash }: Pick<ShareAnnounce, "v1" | "v2" | "hash">): InfoHash[] {
  const all = [v2 === undefined ? undefined : truncated(v2), v1, hash];
  return all.filter((one) => one !== undefined);
}

/** As it is found by name. */
export function recordOf(share: Share, { seeders, leechers }: SwarmCounts): ShareRecord {
  const { order, name = "", size, v1, v2, firstSeen } = share;
  return {
    order,
    name,
    size,
    ...(v1 === undefined ? {} : { v1 }),
    ...(v2 === undefined ? {} : { v2 }),
    seeders,
    leechers,
    firstSeen,
  };
}

/** As it stands in a list of all. */
export function listed(share: Share, counts: SwarmCounts): ListedShare {
  const { name, hash } = share;
  const { name: _name, size, ...record } = recordOf(share, counts);
  return {
    ...record,
    ...(name === undefined ? {} : { name, size }),
    ...(hash === undefined ? {} : { hash }),
    completed: counts.completed,
  };
}
