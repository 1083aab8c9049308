import { toHex } from "../base/bytes.ts";
import type { Layout } from "../meta/layout.ts";
import { MerkleTree } from "../meta/merkle.ts";
import { BLOCK_LENGTH, type TorrentInfo } from "../meta/torrent.ts";
import type { HashAnswer, PieceProofs } from "../swarm/types.ts";
import type { HashRequest } from "../wire/peer_message.ts";

/** The tree of one content, and the files that have it: the same bytes have the same tree. */
interface Shared {
  readonly tree: MerkleTree;
  /** The first piece of each such file. */
  readonly firsts: number[];
}

/**
 * The Merkle trees of all files of a v2 torrent (BEP 52), by file, by root and by piece.
 *
 * Invariant: everything that is known is proven against the roots of the info dictionary.
 */
export class TorrentTrees implements PieceProofs {
  /** By file; absent for an empty one. */
  readonly trees: readonly (MerkleTree | undefined)[];
  readonly #byRoot = new Map<string, Shared>();
  /** First pieces of the files with content, in order, and their trees. */
  readonly #firsts: number[] = [];
  readonly #byFirst: MerkleTree[] = [];

  /** @param pieceLayers By root in hex, as `Metainfo` has them; those that are wrong are left out. */
  constructor(
    info: TorrentInfo,
    layout: Layout,
    pieceLayers: ReadonlyMap<string, Uint8Array> = new Map(),
  ) {
    this.trees = info.files.map((file, index) => {
      if (!file.root || file.length === 0) return undefined;
      const root = toHex(file.root);
      const first = layout.piecesOf(index).first;
      const shared = this.#byRoot.get(root);
      const tree = shared?.tree ??
        new MerkleTree({ root: file.root, length: file.length, pieceLength: info.pieceLength });
      const layer = pieceLayers.get(root);
      if (shared) shared.firsts.push(first);
      else {
        this.#byRoot.set(root, { tree, firsts: [first] });
        if (layer) tree.setPieceLayer(layer);
      }
      this.#firsts.push(first);
      this.#byFirst.push(tree);
      return tree;
    });
  }

  /** The piece layers that are known, as a `.torrent` file tells them. */
  pieceLayers(): Map<string, Uint8Array> {
    const layers = new Map<string, Uint8Array>();
    for (const [root, { tree }] of this.#byRoot) {
      const layer = tree.pieceCount > 1 ? tree.pieceLayer() : undefined;
      if (layer) layers.set(root, layer);
    }
    return layers;
  }

  isKnown(piece: number): boolean {
    const { tree, at } = this.#find(piece);
    return tree.pieceHash(at) !== undefined;
  }

  missing(): readonly HashRequest[] {
    return [...this.#byRoot.values()].flatMap(({ tree }) => tree.missingLayerRequests());
  }

  *pieces({ root, baseLayer, index, length }: HashRequest): Iterable<number> {
    const shared = this.#byRoot.get(toHex(root));
    if (!shared) return;
    const { tree, firsts } = shared;
    const scale = 2 ** (baseLayer - tree.pieceHeight);
    const begin = Math.floor(index * scale);
    const end = Math.min(Math.ceil((index + length) * scale), tree.pieceCount);
    for (const first of firsts) for (let at = begin; at < end; at++) yield first + at;
  }

  leafRequests(piece: number): readonly HashRequest[] {
    const { tree, at } = this.#find(piece);
    return tree.leafRequest(at);
  }

  add(request: HashRequest, hashes: Uint8Array): "added" | "bad" | "unproven" {
    return this.#byRoot.get(toHex(request.root))?.tree.addHashes(request, hashes) ?? "bad";
  }

  wrongBlocks(piece: number, hashes: Uint8Array): readonly number[] | undefined {
    const { tree, at } = this.#find(piece);
    return tree.wrongBlocks(at, hashes);
  }

  answer(request: HashRequest): HashAnswer | undefined {
    const tree = this.#byRoot.get(toHex(request.root))?.tree;
    if (!tree?.isValidRange(request)) return undefined;
    const hashes = tree.hashesFor(request);
    if (hashes) return { kind: "known", hashes };
    if (request.baseLayer >= tree.pieceHeight) return undefined;
    return { kind: "read", pieces: [...this.#ofFirstFile(tree, request)] };
  }

  /**
   * The hashes that answer a request, computed from blocks where they are not kept.
   *
   * @param leaves The hash of every block of a piece, 32 bytes each.
   * @returns Undefined when they cannot be had.
   */
  async compute(
    request: HashRequest,
    leaves: (piece: number) => Promise<Uint8Array>,
  ): Promise<Uint8Array | undefined> {
    const answer = this.answer(request);
    if (answer?.kind !== "read") return answer?.hashes;
    const tree = this.#byRoot.get(toHex(request.root))!.tree;
    const all = await Promise.all(answer.pieces.map(leaves));
    const good = answer.pieces.every((piece, index) =>
      tree.addBlockHashes(this.#find(piece).at, all[index]!)
    );
    const hashes = good ? tree.hashesFor(request) : undefined;
    tree.dropLeaves();
    return hashes;
  }

  /** The pieces of one file that hold the blocks below a range. */
  #ofFirstFile(tree: MerkleTree, { baseLayer, index, length }: HashRequest): number[] {
    const first = this.#byRoot.get(toHex(tree.root))!.firsts[0]!;
    const perPiece = tree.pieceLength / BLOCK_LENGTH;
    const begin = Math.floor(index * 2 ** baseLayer / perPiece);
    const end = Math.min(Math.ceil((index + length) * 2 ** baseLayer / perPiece), tree.pieceCount);
    return Array.from({ length: Math.max(0, end - begin) }, (_, at) => first + begin + at);
  }

  #find(piece: number): { tree: MerkleTree; at: number } {
    let [low, high] = [0, this.#firsts.length];
    while (low + 1 < high) {
      const middle = (low + high) >> 1;
      if (this.#firsts[middle]! <= piece) low = middle;
      else high = middle;
    }
    const tree = this.#byFirst[low];
    if (!tree) throw new RangeError(`no file lies in piece ${piece}`);
    return { tree, at: piece - this.#firsts[low]! };
  }
}
