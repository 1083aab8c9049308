import type { Layout } from "../meta/layout.ts";
import { BLOCK_LENGTH } from "../meta/torrent.ts";
import { sha256Into } from "../meta/digest.ts";

/** Bytes of buffers that are kept for the next pieces. */
const MOST_SPARE = 8 * 1024 * 1024;

/** The blocks of a piece that are there so far. */
export interface PieceBuffer {
  /** The piece's data; blocks that are missing hold anything. */
  readonly data: Uint8Array;
  /** SHA-256 of each block that is there, 32 bytes each; empty if they are not wanted. */
  readonly leaves: Uint8Array;
  /** Whether a block is there, by its number. */
  readonly present: Uint8Array;
  /** How many blocks are missing. */
  missing: number;
}

/**
 * Pieces that grow in memory, block by block.
 *
 * Invariant: padding between files within a piece is zeros, whatever was put there.
 */
export class PieceBuffers {
  readonly #layout: Layout;
  readonly #hashed: boolean;
  readonly #pieces = new Map<number, PieceBuffer>();
  readonly #spare: Uint8Array[] = [];

  /** @param hashed Whether blocks are hashed as they come, for their Merkle trees. */
  constructor(layout: Layout, hashed: boolean) {
    this.#layout = layout;
    this.#hashed = hashed;
  }

  get(piece: number): PieceBuffer | undefined {
    return this.#pieces.get(piece);
  }

  /**
   * Copies a block in.
   *
   * @throws {RangeError} If the torrent has no such block.
   */
  put(piece: number, begin: number, data: Uint8Array): void {
    const index = begin / BLOCK_LENGTH;
    const block = this.#layout.block(piece, index);
    if (block.length !== data.length) {
      throw new RangeError(`block ${index} of piece ${piece} has not ${data.length} bytes`);
    }
    const buffer = this.#pieces.get(piece) ?? this.#begin(piece);
    buffer.data.set(data, begin);
    const kept = buffer.data.subarray(begin, begin + data.length);
    if (!this.#hashed) this.#clearPadding(piece, begin, kept);
    else sha256Into(kept, buffer.leaves, 32 * index);
    if (buffer.present[index]) return;
    buffer.present[index] = 1;
    buffer.missing--;
  }

  /** Forgets a block. */
  dropBlock(piece: number, begin: number): void {
    const buffer = this.#pieces.get(piece);
    const index = begin / BLOCK_LENGTH;
    if (!buffer?.present[index]) return;
    buffer.present[index] = 0;
    buffer.missing++;
    if (buffer.missing === buffer.present.length) this.drop(piece);
  }

  /** Forgets a piece. */
  drop(piece: number): void {
    const buffer = this.#pieces.get(piece);
    if (!buffer) return;
    this.#pieces.delete(piece);
    // One is always kept: long pieces made anew each time would wait for the garbage collector.
    const bytes = (this.#spare.length + 1) * this.#layout.pieceLength;
    if (bytes > MOST_SPARE && this.#spare.length > 0) return;
    this.#spare.push(new Uint8Array(buffer.data.buffer as ArrayBuffer));
  }

  #begin(piece: number): PieceBuffer {
    const blocks = this.#layout.blockCount(piece);
    const memory = this.#spare.pop() ?? new Uint8Array(this.#layout.pieceLength);
    const buffer = {
      data: memory.subarray(0, this.#layout.dataLength(piece)),
      leaves: new Uint8Array(this.#hashed ? 32 * blocks : 0),
      present: new Uint8Array(blocks),
      missing: blocks,
    };
    this.#pieces.set(piece, buffer);
    return buffer;
  }

  /** Only v1 has padding with data behind it in the same piece. */
  #clearPadding(piece: number, begin: number, block: Uint8Array): void {
    let end = 0;
    for (const { at, length } of this.#layout.segments(piece, begin, block.length)) {
      block.fill(0, end, at);
      end = at + length;
    }
    block.fill(0, end);
  }
}
