import { equalBytes } from "../base/bytes.ts";
import type { Layout } from "../meta/layout.ts";
import type { MerkleTree } from "../meta/merkle.ts";
import { HASH_LENGTH } from "../meta/merkle_hash.ts";
import { BLOCK_LENGTH, type TorrentInfo } from "../meta/torrent.ts";
import { nodeOver } from "./piece_node.ts";

/** What a piece hashes to. */
export interface PieceHashes {
  /** 20 bytes; needed when the torrent has v1 hashes. */
  readonly sha1?: Uint8Array;
  /** The root over the blocks, 32 bytes; needed when the torrent has v2 hashes. */
  readonly root?: Uint8Array;
}

/**
 * What a torrent's pieces must hash to. In a hybrid one both hashes must agree; as long as nobody
 * has told the v2 hash of a piece, SHA-1 proves it, and the file's root is proven when it is whole.
 */
export class Proofs {
  readonly layout: Layout;
  /** Whether there are SHA-1 hashes of pieces. */
  readonly v1: boolean;
  /** Whether there are Merkle trees of files. */
  readonly v2: boolean;
  readonly #info: TorrentInfo;
  readonly #trees: readonly (MerkleTree | undefined)[];

  /** @param trees For each file its tree, in a torrent with v2 hashes; they may still be filled. */
  constructor(info: TorrentInfo, layout: Layout, trees: readonly (MerkleTree | undefined)[]) {
    this.layout = layout;
    this.v1 = info.v1 !== undefined;
    this.v2 = info.v2 !== undefined;
    this.#info = info;
    this.#trees = trees;
  }

  /**
   * Whether hashes are those of a piece.
   *
   * @param claimed What the journal says of the root, for when the tree does not know it yet.
   * @returns Undefined when that cannot be told yet.
   */
  check(piece: number, hashes: PieceHashes, claimed?: Uint8Array): boolean | undefined {
    const { v1 } = this.#info;
    if (v1) {
      const expected = v1.pieces.subarray(20 * piece, 20 * piece + 20);
      if (!hashes.sha1 || !equalBytes(hashes.sha1, expected)) return false;
    }
    if (!this.v2) return true;
    const segment = this.#segment(piece);
    if (!segment) return true; // nothing but padding
    const { first } = this.layout.piecesOf(segment.file);
    const expected = this.#trees[segment.file]?.pieceHash(piece - first) ?? claimed;
    if (expected) return hashes.root !== undefined && equalBytes(hashes.root, expected);
    return v1 ? true : undefined;
  }

  /** Whether a piece's v2 hash is known. */
  isRootKnown(piece: number): boolean {
    const segment = this.#segment(piece);
    if (!segment) return false;
    const { first } = this.layout.piecesOf(segment.file);
    return this.#trees[segment.file]?.pieceHash(piece - first) !== undefined;
  }

  /**
   * Proves a file against its root, all of whose pieces are there. Its tree knows all pieces then.
   *
   * @param rootOf The root of a piece.
   */
  async confirm(file: number, rootOf: (piece: number) => Promise<Uint8Array>): Promise<boolean> {
    const tree = this.#trees[file];
    if (!tree || tree.pieceLayer()) return true;
    const { first } = this.layout.piecesOf(file);
    const layer = new Uint8Array(tree.pieceCount * HASH_LENGTH);
    for (let piece = 0; piece < tree.pieceCount; piece++) {
      layer.set(await rootOf(first + piece), piece * HASH_LENGTH);
    }
    return tree.setPieceLayer(layer);
  }

  /** The root of a piece over the hashes of its blocks, as a piece layer has it. */
  rootOf(piece: number, leaves: Uint8Array): Uint8Array {
    return nodeOver(leaves, this.widthOf(piece));
  }

  /** Blocks under a piece's node in its file's tree; 0: as many as there are, in a file of one piece. */
  widthOf(piece: number): number {
    const segment = this.#segment(piece);
    const { pieceLength } = this.layout;
    const whole = segment && this.#info.files[segment.file]!.length > pieceLength;
    return whole ? pieceLength / BLOCK_LENGTH : 0;
  }

  /** With v2 hashes, a piece lies in one file and begins with it or a piece later. */
  #segment(piece: number) {
    return this.layout.segments(piece, 0, this.layout.dataLength(piece))[0];
  }
}
