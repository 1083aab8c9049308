import { equalBytes } from "../base/bytes.ts";
import type { Contributor } from "./contributor.ts";
import { MAX_REMEMBERED_FAILURES, SHARED_BLAME_LIMIT } from "./defaults.ts";
import type { PartialPiece } from "./partial_pieces.ts";

const HASH = 32;

/** A bad piece as it arrived: the hash of each block, and who sent it. */
interface Failure {
  readonly hashes: Uint8Array;
  readonly senders: readonly (Contributor | undefined)[];
}

/**
 * Shared blame for bad pieces, where nothing tells which block was wrong.
 *
 * All who had a part in a bad piece share the blame; two such pieces are enough for a ban. When the
 * piece is good at last, its blocks tell who had sent wrong ones, and the others are cleared of it.
 *
 * Invariant: a contributor's `sharedBlame` is the number of bad pieces that it had a part in and was
 * not cleared of.
 */
export class Blame {
  /** The last failure of each piece. */
  readonly #failures = new Map<number, Failure>();

  /** Whether a good piece's block hashes would tell who lied. */
  remembers(piece: number): boolean {
    return this.#failures.has(piece);
  }

  /**
   * Blames all who had a part in a bad piece.
   *
   * @param hashes SHA-256 of each block, 32 bytes each, if known.
   * @returns Those that are to be banned.
   */
  share(partial: PartialPiece, hashes: Uint8Array | undefined): Contributor[] {
    const guilty: Contributor[] = [];
    for (const contributor of partial.contributors()) {
      if (++contributor.sharedBlame >= SHARED_BLAME_LIMIT) guilty.push(contributor);
    }
    this.#failures.delete(partial.piece);
    if (hashes?.length === partial.blocks * HASH) {
      const senders = Array.from({ length: partial.blocks }, (_, block) => partial.sender(block));
      this.#failures.set(partial.piece, { hashes: hashes.slice(), senders });
      if (this.#failures.size > MAX_REMEMBERED_FAILURES) this.#forgetOldest();
    }
    return guilty;
  }

  /**
   * A piece that had failed is good now.
   *
   * @param hashes SHA-256 of each of its blocks, 32 bytes each, if known.
   * @returns Those whose blocks were wrong.
   */
  resolve(piece: number, hashes: Uint8Array | undefined): Contributor[] {
    const failure = this.#failures.get(piece);
    this.#failures.delete(piece);
    if (!failure || hashes?.length !== failure.hashes.length) return [];
    const guilty = new Set<Contributor>();
    failure.senders.forEach((sender, block) => {
      const at = block * HASH;
      const same = equalBytes(
        hashes.subarray(at, at + HASH),
        failure.hashes.subarray(at, at + HASH),
      );
      if (sender && !same) guilty.add(sender);
    });
    for (const sender of new Set(failure.senders)) {
      if (sender && !guilty.has(sender) && sender.sharedBlame > 0) sender.sharedBlame--;
    }
    return [...guilty];
  }

  #forgetOldest(): void {
    for (const piece of this.#failures.keys()) {
      this.#failures.delete(piece);
      return;
    }
  }
}
