import type { InfoHash } from "../base/ids.ts";
import { TrackerError } from "./errors.ts";
import type { PackedPeer } from "./packed_peer.ts";
import type { PeerTable } from "./peer_table.ts";
import { hashesOf, type Share } from "./share.ts";
import type { ShareDirectory } from "./share_directory.ts";
import type { SavedName, SavedPeer, SavedRecord, SavedShare } from "./store.ts";

/** What the records are of, and made into. */
export interface SharesInside {
  readonly directory: ShareDirectory;
  readonly table: PeerTable<Share>;
  /** Shares without peers that are remembered at most. */
  readonly maxIdle: number;
  /** The longest time after which a silent peer is gone, milliseconds. */
  readonly maxTtlMs: number;
  /** Makes one of two shares. */
  merge(share: Share, other: Share): Share;
  forget(share: Share): void;
  /** Whether there is room for one more share. */
  hasRoom(): boolean;
}

/**
 * All shares and peers, each share before its peers. Shares may come and go in between.
 *
 * @param now Reads the clock; monotonic milliseconds, as all times of the records.
 */
export function* exportShares(
  { directory, table }: Pick<SharesInside, "directory" | "table">,
  now: () => number,
): Generator<SavedShare | SavedPeer, void> {
  for (let last = 0;;) {
    const share = directory.after(last)[Symbol.iterator]().next().value;
    if (!share) return;
    last = share.order;
    yield* recordsOf(share, table, now());
  }
}

function recordsOf(share: Share, table: PeerTable<Share>, now: number): (SavedShare | SavedPeer)[] {
  const { v1, v2, hash, name, size, firstSeen, completed, idle } = share;
  const saved: SavedShare = {
    kind: "share",
    ...v1 !== undefined && { v1 },
    ...v2 !== undefined && { v2 },
    ...hash !== undefined && { hash },
    ...name !== undefined && { name, size },
    firstSeen,
    seen: idle?.since ?? now,
    completed,
  };
  const hashes = hashesOf(share).slice(0, 1); // the share itself tells the others
  const peers = table.slots(share).map((slot): SavedPeer => {
    const age = table.peers.age(slot, now);
    const ttl = age + table.remaining(slot, now);
    return { kind: "peer", hashes, ...table.peers.read(slot), seen: now - age, ttl };
  });
  return [saved, ...peers];
}

/** Takes records that were saved; what is too old, or for what there is no room, is left out. */
export class ShareImporter {
  readonly #inside: SharesInside;
  /** The hash of the last peer and its shares, which only peers have come to since. */
  #last: { readonly hash: InfoHash; readonly shares: readonly Share[] } | undefined;

  constructor(inside: SharesInside) {
    this.#inside = inside;
  }

  /**
   * Takes a peer as it was packed.
   *
   * @returns False where it has to be read as any record: its share is not known, or its time is over.
   */
  takePacked(peer: PackedPeer, now: number): boolean {
    const { directory, table } = this.#inside;
    const share = directory.byHashAt(peer.bytes, peer.hashAt);
    if (!share || peer.seen + peer.ttl <= now) return false;
    try {
      table.putPacked(share, peer);
      directory.idle.remove(share);
    } catch (error) {
      // There is no room for it: it comes again when it announces.
      if (!(error instanceof TrackerError)) throw error;
    }
    return true;
  }

  take(record: Exclude<SavedRecord, SavedName>, now: number): void {
    switch (record.kind) {
      case "share":
        this.#last = undefined;
        return addShare(this.#inside, record);
      case "peer":
        return addPeer(this.#inside, this.#sharesOf(record), record, now);
      case "left":
        this.#last = undefined;
        for (const share of known(this.#inside, record.hashes)) {
          this.#inside.table.remove(share, record.host, record.port);
        }
        return;
      case "completed":
        return; // the share's own record has the count
      default:
        return record satisfies never;
    }
  }

  /** Many peers of one share come one after the other. */
  #sharesOf({ hashes }: SavedPeer): readonly Share[] {
    const [hash] = hashes;
    const last = this.#last;
    if (last && hashes.length === 1 && hash === last.hash) return last.shares;
    const shares = known(this.#inside, hashes);
    const isOne = hashes.length === 1 && shares.length > 0;
    this.#last = isOne ? { hash: hash!, shares } : undefined;
    return shares;
  }
}

/** Forgets shares whose peers did not come, and that have no name or are too many. */
export function pruneShares({ directory: { idle }, maxIdle, forget }: SharesInside): void {
  for (let share = idle.oldest; share;) {
    const { next } = share.idle!;
    if (share.name === undefined || idle.size > maxIdle) forget(share);
    share = next;
  }
}

/** It has no peers yet: the next records bring them. */
function addShare(inside: SharesInside, record: SavedShare): void {
  const { directory, table } = inside;
  const [first, ...others] = known(inside, hashesOf(record));
  let share = first;
  if (share) {
    for (const other of others) share = inside.merge(share, other);
    directory.learn(share, record);
  } else {
    if (!inside.hasRoom()) return;
    share = table.open((number) => directory.add(number, record, record.firstSeen));
    directory.idle.add(share, record.seen);
  }
  share.completed = Math.max(share.completed, record.completed);
}

function addPeer(
  inside: SharesInside,
  shares: readonly Share[],
  record: SavedPeer,
  now: number,
): void {
  const { directory, table } = inside;
  const { hashes, seen, ttl } = record;
  for (const share of shares) {
    if (seen + ttl > now) put(inside, share, record);
    else if (share.idle && share.idle.since < seen) {
      directory.idle.remove(share);
      directory.idle.add(share, seen);
    }
  }
  if (shares.length > 0 || seen + ttl <= now || !inside.hasRoom()) return;
  const told = { hash: hashes[0]! };
  const share = table.open((number) => directory.add(number, told, seen));
  directory.idle.add(share, seen);
  put(inside, share, record);
}

/** Notes a peer of a share, unless there is no room for it. */
export function put({ directory, table }: SharesInside, share: Share, peer: SavedPeer): void {
  try {
    table.put(share, peer, peer.seen, peer.ttl);
    directory.idle.remove(share);
  } catch (error) {
    // There is no room for it: it comes again when it announces.
    if (!(error instanceof TrackerError)) throw error;
  }
}

/** The shares of some hashes, each once. */
export function known(
  { directory }: Pick<SharesInside, "directory">,
  hashes: readonly InfoHash[],
): Share[] {
  const found: Share[] = [];
  for (const hash of hashes) {
    const share = directory.byHash(hash);
    if (share && !found.includes(share)) found.push(share);
  }
  return found;
}
