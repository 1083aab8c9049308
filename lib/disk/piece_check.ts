import { Bitfield } from "../base/bitfield.ts";
import type { Claims } from "./claims.ts";
import type { Found } from "./found.ts";
import type { HashPool } from "./hash_pool.ts";
import { type HashedRange, hashPieces } from "./piece_hasher.ts";
import type { Proofs } from "./proofs.ts";

/** Pieces of unchanged files that are hashed to see whether the journal can be believed. */
const SAMPLES = 16;

/** And of those that were claimed last. */
const LAST_SAMPLES = 4;

/** What a {@linkcode PieceCheck} needs. */
export interface PieceCheckOptions {
  readonly proofs: Proofs;
  /** Bytes of each file. */
  readonly lengths: readonly number[];
  readonly found: Pick<Found, "holds" | "isUnchanged" | "locate">;
  readonly claims: Pick<Claims, "pieces">;
  /** Which pieces are wanted. */
  readonly wanted: Iterable<number>;
  readonly pool: HashPool;
  readonly onCheck?: (done: number, total: number) => void;
}

/** Finds out which pieces are there. */
export class PieceCheck {
  /** The v2 roots of pieces that were hashed. */
  readonly roots = new Map<number, Uint8Array>();
  /** Pieces that were hashed and are wrong. */
  readonly bad = new Set<number>();
  /** Bytes that were hashed. */
  checked = 0;
  /** Bytes that were taken from the journal. */
  trusted = 0;
  /** Pieces that are there. */
  readonly have: Bitfield;
  readonly #options: PieceCheckOptions;
  #done = 0;

  constructor(options: PieceCheckOptions) {
    this.#options = options;
    this.have = new Bitfield(options.proofs.layout.pieceCount);
  }

  /**
   * Hashes what has to be hashed.
   *
   * Of files that are as the journal left them, samples of the pieces that it claims are hashed, and
   * there is nothing else in them; if a sample is wrong, it is not believed in anything.
   *
   * @throws {DiskError} A thread that hashes ended.
   * @throws The reason of the pool's signal.
   */
  async run(): Promise<void> {
    const { found, claims, wanted } = this.#options;
    const doubtful: number[] = [];
    const unchanged: number[] = [];
    for (const piece of wanted) {
      if (!found.holds(piece)) continue;
      if (!found.isUnchanged(piece)) doubtful.push(piece);
      else if (claims.pieces.has(piece)) unchanged.push(piece);
    }
    const samples = samplesOf(unchanged, [...claims.pieces.keys()].slice(-LAST_SAMPLES));
    await this.#hash([...doubtful, ...samples].sort((a, b) => a - b));
    const rest = unchanged.filter((piece) => !samples.includes(piece));
    if (samples.some((piece) => !this.have.has(piece))) await this.#hash(rest);
    else for (const piece of rest) this.#trust(piece);
  }

  #trust(piece: number): void {
    this.have.add(piece);
    this.trusted += this.#options.proofs.layout.dataLength(piece);
  }

  async #hash(pieces: readonly number[]): Promise<void> {
    const { proofs, found, lengths, pool, onCheck } = this.#options;
    const { layout } = proofs;
    this.checked += pieces.reduce((sum, piece) => sum + layout.dataLength(piece), 0);
    await hashPieces(pool, {
      layout,
      locate: (file, offset) => found.locate(file, offset),
      lengths,
      pieces,
      hashes: { sha1: proofs.v1, sha256: proofs.v2, checksum: false, lenient: true },
      onBytes: (bytes) => onCheck?.(this.#done += bytes, this.checked),
    }, (range) => this.#take(range));
  }

  #take({ first, count, result }: HashedRange): void {
    const { proofs, claims } = this.#options;
    const unread = new Set(result.unread);
    for (let index = 0; index < count; index++) {
      const piece = first + index;
      if (unread.has(index)) {
        this.bad.add(piece);
        continue;
      }
      const sha1 = result.sha1?.subarray(20 * index, 20 * index + 20);
      const root = result.roots?.slice(32 * index, 32 * index + 32);
      const hashes = { ...sha1 && { sha1 }, ...root && { root } };
      const good = proofs.check(piece, hashes, claims.pieces.get(piece));
      if (good) this.have.add(piece);
      else if (good === false) this.bad.add(piece);
      if (good && root) this.roots.set(piece, root);
    }
  }
}

/** Some of the pieces, evenly spread, and those of the last that are among them. */
function samplesOf(pieces: readonly number[], last: readonly number[]): number[] {
  const some = new Set(last.filter((piece) => pieces.includes(piece)));
  const step = Math.max(1, pieces.length / SAMPLES);
  for (let at = 0; at < pieces.length; at += step) some.add(pieces[Math.floor(at)]!);
  return [...some];
}
