import { BLOCK_LENGTH, type TorrentInfo } from "./torrent.ts";

declare const brand: unique symbol;

/** The number of a piece that the torrent has; minted by {@linkcode Layout}. */
export type PieceIndex = number & { readonly [brand]: "PieceIndex" };

/** Bytes into a piece where a block begins; minted by {@linkcode Layout}. */
export type BlockOffset = number & { readonly [brand]: "BlockOffset" };

/**
 * The most bytes of one request that is served. All ask for 16 KiB (BEP 3, "request"); some clients
 * ask for up to 128 KiB.
 */
export const MAX_REQUEST = 8 * BLOCK_LENGTH;

/** What one request asks for; all of it in bytes but `piece`. */
export interface Block {
  readonly piece: PieceIndex;
  readonly begin: BlockOffset;
  readonly length: number;
}

/** A part of a range of a piece that lies in one file. */
export interface Segment {
  /** Which of `TorrentInfo.files`. */
  readonly file: number;
  /** Bytes into the file. */
  readonly offset: number;
  /** Bytes, at least 1. */
  readonly length: number;
  /** Bytes into the range that was asked for. */
  readonly at: number;
}

/** What of a torrent decides where its bytes are. */
export type LayoutInfo = Pick<TorrentInfo, "pieceLength" | "pieceCount" | "span"> & {
  readonly files: readonly Pick<TorrentInfo["files"][number], "length" | "offset">[];
  readonly v1?: unknown;
};

/**
 * Where a torrent's files lie in its pieces (BEP 3, "pieces"; BEP 47, "padding files"; BEP 52, "piece
 * length").
 *
 * What no file covers is padding: zeros that count for the hashes of v1 and are served to those who
 * ask, but are never asked for at the end of a piece. In a v2-only torrent there is no such padding,
 * a piece ends with its file; yet libtorrent asks for whole blocks there too, and gets zeros.
 */
export class Layout {
  readonly pieceCount: number;
  readonly pieceLength: number;
  readonly #span: number;
  readonly #padded: boolean;
  readonly #files: LayoutInfo["files"];
  /** Of the files with content, in order: where they begin and end, and which of the files they are. */
  readonly #begins: Float64Array;
  readonly #ends: Float64Array;
  readonly #indices: Uint32Array;

  /** @throws {RangeError} If the files overlap, are not in order, or are more than the pieces hold. */
  constructor(info: LayoutInfo) {
    this.pieceCount = info.pieceCount;
    this.pieceLength = info.pieceLength;
    this.#span = info.span;
    this.#padded = info.v1 !== undefined;
    this.#files = info.files;
    const many = info.files.reduce((sum, file) => file.length > 0 ? sum + 1 : sum, 0);
    this.#begins = new Float64Array(many);
    this.#ends = new Float64Array(many);
    this.#indices = new Uint32Array(many);
    let [next, end] = [0, 0];
    info.files.forEach(({ offset, length }, index) => {
      if (length === 0) return;
      if (!(offset >= end && length > 0)) throw new RangeError(`file ${index} is out of place`);
      end = offset + length;
      this.#begins[next] = offset;
      this.#ends[next] = end;
      this.#indices[next++] = index;
    });
    if (end > info.span || Math.ceil(info.span / info.pieceLength) !== info.pieceCount) {
      throw new RangeError(`${info.pieceCount} pieces are not what ${info.span} bytes take`);
    }
  }

  /** A number from elsewhere as that of a piece, or undefined when there is no such piece. */
  pieceIndex(piece: number): PieceIndex | undefined {
    return this.#has(piece) ? piece as PieceIndex : undefined;
  }

  /**
   * Bytes of a piece that are hashed: padding included, but for v2 only up to the end of its file.
   *
   * @throws {RangeError} If there is no such piece.
   */
  pieceSize(piece: number): number {
    if (!this.#padded) return this.dataLength(piece);
    this.#check(piece);
    return Math.min(this.pieceLength, this.#span - piece * this.pieceLength);
  }

  /**
   * Bytes of a piece that peers may ask for; zeros follow behind `pieceSize`.
   *
   * @throws {RangeError} If there is no such piece.
   */
  servedSize(piece: number): number {
    if (this.#padded) return this.pieceSize(piece);
    this.#check(piece);
    return this.pieceLength;
  }

  /**
   * Bytes of a piece up to the end of the last file in it; zeros that are never asked for follow
   * (BEP 47). 0 when there is nothing but padding in the piece.
   *
   * @throws {RangeError} If there is no such piece.
   */
  dataLength(piece: number): number {
    this.#check(piece);
    const begin = piece * this.pieceLength;
    const end = begin + this.pieceLength;
    const next = this.#firstEndingAfter(end - 1);
    if (next < this.#begins.length && this.#begins[next]! < end) return this.pieceLength;
    return next === 0 ? 0 : Math.max(0, this.#ends[next - 1]! - begin);
  }

  /**
   * How many blocks are to be asked for to have a piece's data.
   *
   * @throws {RangeError} If there is no such piece.
   */
  blockCount(piece: number): number {
    return Math.ceil(this.dataLength(piece) / BLOCK_LENGTH);
  }

  /**
   * A block of a piece, 16 KiB long unless the piece's data ends before.
   *
   * @throws {RangeError} If there is no such piece or block.
   */
  block(piece: number, index: number): Block {
    const begin = index * BLOCK_LENGTH;
    const length = Math.min(BLOCK_LENGTH, this.dataLength(piece) - begin);
    if (!(Number.isInteger(index) && index >= 0 && length > 0)) {
      throw new RangeError(`there is no block ${index} in piece ${piece}`);
    }
    return { piece: piece as PieceIndex, begin: begin as BlockOffset, length };
  }

  /**
   * The parts of files that a range of a piece is made of, in order; all else in it is zeros.
   *
   * @param begin Bytes into the piece.
   * @param length Bytes; the range stays within `pieceSize`.
   * @throws {RangeError} If there is no such piece or range.
   */
  segments(piece: number, begin: number, length: number): Segment[] {
    if (!this.#isWithin(piece, begin, length)) {
      throw new RangeError(`there are no ${length} bytes from ${begin} on in piece ${piece}`);
    }
    const segments: Segment[] = [];
    if (length === 0) return segments;
    const from = piece * this.pieceLength + begin;
    const to = from + length;
    let file = this.#firstEndingAfter(from);
    for (; file < this.#begins.length && this.#begins[file]! < to; file++) {
      const first = Math.max(from, this.#begins[file]!);
      segments.push({
        file: this.#indices[file]!,
        offset: first - this.#begins[file]!,
        length: Math.min(to, this.#ends[file]!) - first,
        at: first - from,
      });
    }
    return segments;
  }

  /**
   * The pieces that a file has bytes in, from `first` up to but without `end`; none for an empty file.
   *
   * @throws {RangeError} If there is no such file.
   */
  piecesOf(file: number): { first: number; end: number } {
    const found = this.#files[file];
    if (!found) throw new RangeError(`there is no file ${file}`);
    const first = Math.floor(found.offset / this.pieceLength);
    if (found.length === 0) return { first, end: first };
    return { first, end: Math.ceil((found.offset + found.length) / this.pieceLength) };
  }

  /**
   * Whether a peer may ask for a range: 1 byte to 128 KiB within one piece, padding included, for it
   * must be served (BEP 47, "padding files").
   */
  isValidRequest(piece: number, begin: number, length: number): boolean {
    return length >= 1 && length <= MAX_REQUEST && this.#has(piece) &&
      isRange(begin, length, this.servedSize(piece));
  }

  /** Which file a byte of piece space lies in; undefined for padding and beyond the end. */
  fileAt(offset: number): number | undefined {
    const file = this.#firstEndingAfter(offset);
    return file < this.#begins.length && this.#begins[file]! <= offset
      ? this.#indices[file]
      : undefined;
  }

  #has(piece: number): boolean {
    return Number.isInteger(piece) && piece >= 0 && piece < this.pieceCount;
  }

  #check(piece: number): void {
    if (!this.#has(piece)) {
      throw new RangeError(`there is no piece ${piece} of ${this.pieceCount}`);
    }
  }

  #isWithin(piece: number, begin: number, length: number): boolean {
    return this.#has(piece) && isRange(begin, length, this.pieceSize(piece));
  }

  /** The first file with content that ends after a byte of piece space, by its place among these. */
  #firstEndingAfter(offset: number): number {
    let [low, high] = [0, this.#ends.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#ends[middle]! > offset) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

function isRange(begin: number, length: number, size: number): boolean {
  return Number.isInteger(begin) && begin >= 0 && Number.isInteger(length) && length >= 0 &&
    begin + length <= size;
}
