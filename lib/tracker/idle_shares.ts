import type { Share } from "./share.ts";

/** Shares that nobody announces now, the one whose last peer left first being the first. */
export class IdleShares {
  #first: Share | undefined;
  #last: Share | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The one that is idle for longest. */
  get oldest(): Share | undefined {
    return this.#first;
  }

  /** Adds one that is not in it. */
  add(share: Share, now: number): void {
    share.idle = { since: now, next: undefined, previous: this.#last };
    if (this.#last) this.#last.idle!.next = share;
    else this.#first = share;
    this.#last = share;
    this.#size++;
  }

  /** Takes one out, if it is in it. */
  remove(share: Share): void {
    if (!share.idle) return;
    const { next, previous } = share.idle;
    if (next) next.idle!.previous = previous;
    else this.#last = previous;
    if (previous) previous.idle!.next = next;
    else this.#first = next;
    share.idle = undefined;
    this.#size--;
  }
}
