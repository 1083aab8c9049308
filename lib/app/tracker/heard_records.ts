import { type InfoHash, truncated } from "../../base/ids.ts";
import { RecordWriter } from "../../tracker/record_writer.ts";
import type { KnownShare } from "../../tracker/registry_records.ts";
import type { RegistryWatch } from "../../tracker/registry_watch.ts";
import type { ShareAnnounce, SwarmCounts } from "../../tracker/share_types.ts";
import type { SavedRecord } from "../../tracker/store.ts";

/** Bytes of one batch, so that writing it takes well under a millisecond. */
const BATCH_BYTES = 64 * 1024;

/** Shares whose names need not be written again; when there are more, all are. */
const MOST_NOTED = 100_000;

/**
 * Where other trackers read it, all names are written again after so many milliseconds: some may have
 * forgotten a share that nobody had for long, and their counts of it come to agree.
 */
const NOTED_MS = 600_000;

/** The bit that says that all hashes are those of one share, so that one of them is enough. */
const ONE_SHARE = 16;

/** Records that wait to be saved. */
export interface WaitingBatch {
  readonly count: number;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** Is told of a peer that left the shares of some hashes; `now`: monotonic milliseconds. */
export type LeftHere = (
  hashes: readonly InfoHash[],
  host: string,
  port: number,
  now: number,
) => void;

/** Packs what a registry hears into batches, in the order in which it was heard. */
export class HeardRecords implements RegistryWatch {
  /** The time of day less the monotonic time, milliseconds. */
  offset = 0;
  readonly #known: (hash: InfoHash) => KnownShare | undefined;
  readonly #left: LeftHere | undefined;
  readonly #writer = new RecordWriter();
  readonly #noted = new Map<InfoHash, number>();
  #notedSince = 0;
  #batches: WaitingBatch[] = [];
  #waiting = 0;

  /**
   * @param known What the registry knows of a share that has a name.
   * @param left Given where other trackers read what is packed: their clocks and logs need to be told
   * more than the order says.
   */
  constructor(known: (hash: InfoHash) => KnownShare | undefined, left?: LeftHere) {
    this.#known = known;
    this.#left = left;
  }

  /** Bytes that wait. */
  get waiting(): number {
    return this.#waiting + this.#writer.length;
  }

  announced(announce: ShareAnnounce, counts: SwarmCounts, now: number, ttl: number): void {
    const { host, port, peerId, left, classic, stopped, completed } = announce;
    const all = hashesOf(announce);
    const key = all[0]!;
    const isCounted = this.#left !== undefined && completed && left === 0;
    if (this.#left && now - this.#notedSince > NOTED_MS) this.beginAnew(now);
    let noted = this.#noted.get(key) ?? 0;
    if (!stopped && !isCounted && (completed || !isNoted(noted, announce))) {
      noted |= this.#note(key, announce, counts.completed, now);
    }
    const hashes = noted & ONE_SHARE ? [key] : all;
    const seen = now + this.offset;
    if (stopped) {
      this.#left?.(all, host, port, now);
      return this.add({ kind: "left", hashes, host, port, ...this.#left && { seen } });
    }
    if (isCounted) this.add({ kind: "completed", hashes, host, port, seen });
    const told = classic === undefined ? {} : { classic };
    this.add({ kind: "peer", hashes, host, port, peerId, seed: left === 0, ...told, seen, ttl });
    // Whoever reads it has counted by then: the count of the share tells what it may have missed.
    if (isCounted) this.#note(key, announce, counts.completed, now);
  }

  registered(name: string, host: string, port: number, now: number): void {
    this.add({ kind: "name", name, host, port, seen: now + this.offset });
  }

  /** Adds a record whose times are those of the day. */
  add(record: SavedRecord): void {
    this.#writer.add(record);
    if (this.#writer.length >= BATCH_BYTES) this.#seal();
  }

  /** Makes batches of all that waits. @returns How many there are. */
  seal(): number {
    if (this.#writer.count > 0) this.#seal();
    return this.#batches.length;
  }

  /** The oldest batch that waits; it stays until {@linkcode shift}. */
  first(): WaitingBatch | undefined {
    return this.#batches[0];
  }

  /** Forgets the oldest batch. */
  shift(): void {
    this.#waiting -= this.#batches.shift()?.data.length ?? 0;
  }

  /** Forgets all that waits. */
  clear(): void {
    this.#writer.take();
    this.#batches = [];
    this.#waiting = 0;
    this.#noted.clear();
  }

  /** Forgets of which shares the names are written, since the log begins anew. */
  beginAnew(now = this.#notedSince): void {
    this.#noted.clear();
    this.#notedSince = now;
  }

  #seal(): void {
    const batch = this.#writer.take();
    this.#batches.push(batch);
    this.#waiting += batch.data.length;
  }

  /**
   * Writes what is known of a share: what the registry says counts, not what one peer does.
   *
   * @returns What is noted of it.
   */
  #note(key: InfoHash, announce: ShareAnnounce, completed: number, now: number): number {
    const { v1, v2, hash, name } = announce;
    const known = name === undefined ? undefined : this.#known(key);
    const { firstSeen, ...share } = known ?? {
      firstSeen: now,
      ...(v2 === undefined ? v1 === undefined ? { hash: hash! } : { v1 } : { v2 }),
    };
    const first = firstSeen + this.offset;
    this.add({ kind: "share", ...share, firstSeen: first, seen: now + this.offset, completed });
    const isOne = known && known.v1 === v1 && known.v2 === v2 && hash === undefined;
    if (this.#noted.size >= MOST_NOTED) this.#noted.clear();
    const noted = (this.#noted.get(key) ?? 0) | toldBy(announce) | (isOne ? ONE_SHARE : 0);
    this.#noted.set(key, noted);
    return noted;
  }
}

/** Which of a share's hashes and names an announce tells, a bit for each. */
function toldBy({ v1, v2, hash, name }: ShareAnnounce): number {
  return Number(v1 !== undefined) | Number(v2 !== undefined) << 1 |
    Number(hash !== undefined) << 2 | Number(name !== undefined) << 3;
}

function isNoted(noted: number, announce: ShareAnnounce): boolean {
  const told = toldBy(announce);
  return (noted & told) === told;
}

/** As a registry looks for them: each once, the v2 one first. */
function hashesOf({ v1, v2, hash }: ShareAnnounce): InfoHash[] {
  const hashes: InfoHash[] = [];
  if (v2 !== undefined) hashes.push(truncated(v2));
  if (v1 !== undefined) hashes.push(v1);
  if (hash !== undefined && !hashes.includes(hash)) hashes.push(hash);
  return hashes;
}
