import { concatBytes } from "../base/bytes.ts";
import type { SwarmContext } from "./context.ts";
import type { Contributor } from "./contributor.ts";
import {
  MAX_METADATA,
  METADATA_COPIES,
  METADATA_DEPTH,
  METADATA_PIECE,
  METADATA_RETRY,
  METADATA_TIMEOUT,
} from "./defaults.ts";
import type { Peer } from "./peer_state.ts";

/** What the exchange notes of a peer. */
interface Source {
  /** Pieces that it owes, and since when; milliseconds. */
  readonly owed: Map<number, number>;
  /** It is not asked before this moment. */
  restUntil: number;
  /** How many wrong copies of the metadata it had a part in. */
  doubt: number;
}

/** A copy of the metadata that is being gathered. */
interface Copy {
  readonly size: number;
  readonly pieces: (Uint8Array | undefined)[];
  readonly from: Set<Contributor>;
  /** Only this peer is asked: what several brought was wrong. */
  readonly sole?: Peer;
  left: number;
}

/**
 * Gathers the info dictionary from peers that tell its size (BEP 9), and hands it out.
 *
 * The size that most peers tell is tried first. When what came from several was wrong, each of them
 * is asked for all of it alone, so that the one who lies names itself.
 *
 * Invariants: no more than one copy, of at most 30 MiB, is gathered; nothing is asked while the
 * caller checks one; a piece is asked of one peer at a time.
 */
export class MetadataExchange {
  readonly #context: SwarmContext;
  readonly #condemn: (contributor: Contributor, reason: string) => void;
  readonly #sources = new Map<Peer, Source>();
  #copy?: Copy;
  #checking = false;
  /** Whether copies are taken from one peer alone. */
  #careful = false;

  constructor(
    context: SwarmContext,
    condemn: (contributor: Contributor, reason: string) => void,
  ) {
    this.#context = context;
    this.#condemn = condemn;
  }

  /** How much is there: bytes of `size`; undefined when nobody told the size. */
  get progress(): { readonly bytes: number; readonly size: number } | undefined {
    if (!this.#copy) return undefined;
    const { size, pieces, left } = this.#copy;
    return { bytes: Math.min(size, (pieces.length - left) * METADATA_PIECE), size };
  }

  /** A peer's extension handshake came. */
  introduced(peer: Peer): void {
    const size = peer.metadataSize;
    const able = peer.extensions.has("ut_metadata") && size !== undefined && size <= MAX_METADATA;
    if (able && size > 0 && !this.#sources.has(peer)) {
      this.#sources.set(peer, { owed: new Map(), restUntil: 0, doubt: 0 });
    }
    this.ask();
  }

  left(peer: Peer): void {
    this.#sources.delete(peer);
    if (this.#copy?.sole === peer && !this.#checking) this.#copy = undefined;
    this.ask();
  }

  /** Asks peers for what is wanted. */
  ask(): void {
    if (this.#context.content || this.#checking) return;
    if (this.#copy && this.#request(this.#copy)) return;
    this.#copy = this.#begin();
    if (this.#copy) this.#request(this.#copy);
  }

  /** @returns Whether anybody owes a part of the copy. */
  #request(copy: Copy): boolean {
    const asked = new Set<number>();
    for (const { owed } of this.#sources.values()) {
      for (const piece of owed.keys()) asked.add(piece);
    }
    for (const [peer, source] of this.#sources) {
      if (!this.#mayAsk(peer, source) || (copy.sole && copy.sole !== peer)) continue;
      for (let index = 0; index < copy.pieces.length; index++) {
        if (source.owed.size >= METADATA_DEPTH) break;
        if (copy.pieces[index] || asked.has(index)) continue;
        asked.add(index);
        source.owed.set(index, this.#context.now);
        this.#context.send(peer, { kind: "metadata_request", piece: index });
      }
    }
    return asked.size > 0;
  }

  arrived(peer: Peer, piece: number, totalSize: number, data: Uint8Array): void {
    const copy = this.#copy;
    const source = this.#sources.get(peer);
    if (!source?.owed.delete(piece) || !copy || this.#checking || copy.pieces[piece]) return;
    const expected = Math.min(METADATA_PIECE, copy.size - piece * METADATA_PIECE);
    if (totalSize !== copy.size || data.length !== expected) {
      source.restUntil = this.#context.now + METADATA_RETRY;
      source.doubt++;
    } else {
      copy.pieces[piece] = data.slice();
      copy.from.add(peer.contributor);
      copy.left--;
    }
    if (copy.left > 0) return this.ask();
    this.#checking = true;
    this.#context.emit({ kind: "metadata", bytes: concatBytes(copy.pieces as Uint8Array[]) });
  }

  rejected(peer: Peer, piece: number): void {
    const source = this.#sources.get(peer);
    if (!source?.owed.delete(piece)) return;
    source.restUntil = this.#context.now + METADATA_RETRY;
    if (this.#copy?.sole === peer) this.#copy = undefined;
    this.ask();
  }

  /** The copy that was handed out is not what the info-hash tells. */
  failed(): void {
    const copy = this.#copy;
    if (!copy || !this.#checking) return;
    this.#checking = false;
    this.#copy = undefined;
    this.#careful = true;
    for (const [peer, source] of this.#sources) {
      source.owed.clear();
      if (copy.from.has(peer.contributor)) source.doubt++;
    }
    if (copy.from.size === 1) {
      for (const liar of copy.from) {
        this.#condemn(liar, "it sent metadata that is not the torrent's");
      }
    }
    this.ask();
  }

  /** Lets go of what took too long; to be called about once a second. */
  checkTimeouts(): void {
    const { now } = this.#context;
    for (const [peer, { owed }] of this.#sources) {
      for (const [piece, since] of owed) {
        if (now - since < METADATA_TIMEOUT) continue;
        owed.delete(piece);
        this.#sources.get(peer)!.restUntil = now + METADATA_RETRY;
        if (this.#copy?.sole === peer && !this.#checking) this.#copy = undefined;
      }
    }
    this.ask();
  }

  #begin(): Copy | undefined {
    const votes = new Map<number, number>();
    let sole: Peer | undefined;
    for (const [peer, source] of this.#sources) {
      if (source.restUntil > this.#context.now) continue;
      votes.set(peer.metadataSize!, (votes.get(peer.metadataSize!) ?? 0) + 1);
      if (!sole || source.doubt < this.#sources.get(sole)!.doubt) sole = peer;
    }
    if (!sole) return undefined;
    let size = sole.metadataSize!;
    if (!this.#careful) {
      for (const [told, count] of votes) if (count > votes.get(size)!) size = told;
    }
    const pieces = new Array<undefined>(Math.ceil(size / METADATA_PIECE)).fill(undefined);
    const copy = { size, pieces, from: new Set<Contributor>(), left: pieces.length };
    return this.#careful ? { ...copy, sole } : copy;
  }

  #mayAsk(peer: Peer, source: Source): boolean {
    return source.restUntil <= this.#context.now && source.owed.size < METADATA_DEPTH &&
      peer.metadataSize === this.#copy!.size;
  }
}

/** Answers a request for metadata (BEP 9): with data, or with a rejection. */
export function serveMetadata(context: SwarmContext, peer: Peer, piece: number): void {
  const metadata = context.content?.torrent.metadata;
  const begin = piece * METADATA_PIECE;
  const most = metadata ? METADATA_COPIES * Math.ceil(metadata.length / METADATA_PIECE) : 0;
  if (!metadata || begin >= metadata.length || peer.metadataServed >= most) {
    context.send(peer, { kind: "metadata_reject", piece });
    return;
  }
  peer.metadataServed++;
  const data = metadata.subarray(begin, begin + METADATA_PIECE);
  context.send(peer, { kind: "metadata_data", piece, totalSize: metadata.length, data });
}
