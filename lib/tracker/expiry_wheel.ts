import { PEER, type PeerSlab } from "./peer_slab.ts";

/** Ticks in the shortest time after which a peer is gone, so that it is kept nearly that long. */
const TICKS = 1_024;

/** A tick is no longer than so many milliseconds. */
const LONGEST_TICK = 1_000;

/**
 * Who is due when: a wheel of buckets, one a tick, each a list that is linked through the peers
 * themselves. Time is counted in whole ticks, so a peer leaves at most one tick early.
 *
 * Invariant: every peer of the wheel stands in the bucket of its tick, which lies less than one turn
 * ahead of the bucket that is emptied next.
 */
export class ExpiryWheel {
  /** Milliseconds. */
  readonly tickMs: number;
  readonly #slab: PeerSlab;
  readonly #heads: Uint32Array;
  /** The tick that is emptied next; undefined before the first call. */
  #next: number | undefined;

  /** @param ttl Milliseconds: the shortest and the longest time after which a peer is gone. */
  constructor(slab: PeerSlab, ttl: { readonly min: number; readonly max: number }) {
    this.#slab = slab;
    this.tickMs = Math.max(1, Math.min(LONGEST_TICK, Math.floor(ttl.min / TICKS)));
    // Twice the longest time: whoever is late with emptying still finds everyone in the right bucket.
    const ticks = 2 * Math.ceil(ttl.max / this.tickMs) + 2;
    this.#heads = new Uint32Array(2 ** Math.ceil(Math.log2(ticks)));
  }

  /** Sets a peer, in the wheel or not yet, to be gone at a time of monotonic milliseconds. */
  set(slot: number, due: number, now: number, known: boolean): void {
    const first = this.#next ??= this.#tick(now);
    const last = first + this.#heads.length - 1;
    const tick = Math.min(Math.max(this.#tick(due), first), last);
    if (known) {
      if (this.#slab.get(slot, PEER.due) === tick >>> 0) return;
      this.remove(slot);
    }
    const bucket = this.#bucket(tick);
    const head = this.#heads[bucket]!;
    if (head !== 0) this.#slab.set(head, PEER.previous, slot);
    this.#slab.set(slot, PEER.next, head);
    this.#slab.set(slot, PEER.previous, 0);
    this.#slab.set(slot, PEER.due, tick);
    this.#heads[bucket] = slot;
  }

  /** Takes a peer out of the wheel. */
  remove(slot: number): void {
    const next = this.#slab.get(slot, PEER.next);
    const previous = this.#slab.get(slot, PEER.previous);
    if (next !== 0) this.#slab.set(next, PEER.previous, previous);
    if (previous !== 0) this.#slab.set(previous, PEER.next, next);
    else this.#heads[this.#bucket(this.#slab.get(slot, PEER.due))] = next;
  }

  /** Whether a peer is due, though it may still be in the wheel. */
  isDue(slot: number, now: number): boolean {
    return (this.#tick(now) - this.#slab.get(slot, PEER.due) | 0) >= 0;
  }

  /** Whether any of them is: quick, as the processor fetches them from memory side by side. */
  isAnyDue(slots: readonly number[], now: number): boolean {
    const tick = this.#tick(now);
    let due = 0;
    for (const slot of slots) due |= ~(tick - this.#slab.get(slot, PEER.due));
    return due < 0;
  }

  /** Milliseconds until a peer is due. */
  remaining(slot: number, now: number): number {
    return (this.#slab.get(slot, PEER.due) - this.#tick(now) | 0) * this.tickMs;
  }

  /**
   * Hands out those that are due; each has to leave the wheel before the next is handed out.
   *
   * @param most The most to hand out, so that one call is short.
   * @returns Whether none that is due is left.
   */
  empty(now: number, most: number, leave: (slot: number) => void): boolean {
    const tick = this.#tick(now);
    let next = Math.max(this.#next ?? tick, tick - this.#heads.length + 1);
    let left = most;
    for (; next <= tick; next++) {
      const bucket = this.#bucket(next);
      for (let slot = this.#heads[bucket]!; slot !== 0; slot = this.#heads[bucket]!) {
        if (left-- === 0) {
          this.#next = next;
          return false;
        }
        leave(slot);
      }
    }
    this.#next = next;
    return true;
  }

  #tick(time: number): number {
    return Math.floor(time / this.tickMs);
  }

  #bucket(tick: number): number {
    return (tick & this.#heads.length - 1) >>> 0;
  }
}
