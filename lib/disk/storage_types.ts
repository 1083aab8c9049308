import type { Bitfield } from "../base/bitfield.ts";
import type { DiskError } from "./errors.ts";

/**
 * What became of a piece whose blocks were all there. `bad`: a hash does not agree; `blocks` holds
 * the SHA-256 of each block as it arrived, 32 bytes each, for a v2 torrent. `failed`: it was dropped
 * meanwhile, or the store was closed.
 */
export type Proof =
  | { readonly outcome: "good" | "failed" }
  | { readonly outcome: "bad"; readonly blocks?: Uint8Array };

/** Proven pieces that can be read, to serve them. */
export interface PieceSource extends AsyncDisposable {
  /** Pieces that are there, proven. It changes as they come; nobody else changes it. */
  readonly have: Bitfield;
  /**
   * Reads a range of a piece that is there; zeros where padding is.
   *
   * @param begin Bytes into the piece; the range may span blocks, but stays within the piece.
   * @param into Filled from start to end.
   * @throws {DiskError} `open`, `read`, or `changed` when a file is no longer what was proven; the
   * piece is then to be taken for lost.
   * @throws {RangeError} If the piece is not there, or has no such range.
   */
  readBlock(piece: number, begin: number, into: Uint8Array): Promise<void>;
  /**
   * Like `readBlock`, if nothing has to be waited for.
   *
   * @returns Whether it was read; if not, `readBlock` finds out why.
   */
  readNow(piece: number, begin: number, into: Uint8Array): boolean;
  /**
   * The SHA-256 of each block of a piece that is there, 32 bytes each: the leaves of its file's
   * Merkle tree, to serve them (BEP 52, "hash request").
   *
   * @throws As `readBlock`.
   */
  readLeaves(piece: number): Promise<Uint8Array>;
}

/** Where a download grows. Blocks wait in memory until their piece is proven, then it is written. */
export interface PieceStore extends PieceSource {
  /** The last write or sync that failed, until one succeeds; `full` means that room must be made. */
  readonly problem: DiskError | undefined;
  /**
   * Keeps a copy of a block that arrived; one that is there already is replaced.
   *
   * @throws {RangeError} If the torrent has no such block.
   */
  putBlock(piece: number, begin: number, data: Uint8Array): void;
  /** Forgets a block that was put. */
  dropBlock(piece: number, begin: number): void;
  /** Forgets all blocks of a piece that were put. */
  drop(piece: number): void;
  /**
   * Proves a piece whose blocks are all there, and writes it if it is good; if it is bad, its blocks
   * stay until they are dropped or replaced.
   *
   * @throws {DiskError} `open`, `write`, `full`: it could not be written. Its blocks stay in memory;
   * call again when the disk may do better.
   * @throws {RangeError} If a block is missing.
   */
  prove(piece: number): Promise<Proof>;
  /**
   * Brings all that is proven to the disk and into the journal, and gives files that are whole their
   * final names.
   *
   * @throws {DiskError} `write`, `full`, or `exists` when a name is taken. Nothing is lost: call again.
   */
  flush(): Promise<void>;
  /**
   * Like `flush` when every wanted piece is there; then what only a download in progress needs is
   * removed. Reading goes on to work.
   *
   * @throws {DiskError} As `flush`; `contradiction` when a hybrid torrent's v1 and v2 hashes differ.
   */
  finish(): Promise<void>;
}
