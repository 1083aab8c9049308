import type { Layout } from "../meta/layout.ts";
import { BLOCK_LENGTH } from "../meta/torrent.ts";
import { PieceRoom } from "./piece_room.ts";

/** Bytes of buffers that are kept for the next pieces. */
const MOST_SPARE = 8 * 1024 * 1024;

/** As many are kept however long: made anew each time, they would wait for the garbage collector. */
const LEAST_SPARE = 2;

/** The blocks of a piece that are there so far. */
export interface PieceBuffer {
  /** The piece's data; blocks that are missing hold anything. */
  readonly data: Uint8Array;
  /** Where the data is, and what it hashes to once that was asked for. */
  readonly room: PieceRoom;
  /** Whether another thread hashes it: its memory is for nobody else then. */
  lent: boolean;
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
  readonly #padded: boolean;
  readonly #pieces = new Map<number, PieceBuffer>();
  readonly #spare: PieceRoom[] = [];

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
    buffer.room.put(data, begin);
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
    const bytes = (this.#spare.length + 1) * this.#layout.pieceLength;
    if (buffer.lent || bytes > MOST_SPARE && this.#spare.length >= LEAST_SPARE) return;
    this.#spare.push(buffer.room);
  }

  #begin(piece: number): PieceBuffer {
    const blocks = this.#layout.blockCount(piece);
    const room = this.#spare.pop() ?? PieceRoom.of(this.#layout.pieceLength);
    const buffer = {
      room,
      data: room.data.subarray(0, this.#layout.dataLength(piece)),
      lent: false,
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
