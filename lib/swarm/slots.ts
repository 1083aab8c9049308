import { type ChokeCandidate, Choker } from "./choker.ts";
import type { SwarmContext } from "./context.ts";
import { LEAST_SLOTS, MOST_SLOTS, SLOT_RATE, SPREAD_SLOTS } from "./defaults.ts";
import type { Peer } from "./peer_state.ts";
import type { Spread } from "./spread.ts";
import type { Uploads } from "./uploads.ts";

/**
 * Chokes and unchokes peers: by the choker's choice every ten seconds, and at once when there is a
 * free slot for one that is interested.
 *
 * Invariant: between two choices, interested peers that are not choked are at most as many as there
 * are slots, but for those that became interested while they were not choked.
 */
export class UploadSlots {
  readonly #context: SwarmContext;
  readonly #uploads: Uploads;
  readonly #spread: Spread;
  readonly #choker: Choker;

  constructor(context: SwarmContext, uploads: Uploads, spread: Spread) {
    this.#context = context;
    this.#uploads = uploads;
    this.#spread = spread;
    this.#choker = new Choker(context.random);
  }

  /** How many peers may be served at a time. */
  get slots(): number {
    const { options, up, now } = this.#context;
    const fed = Math.ceil(up.rate(now) / SLOT_RATE);
    const least = this.#spread.active ? SPREAD_SLOTS : LEAST_SLOTS;
    return options.uploadSlots ?? Math.max(least, Math.min(MOST_SLOTS, fed));
  }

  /** How many slots nobody has. */
  get free(): number {
    let taken = 0;
    for (const { interested, amChoking } of this.#context.peers.values()) {
      if (interested && !amChoking) taken++;
    }
    return this.slots - taken;
  }

  /** Gives free slots to those who wait for one, the longest first. */
  fill(): void {
    const waiting = [...this.#context.peers.values()].filter((peer) =>
      peer.interested && peer.amChoking
    );
    if (waiting.length === 0) return;
    waiting.sort((a, b) => a.chokeChanged - b.chokeChanged);
    for (const peer of waiting.slice(0, Math.max(0, this.free))) this.#unchoke(peer);
  }

  /** Chooses anew; to be called every ten seconds. */
  choose(): void {
    const { peers, now, isComplete } = this.#context;
    const chosen = this.#choker.choose(
      [...peers.values()].map((peer) => candidate(peer, now)),
      { slots: this.slots, seeding: isComplete, now },
    );
    // Those that are not interested stay as they are: they take nothing.
    for (const peer of [...peers.values()]) {
      if (peer.interested && !peer.amChoking && !chosen.has(peer.key)) this.#choke(peer);
    }
    for (const peer of [...peers.values()]) {
      if (peer.amChoking && chosen.has(peer.key)) this.#unchoke(peer);
    }
  }

  #choke(peer: Peer): void {
    peer.amChoking = true;
    peer.chokeChanged = this.#context.now;
    this.#context.send(peer, { kind: "choke" });
    this.#uploads.choked(peer);
  }

  #unchoke(peer: Peer): void {
    // First, so that it knows what to ask for.
    this.#spread.feed(peer);
    peer.amChoking = false;
    peer.chokeChanged = this.#context.now;
    this.#context.send(peer, { kind: "unchoke" });
  }
}

function candidate(peer: Peer, now: number): ChokeCandidate {
  return {
    key: peer.key,
    interested: peer.interested,
    unchoked: !peer.amChoking,
    changed: peer.chokeChanged,
    connectedAt: peer.connectedAt,
    downRate: peer.down.rate(now),
    upRate: peer.upload.meter.rate(now),
    snubs: peer.requests.snubbed,
  };
}
