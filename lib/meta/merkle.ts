import { equalBytes } from "../base/bytes.ts";
import { HashLayer } from "./hash_layer.ts";
import { type HashRange, isRangeOfHeight, MAX_RANGE, payloadLength } from "./hash_range.ts";
import { hashAt, type HashRow, neighbour, proofRows, rowsUp } from "./hash_rows.ts";
import { HASH_LENGTH, layerRoot, zeroHash } from "./merkle_hash.ts";
import { BLOCK_LENGTH } from "./torrent.ts";

export type { HashRange } from "./hash_range.ts";
export { hashBlock, layerRoot, zeroHash } from "./merkle_hash.ts";

/** What a tree is of. */
export interface MerkleTreeOptions {
  /** The file's "pieces root", 32 bytes; it is copied. */
  readonly root: Uint8Array;
  /** Bytes of the file, at least 1: an empty file has no tree. */
  readonly length: number;
  /** Bytes of a piece, a power of two of at least 16 KiB. */
  readonly pieceLength: number;
}

/**
 * The Merkle tree of one file, as far as it is known (BEP 52, "pieces root", "piece layers").
 *
 * Layer 0 are the hashes of the blocks, the root is the one node of layer `height`; padding beyond
 * the end of the file is known without being kept.
 *
 * Invariants: every hash that is kept is proven against the root; with a hash, all above it up to
 * the root are kept, and the neighbours of all these. So a file of one piece has its root for the
 * hash of the piece, and memory is taken only for what was proven.
 */
export class MerkleTree {
  readonly root: Uint8Array;
  /** Bytes of the file. */
  readonly length: number;
  readonly pieceLength: number;
  readonly pieceCount: number;
  readonly blockCount: number;
  /** The layer of the root. */
  readonly height: number;
  /** The layer of the pieces' hashes: that of the root when there is only one piece. */
  readonly pieceHeight: number;
  readonly #layers: readonly HashLayer[];

  /** @throws {RangeError} If there can be no such tree. */
  constructor({ root, length, pieceLength }: MerkleTreeOptions) {
    const perPiece = pieceLength / BLOCK_LENGTH;
    if (root.length !== HASH_LENGTH) throw new RangeError("a root has 32 bytes");
    if (!Number.isSafeInteger(length) || length < 1) {
      throw new RangeError(`a file of ${length} bytes has no tree`);
    }
    if (perPiece < 1 || !Number.isInteger(Math.log2(perPiece))) {
      throw new RangeError(`a piece of ${pieceLength} bytes is no power of two of blocks`);
    }
    this.root = root.slice();
    this.length = length;
    this.pieceLength = pieceLength;
    this.pieceCount = Math.ceil(length / pieceLength);
    this.blockCount = Math.ceil(length / BLOCK_LENGTH);
    this.height = Math.ceil(Math.log2(this.blockCount));
    this.pieceHeight = Math.min(this.height, Math.log2(perPiece));
    this.#layers = Array.from(
      { length: this.height + 1 },
      (_, layer) => new HashLayer(Math.ceil(this.blockCount / 2 ** layer)),
    );
    this.#layers[this.height]!.write(0, this.root);
  }

  /**
   * The whole tree of a file.
   *
   * @param leaves The hash of each block, 32 bytes each.
   * @throws {RangeError} If there can be no such tree, or the leaves are not as many as the blocks.
   */
  static fromLeaves(leaves: Uint8Array, pieceLength: number, length: number): MerkleTree {
    const tree = new MerkleTree({ root: layerRoot(leaves, 0), length, pieceLength });
    if (leaves.length !== tree.blockCount * HASH_LENGTH) {
      throw new RangeError(`${tree.blockCount} blocks have other leaves`);
    }
    tree.#keep(rowsUp({ layer: 0, index: 0, hashes: leaves }, tree.height));
    return tree;
  }

  /** Bytes of memory that the hashes take, at most; leaves the fixed cost of a tree out. */
  get byteLength(): number {
    return this.#layers.reduce((sum, layer) => sum + layer.byteLength, 0);
  }

  /** A copy of all pieces' hashes, 32 bytes each, or undefined when one is not known. */
  pieceLayer(): Uint8Array | undefined {
    return this.#layers[this.pieceHeight]!.slice(0, this.pieceCount);
  }

  /**
   * Takes all pieces' hashes, 32 bytes each, from wherever they come (BEP 52, "piece layers").
   *
   * @returns Whether they agree with the root; if not, the tree stays as it is.
   */
  setPieceLayer(hashes: Uint8Array): boolean {
    const base: HashRow = { layer: this.pieceHeight, index: 0, hashes };
    if (hashes.length !== this.pieceCount * HASH_LENGTH || !this.#isPlausible(base)) return false;
    const rows = rowsUp(base, this.height);
    if (!equalBytes(rows.at(-1)!.hashes, this.root)) return false;
    this.#keep(rows);
    return true;
  }

  /** A copy of a piece's hash, counted from the file's first piece; undefined when not known. */
  pieceHash(piece: number): Uint8Array | undefined {
    return this.#layers[this.pieceHeight]!.get(piece)?.slice();
  }

  /** A copy of a block's hash, counted from the file's first block; undefined when not known. */
  blockHash(block: number): Uint8Array | undefined {
    return this.#layers[0]!.get(block)?.slice();
  }

  /**
   * Whether a piece's blocks are those of the file.
   *
   * @param piece Counted from the file's first piece.
   * @param blockHashes The hash of each of its blocks, 32 bytes each; padding is not among them.
   * @returns Undefined when the piece's hash is not known.
   * @throws {RangeError} If there is no such piece, or the hashes are not as many as its blocks.
   */
  verifyPiece(piece: number, blockHashes: Uint8Array): boolean | undefined {
    return this.#isPiece(piece, this.#pieceRows(piece, blockHashes));
  }

  /** Like `verifyPiece`, and keeps the hashes of blocks that are the file's, to serve them. */
  addBlockHashes(piece: number, blockHashes: Uint8Array): boolean | undefined {
    const rows = this.#pieceRows(piece, blockHashes);
    const verdict = this.#isPiece(piece, rows);
    if (verdict) this.#keep(rows);
    return verdict;
  }

  /**
   * Which blocks of a piece are not the file's, counted from the piece's first block.
   *
   * @param blockHashes As for `verifyPiece`.
   * @returns Undefined when the hash of one of the blocks is not known.
   * @throws {RangeError} As `verifyPiece`.
   */
  wrongBlocks(piece: number, blockHashes: Uint8Array): number[] | undefined {
    const { first, count } = this.#blocksOf(piece, blockHashes);
    const wrong: number[] = [];
    for (let block = 0; block < count; block++) {
      const expected = this.#layers[0]!.get(first + block);
      if (!expected) return undefined;
      if (!equalBytes(hashAt(blockHashes, block), expected)) wrong.push(block);
    }
    return wrong;
  }

  /** Forgets what is below the pieces' hashes, and gives the memory back. */
  dropLeaves(): void {
    for (let layer = 0; layer < this.pieceHeight; layer++) this.#layers[layer]!.clear();
  }

  /** Whether the range is one of this tree's, and not of padding only (BEP 52, "hash request"). */
  isValidRange(range: HashRange): boolean {
    return isRangeOfHeight(range, this.height) && equalBytes(range.root, this.root) &&
      range.index < this.#layers[range.baseLayer]!.length;
  }

  /**
   * Takes the hashes of a `hashes` message (BEP 52), whoever sent them.
   *
   * @returns `added`: they are the file's. `bad`: they are not, or the range is not this tree's, or
   * they are not as many as it says. `unproven`: they end below all that is known. The tree changes
   * only when they are added.
   */
  addHashes(range: HashRange, hashes: Uint8Array): "added" | "bad" | "unproven" {
    if (!this.isValidRange(range) || hashes.length !== payloadLength(range)) return "bad";
    const rows = proofRows(range, hashes);
    if (!rows.every((row) => this.#isPlausible(row))) return "bad";
    const top = rows.at(-1)!;
    const known = this.#layers[top.layer]!.get(top.index);
    if (!known) return "unproven";
    if (!equalBytes(top.hashes, known)) return "bad";
    this.#keep(rows);
    return "added";
  }

  /**
   * The hashes that answer a request: those of the range, then the uncles from the lowest up (BEP 52,
   * "hashes").
   *
   * @returns New memory; undefined when the range is not valid or one hash is not known.
   */
  hashesFor(range: HashRange): Uint8Array | undefined {
    if (!this.isValidRange(range)) return undefined;
    const { baseLayer, index, length } = range;
    const payload = new Uint8Array(payloadLength(range));
    for (let at = 0; at < length; at++) {
      const hash = this.#node(baseLayer, index + at);
      if (!hash) return undefined;
      payload.set(hash, at * HASH_LENGTH);
    }
    let [layer, node] = [baseLayer + Math.log2(length), index / length];
    for (let at = length * HASH_LENGTH; at < payload.length; at += HASH_LENGTH) {
      payload.set(this.#node(layer, neighbour(node))!, at); // known: see the invariant
      [layer, node] = [layer + 1, Math.floor(node / 2)];
    }
    return payload;
  }

  /**
   * The requests that would fetch the pieces' hashes that are not known, each proven against the root
   * on its own; none when all are known.
   */
  missingLayerRequests(): HashRange[] {
    const layer = this.#layers[this.pieceHeight]!;
    const requests: HashRange[] = [];
    for (let index = 0; index < layer.length && !layer.isFull; index += MAX_RANGE) {
      const end = Math.min(index + MAX_RANGE, layer.length);
      if (layer.hasAll(index, end)) continue;
      const length = Math.max(2, 2 ** Math.ceil(Math.log2(end - index)));
      requests.push(this.#range(this.pieceHeight, index, length, this.height));
    }
    return requests;
  }

  /**
   * The requests that would fetch the hashes of a piece's blocks, proven against the piece's hash, or
   * against the root when that is not known; none when the piece is one block.
   *
   * @throws {RangeError} If there is no such piece.
   */
  leafRequest(piece: number): HashRange[] {
    const { first, count } = this.#blocksOf(piece);
    const length = Math.min(MAX_RANGE, 2 ** this.pieceHeight);
    const top = this.#layers[this.pieceHeight]!.get(piece) ? this.pieceHeight : this.height;
    const requests: HashRange[] = [];
    for (let index = first; index < first + count && length > 1; index += length) {
      requests.push(this.#range(0, index, length, top));
    }
    return requests;
  }

  /** A range with uncles enough to end at layer `top`, or higher when the hashes alone reach there. */
  #range(baseLayer: number, index: number, length: number, top: number): HashRange {
    return { root: this.root, baseLayer, index, length, proofLayers: top - baseLayer - 1 };
  }

  #blocksOf(piece: number, hashes?: Uint8Array): { first: number; count: number } {
    if (!Number.isInteger(piece) || piece < 0 || piece >= this.pieceCount) {
      throw new RangeError(`there is no piece ${piece} of ${this.pieceCount}`);
    }
    const first = piece * (this.pieceLength / BLOCK_LENGTH);
    const count = Math.min(this.blockCount - first, this.pieceLength / BLOCK_LENGTH);
    if (hashes && hashes.length !== count * HASH_LENGTH) {
      throw new RangeError(
        `piece ${piece} has ${count} blocks, not ${hashes.length / HASH_LENGTH}`,
      );
    }
    return { first, count };
  }

  #pieceRows(piece: number, hashes: Uint8Array): HashRow[] {
    return rowsUp(
      { layer: 0, index: this.#blocksOf(piece, hashes).first, hashes },
      this.pieceHeight,
    );
  }

  #isPiece(piece: number, rows: readonly HashRow[]): boolean | undefined {
    const expected = this.#layers[this.pieceHeight]!.get(piece);
    return expected && equalBytes(rows.at(-1)!.hashes, expected);
  }

  /** A node, padding included. */
  #node(layer: number, index: number): Uint8Array | undefined {
    const { length } = this.#layers[layer]!;
    return index < length ? this.#layers[layer]!.get(index) : zeroHash(layer);
  }

  /** Whether padding is what padding must be, and nothing else is the all-zero hash of no block. */
  #isPlausible({ layer, index, hashes }: HashRow): boolean {
    const { length } = this.#layers[layer]!;
    for (let at = 0; at < hashes.length / HASH_LENGTH; at++) {
      const hash = hashAt(hashes, at);
      if (
        index + at < length ? equalBytes(hash, zeroHash(0)) : !equalBytes(hash, zeroHash(layer))
      ) {
        return false;
      }
    }
    return true;
  }

  #keep(rows: readonly HashRow[]): void {
    for (const { layer, index, hashes } of rows) this.#layers[layer]!.write(index, hashes);
  }
}
