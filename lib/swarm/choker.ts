import { below, type Random } from "../base/random.ts";
import { NEWCOMER_AGE, OPTIMISTIC_INTERVAL } from "./defaults.ts";

/** What the choker sees of a peer. Rates are bytes a second, times milliseconds. */
export interface ChokeCandidate {
  readonly key: number;
  /** It wants something that is here. */
  readonly interested: boolean;
  readonly unchoked: boolean;
  /** When that changed last. */
  readonly changed: number;
  readonly connectedAt: number;
  /** What it sends us. */
  readonly downRate: number;
  /** What it takes of us. */
  readonly upRate: number;
  /** It owes us blocks and sends none. */
  readonly snubs: boolean;
}

/** How {@linkcode Choker.choose} is to choose. */
export interface ChokeTerms {
  readonly slots: number;
  /** Nothing is left to download: the fastest takers are served, not those who give. */
  readonly seeding: boolean;
  /** Milliseconds. */
  readonly now: number;
}

/** Of so many slots one is optimistic; at least one is, in all. */
const OPTIMISTIC_SHARE = 5;

/** Milliseconds that a peer is served by a seed before one that waits may take its place. */
const TURN = 30_000;

/**
 * Decides whom to serve (BEP 3, "choking"): those who give most while we download; while we seed,
 * the fastest takers, and in turns those who wait longest. Some slots go to others by chance for 30
 * seconds, newcomers being three times as likely.
 *
 * Invariant: at most `slots` interested peers are chosen; with no more than that, all of them are.
 */
export class Choker {
  readonly #random: Random;
  #optimistic = new Set<number>();
  #chosenAt = -Infinity;

  constructor(random: Random) {
    this.#random = random;
  }

  /** The keys of the interested peers that are to be served. */
  choose(candidates: readonly ChokeCandidate[], terms: ChokeTerms): Set<number> {
    const interested = candidates.filter((peer) => peer.interested);
    if (interested.length <= terms.slots) return new Set(interested.map((peer) => peer.key));
    const optimistic = Math.max(1, Math.floor(terms.slots / OPTIMISTIC_SHARE));
    const ranked = terms.seeding ? byTaking(interested, terms.now) : byGiving(interested);
    const chosen = new Set(ranked.slice(0, terms.slots - optimistic).map((peer) => peer.key));
    for (const key of this.#chances(interested, chosen, optimistic, terms.now)) chosen.add(key);
    for (const peer of ranked) if (chosen.size < terms.slots) chosen.add(peer.key);
    return chosen;
  }

  /** Peers by chance out of those that are not chosen; the same ones for 30 seconds. */
  #chances(
    interested: readonly ChokeCandidate[],
    chosen: ReadonlySet<number>,
    many: number,
    now: number,
  ): Set<number> {
    const others = interested.filter((peer) => !chosen.has(peer.key));
    if (now - this.#chosenAt >= OPTIMISTIC_INTERVAL) {
      this.#optimistic.clear();
      this.#chosenAt = now;
    }
    const next = new Set<number>();
    for (const { key } of others) {
      if (this.#optimistic.has(key) && next.size < many) next.add(key);
    }
    let tickets = others.flatMap(({ key, connectedAt }) =>
      next.has(key) ? [] : now - connectedAt < NEWCOMER_AGE ? [key, key, key] : [key]
    );
    while (next.size < many && tickets.length > 0) {
      const drawn = tickets[below(this.#random, tickets.length)]!;
      next.add(drawn);
      tickets = tickets.filter((key) => key !== drawn);
    }
    this.#optimistic = next;
    return next;
  }
}

function byGiving(peers: readonly ChokeCandidate[]): ChokeCandidate[] {
  const score = (peer: ChokeCandidate) => peer.snubs ? -1 : peer.downRate;
  return peers.toSorted((a, b) => score(b) - score(a) || a.key - b.key);
}

/** Those in their turn first, the fastest of them in front; then those who wait longest. */
function byTaking(peers: readonly ChokeCandidate[], now: number): ChokeCandidate[] {
  const inTurn = (peer: ChokeCandidate) => peer.unchoked && now - peer.changed < TURN;
  return peers.toSorted((a, b) => {
    if (inTurn(a) !== inTurn(b)) return inTurn(a) ? -1 : 1;
    if (inTurn(a)) return b.upRate - a.upRate || a.key - b.key;
    if (a.unchoked !== b.unchoked) return a.unchoked ? 1 : -1;
    return a.unchoked ? b.upRate - a.upRate || a.key - b.key : a.changed - b.changed;
  });
}
