import { BLOCK_LENGTH } from "../meta/torrent.ts";
import type { BlockRequest } from "../wire/peer_message.ts";
import type { Content, SwarmContext } from "./context.ts";
import {
  ALLOWED_FAST,
  LEAST_SERVES,
  MAX_EXCESS_REQUESTS,
  MAX_QUEUED_REQUESTS,
  MOST_SERVE_STALL,
  SERVE_STALL,
  SERVES_AT_ONCE,
  SERVES_PER_PEER,
  STALE_SHARE,
} from "./defaults.ts";
import type { Peer } from "./peer_state.ts";
import type { Spread } from "./spread.ts";

/**
 * What peers ask of us, and in which order they get it: piece by piece in turns, so that each peer
 * soon has something whole to pass on.
 *
 * Invariants: every request of a peer with BEP 6 is answered exactly once, with the block or with a
 * rejection; a block is handed out only if its piece is here; `#active` is how many blocks are
 * handed out for peers that take them.
 */
export class Uploads {
  readonly #context: SwarmContext;
  readonly #content: Content;
  readonly #spread: Spread;
  readonly #perPeer: number;
  readonly #atOnce: number;
  readonly #waiting = new Set<Peer>();
  #active = 0;
  #rounds = 0;
  #handedOut = 0;

  constructor(context: SwarmContext, content: Content, spread: Spread) {
    this.#context = context;
    this.#content = content;
    this.#spread = spread;
    this.#perPeer = context.options.servesPerPeer ?? SERVES_PER_PEER;
    this.#atOnce = context.options.servesAtOnce ?? SERVES_AT_ONCE;
  }

  /** A peer asks for a block. */
  requested(peer: Peer, { piece, begin, length }: BlockRequest): void {
    const { upload } = peer;
    if (!this.#content.torrent.layout.isValidRequest(piece, begin, length)) {
      const what = `${length} bytes from ${begin} on of piece ${piece}`;
      this.#context.close(peer, "bad_request", `it asked for ${what}, which do not exist`);
      return;
    }
    const request = { piece, begin, length };
    const mayHave = !peer.amChoking ||
      (upload.allowedFast.has(piece) && (peer.pieces?.count ?? 0) <= ALLOWED_FAST);
    if (!mayHave || !this.#content.have.has(piece) || upload.waiting >= MAX_QUEUED_REQUESTS) {
      this.#refuse(peer, request);
      return;
    }
    const stale = this.#spread.requested(peer, piece, length);
    (stale ? upload.stale : upload.fresh).push(request);
    this.#waiting.add(peer);
    this.pump();
  }

  /** A peer wants a block no more. */
  cancelled(peer: Peer, { piece, begin, length }: BlockRequest): void {
    for (const queue of [peer.upload.fresh, peer.upload.stale]) {
      const at = queue.findIndex((request) =>
        request.piece === piece && request.begin === begin && request.length === length
      );
      if (at < 0) continue;
      this.#reject(peer, queue.splice(at, 1)[0]!);
      this.#settle(peer);
      return;
    }
  }

  /** A block that was handed out has left, or could not be had. */
  served(peer: Peer, request: BlockRequest, ok: boolean): void {
    const { upload } = peer;
    if (upload.serving === 0) return;
    upload.serving--;
    if (!upload.stalled) this.#active--;
    else this.#resume(peer);
    upload.progress = this.#context.now;
    if (ok) {
      upload.meter.add(request.length, this.#context.now);
      this.#context.up.add(request.length, this.#context.now);
      this.#context.totals.uploaded += request.length;
    } else {
      this.#reject(peer, request);
    }
    this.pump();
  }

  /** A peer was choked: what it waits for is rejected, but for what it may have all the same. */
  choked(peer: Peer): void {
    peer.upload.excess = 0;
    const { allowedFast } = peer.upload;
    this.#rejectWaiting(
      peer,
      (piece) => !allowedFast.has(piece) && !this.#spread.finishes(peer, piece),
    );
  }

  /** A piece is here no more. */
  lost(piece: number): void {
    for (const peer of [...this.#waiting]) this.#rejectWaiting(peer, (other) => other === piece);
  }

  left(peer: Peer): void {
    this.#waiting.delete(peer);
    if (!peer.upload.stalled) this.#active -= peer.upload.serving;
    peer.upload.serving = 0;
    this.pump();
  }

  /** Peers that take nothing do not hold others up; to be called about once a second. */
  checkStalls(): void {
    const { up, now } = this.#context;
    const rate = up.rate(now);
    // On a slow uplink it takes a while until it is a peer's turn again.
    const turn = rate > 0 ? 2000 * this.#active * BLOCK_LENGTH / rate : 0;
    const limit = Math.max(SERVE_STALL, Math.min(MOST_SERVE_STALL, turn));
    for (const peer of this.#context.peers.values()) {
      const { upload } = peer;
      if (upload.serving === 0 || upload.stalled) continue;
      if (now - upload.progress < limit) continue;
      upload.stalled = true;
      this.#active -= upload.serving;
    }
    this.pump();
  }

  /** Hands out blocks as long as there is room. */
  pump(): void {
    const most = this.#waiting.size > 0 ? this.#window : 0;
    while (this.#active < most && this.#waiting.size > 0) {
      const peer = this.#choose();
      if (!peer) return;
      this.#handOut(peer);
    }
  }

  /** How many blocks may be handed out: what leaves in a second, so that the order still counts. */
  get #window(): number {
    const { up, now } = this.#context;
    return Math.min(this.#atOnce, Math.max(LEAST_SERVES, Math.ceil(up.rate(now) / BLOCK_LENGTH)));
  }

  #choose(): Peer | undefined {
    const staleFirst = this.#handedOut % STALE_SHARE === STALE_SHARE - 1;
    let best: Peer | undefined;
    let bestRank = Infinity;
    for (const peer of this.#waiting) {
      const { upload } = peer;
      if (upload.serving >= this.#perPeer || upload.stalled) continue;
      const next = upload.fresh[0];
      const rank = !next ? staleFirst ? -1 : 2 : next.piece === upload.piece ? 0 : 1;
      if (rank < bestRank || (rank === bestRank && upload.round < best!.upload.round)) {
        best = peer;
        bestRank = rank;
      }
    }
    return best;
  }

  #handOut(peer: Peer): void {
    const { upload } = peer;
    const request = (upload.fresh.shift() ?? upload.stale.shift())!;
    if (upload.waiting === 0) this.#waiting.delete(peer);
    if (request.piece !== upload.piece) {
      upload.piece = request.piece;
      upload.round = ++this.#rounds;
    }
    if (upload.serving === 0) upload.progress = this.#context.now;
    upload.serving++;
    this.#active++;
    this.#handedOut++;
    peer.lastSent = this.#context.now;
    this.#context.emit({ kind: "serve", peer: peer.key, request });
  }

  /** A peer that took nothing takes something again. */
  #resume(peer: Peer): void {
    peer.upload.stalled = false;
    this.#active += peer.upload.serving;
  }

  #refuse(peer: Peer, request: BlockRequest): void {
    if (++peer.upload.excess > MAX_EXCESS_REQUESTS) {
      this.#context.close(peer, "flood", "it asks for more blocks than it may");
    } else {
      this.#reject(peer, request);
    }
  }

  #rejectWaiting(peer: Peer, isRejected: (piece: number) => boolean): void {
    for (const queue of [peer.upload.fresh, peer.upload.stale]) {
      const kept = queue.filter(({ piece }) => !isRejected(piece));
      const rejected = queue.filter(({ piece }) => isRejected(piece));
      queue.splice(0, queue.length, ...kept);
      for (const request of rejected) this.#reject(peer, request);
    }
    this.#settle(peer);
  }

  #reject(peer: Peer, request: BlockRequest): void {
    if (peer.info.fast) this.#context.send(peer, { kind: "reject", ...request });
  }

  #settle(peer: Peer): void {
    if (peer.upload.waiting === 0) this.#waiting.delete(peer);
  }
}
