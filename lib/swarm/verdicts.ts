import type { Blame } from "./blame.ts";
import type { Content, SwarmContext } from "./context.ts";
import type { Contributor } from "./contributor.ts";
import type { Downloads } from "./downloads.ts";
import type { PartialPiece, PartialPieces } from "./partial_pieces.ts";
import type { PeerPieces } from "./peer_pieces.ts";
import type { Picker } from "./picker.ts";
import type { SwarmInput } from "./types.ts";

type Proven = Extract<SwarmInput, { readonly kind: "proven" }>;

/** What `Verdicts` asks of the rest of the engine. */
export interface VerdictWatch {
  /** Asks peers, those that are no suspects first, for the hashes of a piece's blocks. */
  askLeaves(piece: number, suspects: readonly Contributor[]): void;
  /** Never to be met again: it sent what is proven to be false. */
  condemn(contributor: Contributor, reason: string): void;
  /** A piece is here; the swarm is told. */
  gained(piece: number): void;
}

/**
 * What follows from a proof: a piece is kept, or its wrong blocks are found, their senders are
 * banned, and only these blocks are asked for again.
 */
export class Verdicts {
  readonly #context: SwarmContext;
  readonly #content: Content;
  readonly #partials: PartialPieces;
  readonly #pieces: PeerPieces;
  readonly #picker: Picker;
  readonly #downloads: Downloads;
  readonly #blame: Blame;
  readonly #watch: VerdictWatch;
  /** Hashes of the blocks of pieces that are being judged. */
  readonly #judging = new Map<number, Uint8Array>();

  constructor(
    context: SwarmContext,
    content: Content,
    parts: {
      partials: PartialPieces;
      pieces: PeerPieces;
      picker: Picker;
      downloads: Downloads;
      blame: Blame;
      watch: VerdictWatch;
    },
  ) {
    this.#context = context;
    this.#content = content;
    this.#partials = parts.partials;
    this.#pieces = parts.pieces;
    this.#picker = parts.picker;
    this.#downloads = parts.downloads;
    this.#blame = parts.blame;
    this.#watch = parts.watch;
  }

  /** The caller answered `prove`. */
  proven({ piece, outcome, blocks }: Proven): void {
    const partial = this.#partials.get(piece);
    if (partial?.phase !== "proving") return;
    switch (outcome) {
      case "good":
        this.#good(partial, blocks);
        break;
      case "bad":
        this.#bad(partial, blocks);
        break;
      case "failed":
        this.#downloads.failed(partial);
        break;
      default:
        outcome satisfies never;
    }
    this.#downloads.refillAll();
  }

  /** The hashes of a piece's blocks were asked for: they are known now, or cannot be had. */
  leavesAsked(piece: number): void {
    const partial = this.#partials.get(piece);
    const blocks = this.#judging.get(piece);
    if (partial?.phase !== "judging" || !blocks) return;
    this.#judging.delete(piece);
    const wrong = this.#content.torrent.proofs?.wrongBlocks(piece, blocks);
    if (wrong && wrong.length > 0) this.#dropWrong(partial, wrong);
    else this.#shareBlame(partial, blocks);
    this.#downloads.refillAll();
  }

  #good(partial: PartialPiece, blocks: Uint8Array | undefined): void {
    const { piece } = partial;
    this.#partials.remove(partial);
    if (!this.#content.have.add(piece)) return;
    this.#context.totals.verified += partial.bytes;
    if (this.#content.wanted.has(piece)) {
      this.#content.missing--;
      this.#pieces.changed(piece, -1);
    }
    this.#watch.gained(piece);
    for (const guilty of this.#blame.resolve(piece, blocks)) this.#condemn(guilty, piece);
  }

  #bad(partial: PartialPiece, blocks: Uint8Array | undefined): void {
    const { piece } = partial;
    const contributors = partial.contributors();
    if (contributors.length === 1) {
      this.#dropAll(partial);
      this.#condemn(contributors[0]!, piece);
      return;
    }
    const { proofs } = this.#content.torrent;
    if (!proofs || blocks?.length !== partial.blocks * 32) {
      this.#shareBlame(partial, blocks);
      return;
    }
    const wrong = proofs.wrongBlocks(piece, blocks);
    if (wrong === undefined) {
      partial.phase = "judging";
      this.#judging.set(piece, blocks.slice());
      this.#watch.askLeaves(piece, contributors);
    } else if (wrong.length > 0) {
      this.#dropWrong(partial, wrong);
    } else {
      this.#shareBlame(partial, blocks);
    }
  }

  #dropWrong(partial: PartialPiece, wrong: readonly number[]): void {
    const { piece } = partial;
    const guilty = new Set<Contributor>();
    for (const block of wrong) {
      const sender = partial.sender(block);
      if (sender) guilty.add(sender);
      this.#waste(this.#content.torrent.layout.block(piece, block).length);
      partial.discard(block);
    }
    partial.phase = "gathering";
    this.#partials.refresh(partial);
    this.#context.emit({ kind: "drop", piece, blocks: wrong });
    for (const contributor of guilty) this.#condemn(contributor, piece);
  }

  #shareBlame(partial: PartialPiece, blocks: Uint8Array | undefined): void {
    const guilty = this.#blame.share(partial, blocks);
    this.#dropAll(partial);
    for (const contributor of guilty) this.#condemn(contributor, partial.piece);
  }

  #dropAll(partial: PartialPiece): void {
    this.#waste(partial.bytes);
    this.#partials.remove(partial);
    this.#context.emit({ kind: "drop", piece: partial.piece });
    if (partial.blocks === 0) this.#picker.postpone(partial.piece, Infinity);
    else this.#picker.offer(partial.piece);
  }

  #condemn(contributor: Contributor, piece: number): void {
    this.#watch.condemn(contributor, `it sent wrong data for piece ${piece}`);
  }

  #waste(bytes: number): void {
    this.#context.totals.wasted += bytes;
  }
}
