import { OldestKeys } from "./oldest_keys.ts";

/** Pairs that are remembered; the one not told for longest is forgotten first. */
const MAX_PAIRS = 10_000;

/** Of so many peers of the smaller swarm, one has to tell that it is the larger one's, too. */
const PEERS_PER_TELLER = 10;

/**
 * Who says that two swarms, each known by one hash, are one torrent's. Nobody can prove it, so the
 * word of one is enough for small swarms only: a liar could make two large swarms one, and their
 * peers would be told of others that are of no use.
 */
export class PairClaims {
  readonly #tellers = new Map<string, Set<string>>();
  readonly #oldest = new OldestKeys(this.#tellers);

  /**
   * Notes what one says.
   *
   * @param pair The same text for the same pair.
   * @param teller Who says it, the same text for one who could pretend to be many.
   * @param peers Peers of the smaller swarm.
   * @returns Whether enough have said so.
   */
  told(pair: string, teller: string, peers: number): boolean {
    const tellers = this.#tellers.get(pair) ?? new Set();
    tellers.add(teller);
    this.#tellers.delete(pair);
    if (tellers.size * PEERS_PER_TELLER >= peers) return true;
    this.#tellers.set(pair, tellers);
    if (this.#tellers.size > MAX_PAIRS) this.#tellers.delete(this.#oldest.next());
    return false;
  }
}
