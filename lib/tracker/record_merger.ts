import type { InfoHash } from "../base/ids.ts";
import type { ClassicPeers } from "./classic_peers.ts";
import { Departures } from "./departures.ts";
import { TrackerError } from "./errors.ts";
import { hashesOf, type Share } from "./share.ts";
import { known, put, type SharesInside } from "./share_records.ts";
import type {
  SavedCompletion,
  SavedLeave,
  SavedName,
  SavedPeer,
  SavedRecord,
  SavedShare,
} from "./store.ts";

/** Times that trackers tell of the same moment differ by no more milliseconds. */
const SAME_MS = 5_000;

/** A share that has no name waits for its first peer for so many batches. */
const PATIENCE = 64;

/**
 * Brings what other trackers heard into a registry that is in use. Records may come in any order, and
 * more than once: whatever is newest counts, and each tracker comes to know the same. Their times are
 * monotonic milliseconds; those of the future count as of now.
 */
export class RecordMerger {
  readonly #classic: ClassicPeers;
  readonly #inside: SharesInside;
  readonly #departures = new Departures();
  /** Shares that came without a name or a peer, and the batch with which they did. */
  #young: { readonly share: Share; readonly batch: number }[] = [];
  #batch = 0;

  constructor(classic: ClassicPeers, inside: SharesInside) {
    this.#classic = classic;
    this.#inside = inside;
  }

  /** Takes a record; what is too old, or for what there is no room, is left out. */
  merge(record: SavedRecord, now: number): void {
    switch (record.kind) {
      case "share":
        return this.#share(record, now);
      case "peer":
        return this.#peer(record, now);
      case "left":
        return this.#left(record, now);
      case "completed":
        return this.#completed(record, now);
      case "name":
        return this.#name(record, now);
      default:
        return record satisfies never;
    }
  }

  /** A batch is at its end. */
  merged(): void {
    this.#batch++;
    const before = this.#batch - PATIENCE;
    let gone = 0;
    for (; gone < this.#young.length && this.#young[gone]!.batch <= before; gone++) {
      const { share } = this.#young[gone]!;
      const { directory, forget } = this.#inside;
      const [hash] = hashesOf(share);
      const isThere = hash !== undefined && directory.byHash(hash) === share;
      if (isThere && share.idle && share.name === undefined) forget(share);
    }
    if (gone > 0) this.#young = this.#young.slice(gone);
  }

  /** Notes that a peer left here. */
  left(hashes: readonly InfoHash[], host: string, port: number, now: number): void {
    this.#departures.note(hashes, host, port, now);
  }

  /** Who left not long ago, here or elsewhere. */
  departed(now: number): Generator<SavedLeave, void> {
    return this.#departures.since(now - this.#inside.maxTtlMs);
  }

  #share(record: SavedShare, now: number): void {
    const { directory, table, hasRoom, maxIdle, forget } = this.#inside;
    const firstSeen = Math.min(record.firstSeen, now);
    const shares = known(this.#inside, hashesOf(record)).filter((one) => agrees(one, record));
    const [first, ...others] = shares;
    let share = first;
    if (!share) {
      if (known(this.#inside, hashesOf(record)).length > 0 || !hasRoom()) return;
      share = table.open((number) => directory.add(number, record, firstSeen));
      directory.idle.add(share, Math.min(record.seen, now));
      if (share.name === undefined) this.#young.push({ share, batch: this.#batch });
      else if (directory.idle.size > maxIdle) forget(directory.idle.oldest!);
    } else {
      for (const other of others) {
        if (agrees(other, share)) share = this.#inside.merge(share, other);
      }
      directory.learn(share, record);
      const seen = Math.min(record.seen, now);
      if (share.idle && share.idle.since < seen) {
        directory.idle.remove(share);
        directory.idle.add(share, seen);
      }
      this.#agreeOnName(share, record, firstSeen);
      share.firstSeen = Math.min(share.firstSeen, firstSeen);
    }
    share.completed = Math.max(share.completed, record.completed);
  }

  /** Of two names the one counts that was there first; at about the same time, the smaller one. */
  #agreeOnName(share: Share, { name, size = 0 }: SavedShare, firstSeen: number): void {
    if (name === undefined || (name === share.name && size === share.size)) return;
    const later = firstSeen - share.firstSeen;
    if (later >= SAME_MS) return;
    const isSmaller = name < share.name! || (name === share.name && size < share.size);
    if (later <= -SAME_MS || isSmaller) this.#inside.directory.rename(share, name, size);
  }

  #peer(record: SavedPeer, now: number): void {
    const { directory, table, maxTtlMs, hasRoom } = this.#inside;
    const { hashes, host, port } = record;
    const seen = Math.min(record.seen, now);
    const peer = { ...record, seen, ttl: Math.min(record.ttl, maxTtlMs) };
    const shares = known(this.#inside, hashes);
    if (seen + peer.ttl <= now || this.#hasLeft(shares, record, seen)) return;
    for (const share of shares) {
      const before = table.known(share, host, port, now);
      if (!before || Math.floor(now) - before.age < Math.floor(seen)) {
        put(this.#inside, share, peer);
      }
    }
    if (shares.length > 0 || !hasRoom()) return;
    const share = table.open((number) => directory.add(number, { hash: hashes[0]! }, seen));
    directory.idle.add(share, seen);
    this.#young.push({ share, batch: this.#batch });
    put(this.#inside, share, peer);
  }

  #left({ hashes, host, port, seen: left = Infinity }: SavedLeave, now: number): void {
    const { table } = this.#inside;
    const seen = Math.min(left, now);
    this.#departures.note(hashes, host, port, seen);
    for (const share of known(this.#inside, hashes)) {
      const before = table.known(share, host, port, now);
      if (before && Math.floor(now) - before.age <= Math.floor(seen)) {
        table.remove(share, host, port);
      }
    }
  }

  /** Whoever is known as a seed was counted when it became one, or was one from the start. */
  #completed(record: SavedCompletion, now: number): void {
    const { table, maxTtlMs } = this.#inside;
    const { hashes, host, port } = record;
    const seen = Math.min(record.seen, now);
    const shares = known(this.#inside, hashes);
    if (seen + maxTtlMs <= now || this.#hasLeft(shares, record, seen)) return;
    for (const share of shares) {
      if (!table.known(share, host, port, now)?.seed) share.completed++;
    }
  }

  #name({ name, host, port, seen }: SavedName, now: number): void {
    try {
      this.#classic.merge(name, host, port, Math.min(seen, now), now);
    } catch (error) {
      if (!(error instanceof TrackerError)) throw error;
    }
  }

  #hasLeft(
    shares: readonly Share[],
    { hashes, host, port }: Pick<SavedPeer, "hashes" | "host" | "port">,
    seen: number,
  ): boolean {
    return this.#departures.has(hashes, host, port, seen) ||
      shares.some((share) => this.#departures.has(hashesOf(share), host, port, seen));
  }
}

/** Whether neither of two has a hash of a kind of which the other has another one. */
function agrees(
  one: Pick<SavedShare, "v1" | "v2">,
  other: Pick<SavedShare, "v1" | "v2">,
): boolean {
  return (one.v1 === undefined || other.v1 === undefined || one.v1 === other.v1) &&
    (one.v2 === undefined || other.v2 === undefined || one.v2 === other.v2);
}
