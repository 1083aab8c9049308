import { equalBytes } from "../base/bytes.ts";
import type { HashRequest } from "../wire/peer_message.ts";
import type { Content, SwarmContext } from "./context.ts";
import type { Contributor } from "./contributor.ts";
import { HASH_DEPTH, HASH_TIMEOUT } from "./defaults.ts";
import type { Peer } from "./peer_state.ts";

/** What `HashExchange` tells the rest of the engine. */
export interface HashWatch {
  /** Pieces have a proof now. */
  provable(pieces: Iterable<number>): void;
  /** The hashes of a piece's blocks are known, or nobody has them. */
  leavesAsked(piece: number): void;
  condemn(contributor: Contributor, reason: string): void;
}

/** A range of hashes that is wanted. */
interface Want {
  readonly request: HashRequest;
  /** The piece whose blocks are judged by it; absent for a range of a piece layer. */
  readonly piece?: number;
  /** Those that it is asked of last. */
  readonly suspects: readonly Contributor[];
  /** Peers that do not have it. */
  readonly refused: Set<number>;
  asked?: Peer;
  /** When somebody was asked last, or took too long; milliseconds. */
  askedAt: number;
}

/**
 * Fetches hashes of v2 torrents from peers (BEP 52): piece layers that a magnet link does not bring,
 * and the hashes of the blocks of a piece that has a wrong one.
 *
 * Invariants: each range is asked of one peer at a time; an answer counts only from the peer that
 * owes it; a peer owes at most four.
 */
export class HashExchange {
  readonly #context: SwarmContext;
  readonly #content: Content;
  readonly #watch: HashWatch;
  readonly #wants = new Set<Want>();
  readonly #owed = new Map<Peer, number>();

  constructor(context: SwarmContext, content: Content, watch: HashWatch) {
    this.#context = context;
    this.#content = content;
    this.#watch = watch;
    for (const request of content.torrent.proofs?.missing() ?? []) this.#want(request, {});
  }

  /** How many ranges are wanted. */
  get wanted(): number {
    return this.#wants.size;
  }

  /** Asks for the hashes of a piece's blocks; `leavesAsked` follows, perhaps at once. */
  askLeaves(piece: number, suspects: readonly Contributor[]): void {
    const requests = this.#content.torrent.proofs?.leafRequests(piece) ?? [];
    for (const request of requests) this.#want(request, { piece, suspects });
    this.ask();
    this.#giveUp();
    if (!this.#isJudging(piece)) this.#watch.leavesAsked(piece);
  }

  /** Asks peers for what is wanted; to be called when a peer came, or gained pieces or room. */
  ask(): void {
    if (this.#wants.size === 0) return;
    let room = 0;
    for (const peer of this.#context.peers.values()) {
      if (peer.info.v2) room += Math.max(0, HASH_DEPTH - (this.#owed.get(peer) ?? 0));
    }
    for (const want of this.#wants) {
      if (room === 0) return;
      const peer = want.asked ? undefined : this.#choose(want);
      if (!peer) continue;
      room--;
      want.asked = peer;
      want.askedAt = this.#context.now;
      this.#owed.set(peer, (this.#owed.get(peer) ?? 0) + 1);
      this.#context.send(peer, { kind: "hash_request", ...want.request });
    }
  }

  /** Hashes came. */
  arrived(peer: Peer, request: HashRequest, hashes: Uint8Array): void {
    const want = this.#answer(peer, request);
    if (!want) return;
    const verdict = this.#content.torrent.proofs!.add(request, hashes);
    switch (verdict) {
      case "added":
        this.#wants.delete(want);
        if (want.piece === undefined) {
          this.#watch.provable(this.#content.torrent.proofs!.pieces(request));
        } else if (!this.#isJudging(want.piece)) {
          this.#watch.leavesAsked(want.piece);
        }
        break;
      case "unproven":
        want.refused.add(peer.key);
        break;
      case "bad":
        this.#watch.condemn(peer.contributor, "it sent hashes that disagree with the torrent");
        break;
      default:
        verdict satisfies never;
    }
    this.#again();
  }

  /** A peer does not have hashes. */
  rejected(peer: Peer, request: HashRequest): void {
    this.#answer(peer, request)?.refused.add(peer.key);
    this.#again();
  }

  /** A peer is gone: what it owes is asked of others. */
  left(peer: Peer): void {
    this.#owed.delete(peer);
    for (const want of this.#wants) if (want.asked === peer) want.asked = undefined;
    this.#again();
  }

  /** Asks others for what took too long; to be called about once a second. */
  checkTimeouts(): void {
    for (const want of this.#wants) {
      if (!want.asked || this.#context.now - want.askedAt < HASH_TIMEOUT) continue;
      want.refused.add(want.asked.key);
      this.#waive(want);
      want.askedAt = this.#context.now;
    }
    for (const want of this.#wants) {
      const rested = this.#context.now - want.askedAt >= HASH_TIMEOUT;
      if (want.piece === undefined && !want.asked && rested) want.refused.clear();
    }
    this.#again();
  }

  #want(request: HashRequest, of: { piece?: number; suspects?: readonly Contributor[] }): void {
    this.#wants.add({
      request,
      ...of.piece !== undefined && { piece: of.piece },
      suspects: of.suspects ?? [],
      refused: new Set(),
      askedAt: 0,
    });
  }

  #again(): void {
    this.ask();
    this.#giveUp();
  }

  /** Wrong blocks cannot be told apart if nobody is left who could have the hashes. */
  #giveUp(): void {
    for (const want of this.#wants) {
      if (want.piece === undefined || want.asked || this.#mayGet(want)) continue;
      for (const other of this.#wants) {
        if (other.piece !== want.piece) continue;
        if (other.asked) this.#waive(other);
        this.#wants.delete(other);
      }
      this.#watch.leavesAsked(want.piece);
    }
  }

  #isJudging(piece: number): boolean {
    for (const want of this.#wants) if (want.piece === piece) return true;
    return false;
  }

  #mayGet(want: Want): boolean {
    for (const peer of this.#context.peers.values()) if (this.#mayAsk(peer, want)) return true;
    return false;
  }

  #choose(want: Want): Peer | undefined {
    let best: Peer | undefined;
    let score = Infinity;
    for (const peer of this.#context.peers.values()) {
      if (!this.#mayAsk(peer, want)) continue;
      const owed = this.#owed.get(peer) ?? 0;
      if (owed >= HASH_DEPTH) continue;
      const doubt = want.suspects.includes(peer.contributor) ? 100 : peer.isSeed ? 0 : 10;
      // One that owes answers for too long comes after those that do not.
      const rank = doubt + owed + HASH_DEPTH * peer.lateHashes;
      if (rank < score) [best, score] = [peer, rank];
    }
    return best;
  }

  #mayAsk(peer: Peer, want: Want): boolean {
    if (!peer.info.v2 || want.refused.has(peer.key) || !peer.pieces) return false;
    return want.piece === undefined ? peer.pieces.count > 0 : peer.has(want.piece);
  }

  /** The want that a peer answers; it is closed if it owes no such thing. */
  #answer(peer: Peer, request: HashRequest): Want | undefined {
    for (const want of this.#wants) {
      if (want.asked !== peer || !isSame(want.request, request)) continue;
      this.#settle(want);
      return want;
    }
    if (peer.lateHashes > 0) peer.lateHashes--;
    else this.#context.close(peer, "unsolicited", "it sent hashes that nobody asked for");
    return undefined;
  }

  /** A want's peer owes it no more, but may answer all the same. */
  #waive(want: Want): void {
    want.asked!.lateHashes++;
    this.#settle(want);
  }

  /** A want's peer owes it no more. */
  #settle(want: Want): void {
    const peer = want.asked!;
    want.asked = undefined;
    this.#owed.set(peer, this.#owed.get(peer)! - 1);
  }
}

function isSame(one: HashRequest, other: HashRequest): boolean {
  return one.baseLayer === other.baseLayer && one.index === other.index &&
    one.length === other.length && one.proofLayers === other.proofLayers &&
    equalBytes(one.root, other.root);
}
