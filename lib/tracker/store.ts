import type { InfoHash, InfoHashV2, PeerId } from "../base/ids.ts";
import { LayerError } from "../base/errors.ts";

/** Hashes of a share: whichever are known, one at least. */
export interface SavedHashes {
  readonly v1?: InfoHash;
  readonly v2?: InfoHashV2;
  /** What BitTorrent clients told, while nobody knows which of the two it is. */
  readonly hash?: InfoHash;
}

/** What is known of a share. Times are wall-clock milliseconds since 1970, here and below. */
export interface SavedShare extends SavedHashes {
  readonly kind: "share";
  /** Absent, as the size (bytes): nobody has told. */
  readonly name?: string;
  readonly size?: number;
  readonly firstSeen: number;
  /** When it was announced last, as far as this record knows. */
  readonly seen: number;
  /** How many peers became seeds. */
  readonly completed: number;
}

/** A peer of the share of each of the hashes: v1 ones, or v2 ones cut short. */
export interface SavedPeer {
  readonly kind: "peer";
  /** One to three. */
  readonly hashes: readonly InfoHash[];
  /** An IP literal. */
  readonly host: string;
  readonly port: number;
  readonly peerId: PeerId;
  readonly seed: boolean;
  /** Absent: it did not tell, so what was known of it before stays. */
  readonly classic?: boolean;
  /** When it was heard of last. */
  readonly seen: number;
  /** So many milliseconds after that it is gone. */
  readonly ttl: number;
}

/** A peer that left the shares of the hashes. */
export interface SavedLeave {
  readonly kind: "left";
  readonly hashes: readonly InfoHash[];
  readonly host: string;
  readonly port: number;
  /** When it left; told only where several trackers share a store, whose logs have no one order. */
  readonly seen?: number;
}

/**
 * A peer that became a seed of the shares of the hashes, told only where several trackers share a
 * store: each of them counts it, unless it knows the peer as a seed by another way already.
 */
export interface SavedCompletion {
  readonly kind: "completed";
  readonly hashes: readonly InfoHash[];
  readonly host: string;
  readonly port: number;
  readonly seen: number;
}

/** A registration of the original protocol. */
export interface SavedName {
  readonly kind: "name";
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly seen: number;
}

/** One thing that a registry heard; of two about the same, the later one counts. */
export type SavedRecord = SavedShare | SavedPeer | SavedLeave | SavedCompletion | SavedName;

/** Records that are kept or lost together, as `RecordWriter` encodes them. */
export interface SavedBatch {
  /** How many. */
  readonly count: number;
  /** When they were written. */
  readonly savedAt: number;
  readonly data: Uint8Array;
}

/**
 * Keeps what a registry hears over a restart: a log of batches, to which is only ever added at the end.
 * That makes the price of an announce that of its bytes. A log that has become long is replaced: all
 * that the registry knows is added to it anew, and what stood before that is forgotten.
 */
export interface RegistryStore extends AsyncDisposable {
  /** Where it is, for a person. */
  readonly place: string;
  /** Records in it, those that newer ones replace among them. */
  readonly records: number;
  /** When it was written to last; undefined: never. */
  readonly savedAt: number | undefined;
  /** The number of the newest batch; 0: there is none. */
  readonly newest: number;
  /**
   * All batches in the order in which they were added.
   *
   * @throws {StoreError} `damaged`.
   */
  load(): AsyncIterable<SavedBatch>;
  /**
   * Adds a batch.
   *
   * @throws {StoreError} `full` or `failed`; nothing of it is kept then, and later ones may succeed.
   */
  append(batch: SavedBatch): Promise<void>;
  /**
   * Forgets the oldest batches.
   *
   * @param until The number of the newest that may go.
   * @param most How many may go in one step.
   * @returns Whether there are more.
   * @throws {StoreError} `full` or `failed`.
   */
  forget(until: number, most: number): Promise<boolean>;
}

/** What {@linkcode SharedStore.next} brings. */
export interface NextBatches {
  /** What other trackers added. */
  readonly batches: readonly SavedBatch[];
  /** Whether there are more to be had at once. */
  readonly more: boolean;
  /** What was passed over, since it is not what a tracker wrote. */
  readonly damaged: readonly string[];
}

/**
 * A store that several trackers write to, each of which reads what the others add. Its time of day is
 * one for all of them, however their own clocks go.
 *
 * A log that was cut while a tracker was away begins with all that was known: whoever goes on reading
 * where it was misses nothing. What it had once it may lose, as when a copy is put in its place: all
 * is read from the beginning then, and {@linkcode takeLost} tells.
 */
export interface SharedStore extends RegistryStore {
  readonly shared: true;
  /** The time of day by its clock, milliseconds since 1970. */
  now(): number;
  /** The number up to which all was read. */
  readonly read: number;
  /**
   * The next batches of others.
   *
   * @throws {StoreError} `failed` when it cannot be reached; later calls may succeed.
   */
  next(): Promise<NextBatches>;
  /** Whether it lost, since the last call, what it had. */
  takeLost(): boolean;
  /**
   * Asks to be the one, of all trackers, who begins the log anew.
   *
   * @throws {StoreError} as {@linkcode next}.
   */
  claim(): Promise<boolean>;
}

/** Why a store cannot be used, or a batch was not kept. */
export type StoreErrorCode =
  | "unavailable"
  | "in_use"
  | "foreign"
  | "damaged"
  | "newer"
  | "full"
  | "failed";

/** What went wrong with a store; the message names it and says what to do. */
export class StoreError extends LayerError<StoreErrorCode> {
  override readonly name = "StoreError";
}
