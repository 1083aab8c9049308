import type { BlockRequest } from "../wire/peer_message.ts";
import {
  FIRST_DEPTH,
  LEAST_DEPTH,
  MAX_LATE_REQUESTS,
  MAX_QUEUED_REQUESTS,
  QUEUE_SPAN,
  UNTOLD_QUEUE,
} from "./defaults.ts";

/** A block that a peer was asked for. */
export interface Ask {
  readonly request: BlockRequest;
  /** Which block of the piece. */
  readonly index: number;
  /** Whether the peer still owes it; if not, an answer may come all the same. */
  owed: boolean;
}

/** Milliseconds over which the rate is measured that decides the depth. */
const MEASURE = 1000;

/**
 * The requests that are out to one peer, and how many there should be.
 *
 * The depth grows by one with every block, so it doubles every round trip, until more is out than
 * the peer sends in two seconds; from then on it is what the peer sends in two seconds.
 *
 * Invariant: `owed` counts those that the peer still owes; of the others at most 1,000 are kept.
 */
export class RequestQueue {
  readonly #asks = new Map<number, Ask>();
  #owed = 0;
  #depth = FIRST_DEPTH;
  #most = UNTOLD_QUEUE;
  #growing = true;
  #measuredSince: number;
  #measured = 0;
  /** When a block came, or the first of several requests went out; milliseconds. */
  progress: number;
  /** The peer took too long: it gets one request at a time until a block comes. */
  snubbed = false;

  constructor(now: number) {
    this.#measuredSince = now;
    this.progress = now;
  }

  /** How many blocks the peer owes. */
  get owed(): number {
    return this.#owed;
  }

  /** How many it should owe. */
  get depth(): number {
    return this.snubbed ? 1 : this.#depth;
  }

  /** What the peer says that it keeps (`reqq`). */
  limit(told: number): void {
    this.#most = Math.max(1, Math.min(MAX_QUEUED_REQUESTS, told));
    this.#depth = Math.min(this.#depth, this.#most);
  }

  has(block: number): boolean {
    return this.#asks.has(block);
  }

  /** Whether the peer owes this block. */
  owes(block: number): boolean {
    return this.#asks.get(block)?.owed === true;
  }

  add(block: number, request: BlockRequest, index: number, now: number): void {
    if (this.#owed === 0) this.progress = now;
    this.#asks.delete(block);
    this.#asks.set(block, { request, index, owed: true });
    this.#owed++;
  }

  /** An answer came, or none will: forgets the request. */
  take(block: number): Ask | undefined {
    const ask = this.#asks.get(block);
    if (!ask) return undefined;
    this.#asks.delete(block);
    if (ask.owed) this.#owed--;
    return ask;
  }

  /** The peer does not owe it any more, but an answer may be on its way. */
  waive(block: number): Ask | undefined {
    const ask = this.#asks.get(block);
    if (!ask?.owed) return undefined;
    ask.owed = false;
    this.#owed--;
    if (this.#asks.size - this.#owed > MAX_LATE_REQUESTS) this.#forgetOldest();
    return ask;
  }

  /** What the peer owes, the oldest first; may be changed while it is walked. */
  *owing(): Generator<[number, Ask]> {
    for (const entry of this.#asks) if (entry[1].owed) yield entry;
  }

  /** A block came: the depth follows the rate. */
  arrived(now: number): void {
    this.progress = now;
    this.snubbed = false;
    this.#measured++;
    if (this.#growing && this.#depth < this.#most) this.#depth++;
    const elapsed = now - this.#measuredSince;
    if (elapsed < MEASURE) return;
    const lasting = this.#measured * QUEUE_SPAN / elapsed;
    if (lasting < this.#depth) this.#growing = false;
    if (!this.#growing) {
      this.#depth = Math.min(this.#most, Math.max(LEAST_DEPTH, Math.ceil(lasting)));
    }
    this.#measuredSince = now;
    this.#measured = 0;
  }

  #forgetOldest(): void {
    for (const [block, ask] of this.#asks) {
      if (ask.owed) continue;
      this.#asks.delete(block);
      return;
    }
  }
}
