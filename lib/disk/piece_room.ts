import { createHash } from "node:crypto";
import { sha256Blocks, writeHex } from "../meta/digest.ts";
import { HASH_LENGTH } from "../meta/merkle_hash.ts";
import { BLOCK_LENGTH } from "../meta/torrent.ts";
import { nodeOver } from "./piece_node.ts";
import { feedZeros } from "./zeros.ts";

const SHA1_AT = 32;
const ROOT_AT = 64;
const DATA_AT = 128;

const staging = new Uint8Array(BLOCK_LENGTH);

/** What of a piece is to be hashed. */
export interface PieceAsk {
  /** Bytes of data. */
  readonly length: number;
  /** Bytes of padding behind the data, for SHA-1; absent: no SHA-1 is wanted. */
  readonly padding?: number;
  /**
   * Blocks of a whole piece, for SHA-256; 0 for a file of one piece, whose root is over what blocks
   * there are. Absent: none is wanted.
   */
  readonly width?: number;
}

/**
 * Memory that threads share, for one piece at a time and what it hashes to: a word that tells
 * whether it is hashed, SHA-1, root, data, and the hash of each block.
 */
export class PieceRoom {
  readonly memory: SharedArrayBuffer;
  /** Room for the piece's data. */
  readonly data: Uint8Array;
  /** SHA-1 of the data and its padding, 20 bytes. */
  readonly sha1: Uint8Array;
  /** The piece's node in the Merkle tree of its file, 32 bytes. */
  readonly root: Uint8Array;
  /** SHA-256 of each block, 32 bytes each. */
  readonly leaves: Uint8Array;
  readonly #hashed: Int32Array;

  constructor(memory: SharedArrayBuffer, pieceLength: number) {
    this.memory = memory;
    this.#hashed = new Int32Array(memory, 0, 1);
    this.sha1 = new Uint8Array(memory, SHA1_AT, 20);
    this.root = new Uint8Array(memory, ROOT_AT, HASH_LENGTH);
    this.data = new Uint8Array(memory, DATA_AT, pieceLength);
    this.leaves = new Uint8Array(memory, DATA_AT + pieceLength, leavesLength(pieceLength));
  }

  /** Makes new memory. */
  static of(pieceLength: number): PieceRoom {
    const length = DATA_AT + pieceLength + leavesLength(pieceLength);
    return new PieceRoom(new SharedArrayBuffer(length), pieceLength);
  }

  /** Copies data in, a block at most. */
  put(data: Uint8Array, at: number): void {
    // Into shared memory, V8 copies byte by byte unless both sides are aligned, at 4 GB/s.
    const aligned = staging.subarray(0, data.length);
    aligned.set(data);
    this.data.set(aligned, at);
  }

  /** Whether what was hashed last is there, whichever thread did it. */
  get isHashed(): boolean {
    return Atomics.load(this.#hashed, 0) !== 0;
  }

  /** Says that it is to be hashed anew. */
  reset(): void {
    Atomics.store(this.#hashed, 0, 0);
  }

  /** Hashes what is there. */
  hash({ length, padding, width }: PieceAsk): void {
    const data = this.data.subarray(0, length);
    if (padding !== undefined) {
      const hash = createHash("sha1").update(data);
      feedZeros(hash, padding);
      writeHex(hash.digest("hex"), this.sha1, 0);
    }
    if (width !== undefined && length > 0) {
      const blocks = HASH_LENGTH * Math.ceil(length / BLOCK_LENGTH);
      this.root.set(nodeOver(sha256Blocks(data, this.leaves.subarray(0, blocks)), width));
    }
    Atomics.store(this.#hashed, 0, 1);
  }
}

function leavesLength(pieceLength: number): number {
  return HASH_LENGTH * Math.ceil(pieceLength / BLOCK_LENGTH);
}
