import type { InfoHash } from "../base/ids.ts";
import { TrackerError } from "./errors.ts";
import type { PeerTable } from "./peer_table.ts";
import { hashesOf, type Share } from "./share.ts";
import type { ShareDirectory } from "./share_directory.ts";
import type { SavedLeave, SavedPeer, SavedShare } from "./store.ts";

/** What the records are of, and made into. */
export interface SharesInside {
  readonly directory: ShareDirectory;
  readonly table: PeerTable<Share>;
  /** Shares without peers that are remembered at most. */
  readonly maxIdle: number;
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

/** Takes a record that was saved; what is too old, or for what there is no room, is left out. */
export function importShare(
  inside: SharesInside,
  record: SavedShare | SavedPeer | SavedLeave,
  now: number,
): void {
  switch (record.kind) {
    case "share":
      return addShare(inside, record);
    case "peer":
      return addPeer(inside, record, now);
    case "left":
      for (const share of known(inside, record.hashes)) {
        inside.table.remove(share, record.host, record.port);
      }
      return;
    default:
      return record satisfies never;
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

function addPeer(inside: SharesInside, record: SavedPeer, now: number): void {
  const { directory, table } = inside;
  const { hashes, seen, ttl } = record;
  const shares = known(inside, hashes);
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

function put({ directory, table }: SharesInside, share: Share, peer: SavedPeer): void {
  try {
    table.put(share, peer, peer.seen, peer.ttl);
    directory.idle.remove(share);
  } catch (error) {
    // There is no room for it: it comes again when it announces.
    if (!(error instanceof TrackerError)) throw error;
  }
}

function known({ directory }: SharesInside, hashes: readonly InfoHash[]): Share[] {
  const found: Share[] = [];
  for (const hash of hashes) {
    const share = directory.byHash(hash);
    if (share && !found.includes(share)) found.push(share);
  }
  return found;
}
