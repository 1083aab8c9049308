import { BLOCK_LENGTH } from "../meta/torrent.ts";
import type { BlockRequest } from "../wire/peer_message.ts";
import type { Content, SwarmContext } from "./context.ts";
import { FAILED_AGAIN, MAX_UNSOLICITED, REFUSED_AGAIN, REQUEST_TIMEOUT } from "./defaults.ts";
import { PartialPiece, type PartialPieces } from "./partial_pieces.ts";
import type { Peer } from "./peer_state.ts";
import type { BlockNumbers, Picker } from "./picker.ts";

/** What `Downloads` asks of those who judge pieces. */
export interface PieceWatch {
  /** Whether the hashes of a piece's blocks are wanted though it may be good. */
  wantsHashes(piece: number): boolean;
}

/**
 * Asks peers for blocks and takes what they send.
 *
 * Invariant: for every begun piece, the peers that owe a block are as many as its `askers`.
 */
export class Downloads {
  readonly #context: SwarmContext;
  readonly #content: Content;
  readonly #partials: PartialPieces;
  readonly #picker: Picker;
  readonly #blocks: BlockNumbers;
  readonly #watch: PieceWatch;

  constructor(
    context: SwarmContext,
    content: Content,
    parts: { partials: PartialPieces; picker: Picker; blocks: BlockNumbers; watch: PieceWatch },
  ) {
    this.#context = context;
    this.#content = content;
    this.#partials = parts.partials;
    this.#picker = parts.picker;
    this.#blocks = parts.blocks;
    this.#watch = parts.watch;
  }

  /** Has pieces proven that hold nothing but padding: there is nothing to ask for. */
  provePadding(): void {
    const { torrent: { layout }, wanted, have } = this.#content;
    for (const piece of wanted) {
      if (have.has(piece) || layout.blockCount(piece) > 0 || this.#partials.get(piece)) continue;
      const partial = new PartialPiece(piece, 0, 0, this.#context.now);
      this.#partials.add(partial);
      this.#prove(partial);
    }
  }

  /** Asks a peer for as much as it should owe us. */
  refill(peer: Peer): void {
    if (peer.interesting === 0 || peer.closed) return;
    if (peer.choking && peer.allowedFast.size === 0) return;
    while (peer.requests.owed < peer.requests.depth) {
      const pick = this.#picker.next(peer);
      if (!pick) return;
      this.#ask(peer, pick.partial, pick.index);
    }
  }

  /** Asks all peers that could owe us more. */
  refillAll(): void {
    if (this.#content.missing === 0) return;
    for (const peer of this.#context.peers.values()) this.refill(peer);
  }

  /** A block came. */
  arrived(peer: Peer, piece: number, begin: number, data: Uint8Array): void {
    const context = this.#context;
    const index = begin / BLOCK_LENGTH;
    const number = this.#blocks.of(piece, index);
    const ask = peer.requests.take(number);
    if (ask?.owed) this.#release(ask.request.piece, ask.index);
    if (!ask || ask.request.piece !== piece || ask.request.length !== data.length) {
      context.totals.wasted += data.length;
      this.#unsolicited(peer, `a block of piece ${piece} that nobody asked for`);
      return;
    }
    peer.requests.arrived(context.now);
    peer.down.add(data.length, context.now);
    context.down.add(data.length, context.now);
    context.totals.downloaded += data.length;
    const partial = this.#partials.get(piece);
    if (!partial || partial.phase !== "gathering" || partial.holds(index)) {
      context.totals.wasted += data.length;
    } else {
      partial.hold(index, peer.contributor, context.now);
      context.emit({ kind: "block", piece, begin, data });
      if (partial.askers(index) > 0) this.#cancelOthers(partial, index, number);
      if (partial.isWhole) this.#prove(partial);
      else this.#partials.refresh(partial);
    }
    this.refill(peer);
  }

  /** A peer will not send a block (BEP 6). */
  rejected(peer: Peer, request: BlockRequest): void {
    const index = request.begin / BLOCK_LENGTH;
    const ask = peer.requests.take(this.#blocks.of(request.piece, index));
    if (ask?.request.piece !== request.piece || ask.request.length !== request.length) {
      if (ask?.owed) this.#release(ask.request.piece, ask.index);
      this.#unsolicited(peer, `a rejection of piece ${request.piece} that nobody asked for`);
      return;
    }
    if (!peer.choking) this.#refuse(peer, request.piece);
    if (ask.owed && this.#release(request.piece, index)) this.refillAll();
    else this.refill(peer);
  }

  /** A peer chokes us; without BEP 6 that rejects all requests. */
  choked(peer: Peer): void {
    if (!peer.info.fast) this.waiveAll(peer, { cancel: false });
    peer.current = undefined;
    peer.guide = undefined;
  }

  /** A peer has a piece no more: without BEP 6 that rejects all requests for it (BEP 54). */
  pieceLost(peer: Peer, piece: number): void {
    if (!peer.info.fast) this.waiveAll(peer, { cancel: false, piece });
  }

  /** What a peer owes, of one piece or of all, is asked of others; it may still come. */
  waiveAll(peer: Peer, { cancel, piece }: { cancel: boolean; piece?: number }): void {
    let free = false;
    for (const [number, { request, index }] of peer.requests.owing()) {
      if (piece !== undefined && request.piece !== piece) continue;
      peer.requests.waive(number);
      if (cancel) this.#context.send(peer, { kind: "cancel", ...request });
      free = this.#release(request.piece, index) || free;
    }
    if (free) this.refillAll();
  }

  /** Nobody works at a piece any more: those who owe blocks of it are told so. */
  cancelPiece(partial: PartialPiece): void {
    for (let index = 0; index < partial.blocks; index++) {
      const number = this.#blocks.of(partial.piece, index);
      if (partial.askers(index) > 0) this.#cancelOthers(partial, index, number);
    }
  }

  /** Lets go of what peers owe for too long; to be called about once a second. */
  checkTimeouts(): void {
    let changed = this.#picker.resume();
    for (const peer of this.#context.peers.values()) {
      const { requests, refused } = peer;
      if (refused.size > 0 && this.#context.now - peer.refusedSince >= REFUSED_AGAIN) {
        refused.clear();
        peer.exhausted = -1;
        changed = true;
      }
      if (requests.owed === 0 || this.#context.now - requests.progress < REQUEST_TIMEOUT) continue;
      requests.snubbed = true;
      requests.progress = this.#context.now;
      this.waiveAll(peer, { cancel: true });
      changed = true;
    }
    if (changed) this.refillAll();
  }

  /** The disk could not keep a piece. */
  failed(partial: PartialPiece): void {
    this.#partials.remove(partial);
    this.#picker.postpone(partial.piece, this.#context.now + FAILED_AGAIN);
  }

  #ask(peer: Peer, partial: PartialPiece, index: number): void {
    const { piece } = partial;
    const request = this.#content.torrent.layout.block(piece, index);
    peer.requests.add(this.#blocks.of(piece, index), request, index, this.#context.now);
    partial.ask(index, this.#context.now);
    this.#partials.refresh(partial);
    const { begin, length } = request;
    this.#context.send(peer, { kind: "request", piece, begin, length });
  }

  /** @returns Whether the block is free now. */
  #release(piece: number, index: number): boolean {
    const partial = this.#partials.get(piece);
    if (!partial?.release(index)) return false;
    this.#partials.refresh(partial);
    return true;
  }

  #cancelOthers(partial: PartialPiece, index: number, number: number): void {
    for (const other of this.#context.peers.values()) {
      const ask = other.requests.waive(number);
      if (!ask) continue;
      partial.release(index);
      const { piece, begin, length } = ask.request;
      this.#context.send(other, { kind: "cancel", piece, begin, length });
      this.refill(other);
    }
  }

  #refuse(peer: Peer, piece: number): void {
    if (peer.refused.size === 0) peer.refusedSince = this.#context.now;
    peer.refused.add(piece);
  }

  #prove(partial: PartialPiece): void {
    partial.phase = "proving";
    this.#partials.refresh(partial);
    const { piece } = partial;
    this.#context.emit({ kind: "prove", piece, hashes: this.#watch.wantsHashes(piece) });
  }

  #unsolicited(peer: Peer, what: string): void {
    peer.unsolicited++;
    if (peer.info.fast || peer.unsolicited > MAX_UNSOLICITED) {
      this.#context.close(peer, "unsolicited", `it sent ${what}`);
    }
  }
}
