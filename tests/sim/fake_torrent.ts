/** Torrents without content: blocks are one shared buffer, good or bad, and hashes are made up. */
import type { Bitfield } from "../../lib/base/bitfield.ts";
import type { HashAnswer, PieceLayout, PieceProofs } from "../../lib/swarm/types.ts";
import type { HashRequest } from "../../lib/wire/peer_message.ts";

const BLOCK = 16_384;
const GOOD = new Uint8Array(BLOCK);
const BAD = new Uint8Array(BLOCK).fill(0xff);
const ROOT = new Uint8Array(32).fill(7);

/** The hash of any wrong block. */
export const WRONG = new Uint8Array(32).fill(0xff);

export function isGood(data: Uint8Array): boolean {
  return data[0] === 0;
}

/** The made-up hash of a good block. */
export function hashOf(piece: number, block: number): Uint8Array {
  const hash = new Uint8Array(32);
  const view = new DataView(hash.buffer);
  view.setUint32(0, piece);
  view.setUint32(4, block);
  return hash;
}

/** A torrent of one file; sizes in bytes. */
export class FakeTorrent {
  readonly layout: PieceLayout;
  readonly perPiece: number;

  /** @param v1 Whether there are no hash trees. */
  constructor(readonly size: number, readonly pieceLength: number, readonly v1 = false) {
    const pieceCount = Math.ceil(size / pieceLength);
    this.perPiece = pieceLength / BLOCK;
    const dataLength = (piece: number) => Math.min(pieceLength, size - piece * pieceLength);
    this.layout = {
      pieceCount,
      dataLength,
      blockCount: (piece) => Math.ceil(dataLength(piece) / BLOCK),
      block: (piece, index) => ({
        piece,
        begin: index * BLOCK,
        length: Math.min(BLOCK, dataLength(piece) - index * BLOCK),
      }),
      isValidRequest: (piece, begin, length) =>
        piece >= 0 && piece < pieceCount && begin >= 0 && length > 0 && length <= 8 * BLOCK &&
        begin + length <= dataLength(piece),
    };
  }

  data(length: number, wrong: boolean): Uint8Array {
    return (wrong ? BAD : GOOD).subarray(0, length);
  }
}

/** Knows all pieces' hashes; those of blocks are asked for, and known of the pieces that are had. */
export class FakeProofs implements PieceProofs {
  readonly #torrent: FakeTorrent;
  readonly #have: Bitfield;
  readonly #leaves = new Set<number>();
  /** Pieces whose hash is not known yet. */
  readonly unknown = new Set<number>();
  /** How many answers of peers were taken. */
  added = 0;

  constructor(torrent: FakeTorrent, have: Bitfield) {
    this.#torrent = torrent;
    this.#have = have;
  }

  isKnown(piece: number): boolean {
    return !this.unknown.has(piece);
  }

  missing(): HashRequest[] {
    const wanted: HashRequest[] = [];
    for (let index = 0; index < this.#torrent.layout.pieceCount; index += 8) {
      const range = { root: ROOT, baseLayer: 4, index, length: 8, proofLayers: 1 };
      if ([...this.pieces(range)].some((piece) => this.unknown.has(piece))) wanted.push(range);
    }
    return wanted;
  }

  *pieces({ index, length }: HashRequest): Generator<number> {
    const end = Math.min(this.#torrent.layout.pieceCount, index + length);
    for (let piece = index; piece < end; piece++) yield piece;
  }

  leafRequests(piece: number): HashRequest[] {
    const { perPiece } = this.#torrent;
    return [
      { root: ROOT, baseLayer: 0, index: piece * perPiece, length: perPiece, proofLayers: 3 },
    ];
  }

  add(request: HashRequest, hashes: Uint8Array): "added" | "bad" {
    if (hashes[0] !== 1) return "bad";
    this.added++;
    if (request.baseLayer === 0) this.#leaves.add(request.index / this.#torrent.perPiece);
    else for (const piece of this.pieces(request)) this.unknown.delete(piece);
    return "added";
  }

  wrongBlocks(piece: number, hashes: Uint8Array): number[] | undefined {
    if (!this.#leaves.has(piece)) return undefined;
    const wrong: number[] = [];
    for (let block = 0; block < hashes.length / 32; block++) {
      if (hashes[32 * block] === 0xff) wrong.push(block);
    }
    return wrong;
  }

  answer(request: HashRequest): HashAnswer | undefined {
    const piece = request.baseLayer === 0
      ? Math.floor(request.index / this.#torrent.perPiece)
      : request.index;
    if (!this.#have.has(piece)) return undefined;
    return { kind: "known", hashes: new Uint8Array(32 * request.length).fill(1) };
  }
}
