import type { InfoHash, InfoHashV2 } from "../base/ids.ts";
import type { ClassicPeers } from "./classic_peers.ts";
import type { PackedPeer } from "./packed_peer.ts";
import { TrackerError } from "./errors.ts";
import { RecordMerger } from "./record_merger.ts";
import { exportShares, pruneShares, ShareImporter, type SharesInside } from "./share_records.ts";
import type { SavedRecord } from "./store.ts";

/** What is known of a share that has a name. */
export interface KnownShare {
  readonly v1?: InfoHash;
  readonly v2?: InfoHashV2;
  readonly name: string;
  readonly size: number;
  /** Monotonic milliseconds. */
  readonly firstSeen: number;
}

/** All that a registry holds as records, to be saved and restored; their times are monotonic. */
export class RegistryRecords {
  readonly #classic: ClassicPeers;
  readonly #shares: SharesInside;
  readonly #importer: ShareImporter;
  /** Brings in what other trackers heard. */
  readonly others: RecordMerger;

  constructor(classic: ClassicPeers, shares: SharesInside) {
    this.#classic = classic;
    this.#shares = shares;
    this.#importer = new ShareImporter(shares);
    this.others = new RecordMerger(classic, shares);
  }

  /** How many there are, nearly. */
  get size(): number {
    const { directory, table } = this.#shares;
    return directory.size + table.size + this.#classic.peers;
  }

  /**
   * All of them: each share, then its peers; the registrations of a name one after the other, the
   * oldest first. The registry may be used in between.
   *
   * @param now Reads the clock.
   */
  *export(now: () => number): Generator<SavedRecord, void> {
    yield* exportShares(this.#shares, now);
    for (const registered of this.#classic.all()) yield { kind: "name", ...registered };
  }

  /** Takes one that follows all before it; what is too old, or for what there is no room, is left out. */
  import(record: SavedRecord, now: number): void {
    if (record.kind !== "name") return this.#importer.take(record, now);
    const { name, host, port, seen } = record;
    if (now - seen >= this.#classic.ttlMs) return;
    try {
      this.#classic.register(name, host, port, seen);
    } catch (error) {
      if (!(error instanceof TrackerError)) throw error;
    }
  }

  /**
   * Takes a peer as it was packed, in less time than {@linkcode import} does.
   *
   * @returns False where it has to be read as any record.
   */
  importPacked(peer: PackedPeer, now: number): boolean {
    return this.#importer.takePacked(peer, now);
  }

  /** So many records are about to come. */
  expect(records: number): void {
    // Half of them at least say something new: else the log had been begun anew.
    this.#shares.table.reserve(records / 2);
  }

  /** The last one was taken. */
  imported(): void {
    pruneShares(this.#shares);
  }

  /** What is known of a share that has a name. */
  known(hash: InfoHash): KnownShare | undefined {
    const share = this.#shares.directory.byHash(hash);
    if (share?.name === undefined) return undefined;
    const { v1, v2, name, size, firstSeen } = share;
    return {
      ...v1 !== undefined && { v1 },
      ...v2 !== undefined && { v2 },
      name,
      size,
      firstSeen,
    };
  }
}
