import type { PeerId } from "../base/ids.ts";
import { isIpv4 } from "../base/ip.ts";
import { below, type Random } from "../base/random.ts";
import { TrackerError } from "./errors.ts";
import type { Families } from "./share_types.ts";

/** A peer of a swarm. */
export interface SwarmPeer {
  readonly host: string;
  readonly port: number;
  readonly peerId: PeerId;
  /** Whether it has everything. */
  readonly seed: boolean;
  /** Whether it serves downloaders of the original protocol. */
  readonly classic: boolean;
}

/** How much a swarm holds. */
export interface SwarmLimits {
  readonly peers: number;
  /** Ports of one address. */
  readonly ports: number;
}

/** Who asks for peers. */
interface Asker {
  readonly host: string;
  readonly port: number;
  readonly left: number;
  readonly families?: Families;
}

interface Entry {
  peer: SwarmPeer;
  /** Monotonic milliseconds. */
  seen: number;
  /** Where it stands in the list that is drawn from. */
  place: number;
}

/** Peers that are looked at for one that is wanted, where seeds are not told of seeds. */
const TRIES = 4;

/**
 * The peers of one share.
 *
 * Invariants: `#entries` is in the order of `seen`; `#list` holds the same entries, each at its
 * `place`, so that drawing one by chance takes the same time in a swarm of any size.
 */
export class Swarm {
  readonly #entries = new Map<string, Entry>();
  readonly #list: Entry[] = [];
  #seeds = 0;

  /** How many peers there are. */
  get size(): number {
    return this.#list.length;
  }

  get seeds(): number {
    return this.#seeds;
  }

  get leechers(): number {
    return this.#list.length - this.#seeds;
  }

  /**
   * Notes a peer, or that it is still there.
   *
   * @returns What was known of it.
   * @throws {TrackerError} `name_full`; nothing has changed then.
   */
  put(peer: SwarmPeer, now: number, limits: SwarmLimits): SwarmPeer | undefined {
    const key = keyOf(peer.host, peer.port);
    const known = this.#entries.get(key);
    if (known) {
      const before = known.peer;
      this.#seeds += Number(peer.seed) - Number(before.seed);
      known.peer = peer;
      known.seen = now;
      this.#entries.delete(key);
      this.#entries.set(key, known);
      return before;
    }
    const replaced = Number.isFinite(limits.ports) ? this.#overLimit(peer.host, limits) : undefined;
    if (replaced) this.remove(replaced.host, replaced.port);
    else if (this.size >= limits.peers) {
      throw new TrackerError("name_full", "This share has as many peers as the tracker keeps");
    }
    const entry = { peer, seen: now, place: this.#list.length };
    this.#entries.set(key, entry);
    this.#list.push(entry);
    if (peer.seed) this.#seeds++;
    return undefined;
  }

  /** All peers with when they were heard of, in that order. */
  all(): Iterable<{ readonly peer: SwarmPeer; readonly seen: number }> {
    return this.#entries.values();
  }

  /** Forgets a peer, if it is known. */
  remove(host: string, port: number): void {
    const key = keyOf(host, port);
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#entries.delete(key);
    if (entry.peer.seed) this.#seeds--;
    const last = this.#list.pop()!;
    if (last === entry) return;
    last.place = entry.place;
    this.#list[entry.place] = last;
  }

  /** Forgets those that were heard of last at this moment or before. */
  expire(before: number): void {
    for (const { peer, seen } of this.#entries.values()) {
      if (seen > before) return;
      this.remove(peer.host, peer.port);
    }
  }

  /** Those that serve the original protocol, heard of last first. */
  newestClassic(
    most: number,
    usable: (host: string) => boolean,
  ): { host: string; port: number; seen: number }[] {
    return [...this.#entries.values()]
      .filter(({ peer }) => peer.classic && usable(peer.host))
      .slice(-most).reverse()
      .map(({ peer: { host, port }, seen }) => ({ host, port, seen }));
  }

  /**
   * Peers drawn by chance, every one as likely; never the asker, no seeds for a seed, and none of a
   * family that the asker cannot use.
   *
   * @param most The most to return.
   */
  sample(most: number, random: Random, asker: Asker): SwarmPeer[] {
    const found: SwarmPeer[] = [];
    const list = this.#list;
    // The drawn ones are swapped to the front, so that none is drawn twice.
    const tries = Math.min(list.length, (most + 1) * TRIES);
    for (let at = 0; at < tries && found.length < most; at++) {
      this.#swap(at, at + below(random, list.length - at));
      const { peer } = list[at]!;
      if (peer.host === asker.host && peer.port === asker.port) continue;
      if (asker.left === 0 && peer.seed) continue;
      if (!isOf(peer.host, asker.families)) continue;
      found.push(peer);
    }
    return found;
  }

  #swap(one: number, other: number): void {
    const [a, b] = [this.#list[one]!, this.#list[other]!];
    [this.#list[one], this.#list[other]] = [b, a];
    b.place = one;
    a.place = other;
  }

  #overLimit(host: string, limits: SwarmLimits): SwarmPeer | undefined {
    let count = 0;
    let oldest: SwarmPeer | undefined;
    for (const { peer } of this.#entries.values()) {
      if (peer.host !== host) continue;
      oldest ??= peer;
      count++;
    }
    return count >= limits.ports ? oldest : undefined;
  }
}

function isOf(host: string, families: Families = "both"): boolean {
  return families === "both" || (families === "ipv4") === isIpv4(host);
}

function keyOf(host: string, port: number): string {
  return `${host} ${port}`;
}
