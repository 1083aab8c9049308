import type { Layout } from "../meta/layout.ts";
import { BLOCK_LENGTH } from "../meta/torrent.ts";

/** Bytes of buffers that are kept for the next pieces. */
const MOST_SPARE = 8 * 1024 * 1024;

/** The blocks of a piece that are there so far. */
export interface PieceBuffer {
  /** The piece's data; blocks that are missing hold anything. Empty while it is lent. */
  data: Uint8Array<ArrayBuffer>;
  /** Whether a block is there, by its number. */
  readonly present: Uint8Array;
  /** How many blocks are missing. */
  missing: number;
  /** Whether its memory is with another thread; what is put meanwhile is passed over. */
  lent: boolean;
}

/**
 * Pieces that grow in memory, block by block.
 *
 * Invariant: padding between files within a piece is zeros, whatever was put there.
 */
export class PieceBuffers {
  readonly #layout: Layout;
  readonly #padded: boolean;
  readonly #pieces = new Map<number, PieceBuffer>();
  readonly #spare: Uint8Array<ArrayBuffer>[] = [];

  /** @param padded Whether padding may lie between data within a piece: in v1 torrents only. */
  constructor(layout: Layout, padded: boolean) {
    this.#layout = layout;
    this.#padded = padded;
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
    if (buffer.lent) return;
    buffer.data.set(data, begin);
    if (this.#padded) {
      this.#clearPadding(piece, begin, buffer.data.subarray(begin, begin + data.length));
    }
    if (buffer.present[index]) return;
    buffer.present[index] = 1;
    buffer.missing--;
  }

  /** Forgets a block. */
  dropBlock(piece: number, begin: number): void {
    const buffer = this.#pieces.get(piece);
    const index = begin / BLOCK_LENGTH;
    if (!buffer?.present[index] || buffer.lent) return;
    buffer.present[index] = 0;
    buffer.missing++;
    if (buffer.missing === buffer.present.length) this.drop(piece);
  }

  /** Forgets a piece. */
  drop(piece: number): void {
    const buffer = this.#pieces.get(piece);
    if (!buffer) return;
    this.#pieces.delete(piece);
    if (!buffer.lent) this.#keep(new Uint8Array(buffer.data.buffer));
  }

  /** Hands a piece's memory out, to be taken back. */
  lend(buffer: PieceBuffer): Uint8Array<ArrayBuffer> {
    const memory = new Uint8Array(buffer.data.buffer);
    buffer.lent = true;
    buffer.data = new Uint8Array(0);
    return memory;
  }

  /**
   * Takes memory back.
   *
   * @returns Whether the piece is still wanted; it may have been dropped meanwhile.
   */
  takeBack(piece: number, buffer: PieceBuffer, memory: Uint8Array<ArrayBuffer>): boolean {
    buffer.lent = false;
    buffer.data = memory.subarray(0, this.#layout.dataLength(piece));
    if (this.#pieces.get(piece) === buffer) return true;
    this.#keep(memory);
    return false;
  }

  #keep(memory: Uint8Array<ArrayBuffer>): void {
    // One is always kept: long pieces made anew each time would wait for the garbage collector.
    const bytes = (this.#spare.length + 1) * this.#layout.pieceLength;
    if (bytes <= MOST_SPARE || this.#spare.length === 0) this.#spare.push(memory);
  }

  #begin(piece: number): PieceBuffer {
    const blocks = this.#layout.blockCount(piece);
    const memory = this.#spare.pop() ?? new Uint8Array(this.#layout.pieceLength);
    const buffer: PieceBuffer = {
      data: memory.subarray(0, this.#layout.dataLength(piece)),
      present: new Uint8Array(blocks),
      missing: blocks,
      lent: false,
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
