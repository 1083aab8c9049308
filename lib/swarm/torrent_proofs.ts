import { toHex } from "../base/bytes.ts";
import { Layout } from "../meta/layout.ts";
import type { MerkleTree } from "../meta/merkle.ts";
import type { TorrentInfo } from "../meta/torrent.ts";
import type { HashRequest } from "../wire/peer_message.ts";
import type { HashAnswer, PieceProofs, SwarmTorrent } from "./types.ts";

/** Hash trees by their root in hex; files with the same content share one. */
export type HashTrees = ReadonlyMap<string, MerkleTree>;

/** A file whose pieces a tree proves. */
interface ProvenFile {
  readonly tree: MerkleTree;
  /** Its first piece. */
  readonly first: number;
}

/**
 * What the engine asks about a v2 torrent's hash trees (BEP 52). The trees stay the caller's: what
 * they learn elsewhere counts here too.
 */
export class TorrentProofs implements PieceProofs {
  readonly #trees: HashTrees;
  /** In the order of their pieces. */
  readonly #files: readonly ProvenFile[];

  /** @param trees One for every file with content. @throws {RangeError} If one is missing. */
  constructor(info: TorrentInfo, trees: HashTrees) {
    this.#trees = trees;
    const files: ProvenFile[] = [];
    for (const { root, length, offset } of info.files) {
      if (!root || length === 0) continue;
      const tree = trees.get(toHex(root));
      if (!tree) throw new RangeError(`there is no tree of root ${toHex(root)}`);
      files.push({ tree, first: offset / info.pieceLength });
    }
    this.#files = files;
  }

  isKnown(piece: number): boolean {
    const file = this.#fileOf(piece);
    return file !== undefined && file.tree.pieceHash(piece - file.first) !== undefined;
  }

  missing(): HashRequest[] {
    return [...this.#trees.values()].flatMap((tree) => tree.missingLayerRequests());
  }

  *pieces(request: HashRequest): Generator<number> {
    const root = toHex(request.root);
    for (const { tree, first } of this.#files) {
      if (toHex(tree.root) !== root || request.baseLayer !== tree.pieceHeight) continue;
      const end = Math.min(tree.pieceCount, request.index + request.length);
      for (let piece = request.index; piece < end; piece++) yield first + piece;
    }
  }

  leafRequests(piece: number): HashRequest[] {
    const file = this.#fileOf(piece);
    return file ? file.tree.leafRequest(piece - file.first) : [];
  }

  add(request: HashRequest, hashes: Uint8Array): "added" | "bad" | "unproven" {
    return this.#trees.get(toHex(request.root))?.addHashes(request, hashes) ?? "bad";
  }

  wrongBlocks(piece: number, hashes: Uint8Array): number[] | undefined {
    const file = this.#fileOf(piece);
    return file?.tree.wrongBlocks(piece - file.first, hashes);
  }

  answer(request: HashRequest): HashAnswer | undefined {
    const tree = this.#trees.get(toHex(request.root));
    if (!tree?.isValidRange(request)) return undefined;
    const hashes = tree.hashesFor(request);
    if (hashes) return { kind: "known", hashes };
    if (request.baseLayer >= tree.pieceHeight) return undefined;
    const file = this.#files.find((other) => other.tree === tree);
    if (!file) return undefined;
    const perPiece = 2 ** (tree.pieceHeight - request.baseLayer);
    const from = Math.floor(request.index / perPiece);
    const end = Math.min(tree.pieceCount, Math.ceil((request.index + request.length) / perPiece));
    const pieces = Array.from({ length: end - from }, (_, at) => file.first + from + at);
    return { kind: "read", pieces };
  }

  #fileOf(piece: number): ProvenFile | undefined {
    let [low, high] = [0, this.#files.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#files[middle]!.first <= piece) low = middle + 1;
      else high = middle;
    }
    const file = this.#files[low - 1];
    return file && piece < file.first + file.tree.pieceCount ? file : undefined;
  }
}

/**
 * A torrent as {@linkcode Swarm} takes it.
 *
 * @param trees For a v2 or hybrid torrent one for every file with content; they stay the caller's.
 * @throws {RangeError} If a tree is missing, or the files do not lie in the pieces as they must.
 */
export function swarmTorrent(info: TorrentInfo, trees: HashTrees = new Map()): SwarmTorrent {
  return {
    layout: new Layout(info),
    metadata: info.bytes,
    private: info.private,
    v1: info.v1 !== undefined,
    ...info.v2 && { proofs: new TorrentProofs(info, trees) },
  };
}
