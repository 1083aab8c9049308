import { addressGroup, addressKind } from "../base/ip.ts";
import { TrackerError } from "./errors.ts";

/** A peer that has a share, where it was registered from. */
export interface RegisteredPeer {
  readonly host: string;
  readonly port: number;
  /** When it was registered last, monotonic milliseconds. */
  readonly seen: number;
  /** Grows with every first registration: sorts peers by age. */
  readonly order: number;
}

/** Limits of a {@linkcode ClassicPeers}; times are milliseconds. */
export interface ClassicOptions {
  readonly ttlMs: number;
  readonly maxPeersPerName: number;
  /** Ports of one address for one name; the oldest leaves for the next. Loopback is free. */
  readonly maxPortsPerAddress: number;
}

/** Registrations in all, so that memory stays bounded. */
export const MAX_PEERS = 1_000_000;

/** Registrations of one address group in all; loopback is free. */
export const MAX_PEERS_PER_GROUP = 10_000;

/** Names that are looked at in one go for those whose time is over: a few milliseconds. */
const NAMES_AT_ONCE = 20_000;

/** Registrations that trackers heard within so many milliseconds of each other count as of one time. */
const SAME_MS = 5_000;

/** The peers of one name, least recently registered first. */
class Swarm extends Map<string, RegisteredPeer> {
  /** When one was registered last. */
  newest = -Infinity;
}

/**
 * Who registered which name by the original protocol. Driven by calls with the time handed in.
 *
 * Invariants: no swarm is empty; `#total` is the sum of the swarms' sizes; within a swarm peers
 * stand in the order of `seen`, so those that expire stand first.
 */
export class ClassicPeers {
  readonly #options: ClassicOptions;
  readonly #swarms = new Map<string, Swarm>();
  readonly #groups = new Map<string, number>();
  /** The names that are still to be looked at. */
  #sweep: Iterator<string> | undefined;
  #total = 0;
  #order = 0;

  constructor(options: ClassicOptions) {
    this.#options = options;
  }

  /** How many names somebody has. */
  get names(): number {
    return this.#swarms.size;
  }

  /** How many registrations there are, over all names. */
  get peers(): number {
    return this.#total;
  }

  /**
   * Notes that a peer has a share; a second time only renews it.
   *
   * @throws {TrackerError} when a limit is reached; nothing has changed then.
   */
  register(name: string, host: string, port: number, now: number): void {
    const free = addressKind(host) === "loopback";
    const group = addressGroup(host);
    const swarm = this.#liveSwarm(name, now) ?? new Swarm();
    const key = `${host} ${port}`;
    const known = swarm.get(key);
    swarm.newest = Math.max(swarm.newest, now);
    if (known) {
      swarm.delete(key);
      swarm.set(key, { ...known, seen: now });
      return;
    }
    const replaced = free ? undefined : this.#oldestOverLimit(swarm, host);
    if (replaced === undefined) this.#checkRoom(swarm, free, group);
    else this.#drop(swarm, replaced);
    swarm.set(key, { host, port, seen: now, order: this.#order++ });
    this.#swarms.set(name, swarm);
    this.#count(group, 1);
  }

  /**
   * Notes what another tracker heard: who was registered here later stays as it is.
   *
   * @param seen When it was registered there; not later than now.
   * @throws {TrackerError} as {@linkcode register}.
   */
  merge(name: string, host: string, port: number, seen: number, now: number): void {
    if (now - seen >= this.#options.ttlMs) return;
    const swarm = this.#liveSwarm(name, now);
    const newest = swarm?.newest ?? -Infinity;
    // Nearly the newest is the newest: a name that many register is not sorted for each of them.
    const when = newest - seen < SAME_MS ? Math.max(newest, seen) : seen;
    if ((swarm?.get(`${host} ${port}`)?.seen ?? -Infinity) >= when - SAME_MS) return;
    this.register(name, host, port, when);
    if (swarm && when < newest) sort(swarm);
  }

  /**
   * The peers that have a share.
   *
   * @param most The most to return; those registered or renewed last win.
   * @param usable Who is of use to the asker; the others are left out before any are counted.
   * @returns Peers, the one registered or renewed last first.
   */
  find(
    name: string,
    most: number,
    now: number,
    usable: (host: string) => boolean = () => true,
  ): RegisteredPeer[] {
    const swarm = [...this.#liveSwarm(name, now)?.values() ?? []];
    return swarm.filter(({ host }) => usable(host)).slice(-most).reverse();
  }

  /** How long a registration lasts. */
  get ttlMs(): number {
    return this.#options.ttlMs;
  }

  /** All registrations, those of a name together, the oldest first; some may come and go in between. */
  *all(): Generator<{ name: string; host: string; port: number; seen: number }, void> {
    for (const [name, swarm] of this.#swarms) {
      yield* [...swarm.values()].map(({ host, port, seen }) => ({ name, host, port, seen }));
    }
  }

  /**
   * Lets those leave that were not renewed in time, of so many names that it takes little time; to be
   * called now and then.
   *
   * @returns Whether all names have been looked at.
   */
  expire(now: number): boolean {
    const names = this.#sweep ??= this.#swarms.keys();
    for (let n = 0; n < NAMES_AT_ONCE; n++) {
      const { value, done } = names.next();
      if (done) {
        this.#sweep = undefined;
        return true;
      }
      this.#liveSwarm(value, now);
    }
    return false;
  }

  /** The swarm of a name after all have left it that were not renewed in time, unless all have. */
  #liveSwarm(name: string, now: number): Swarm | undefined {
    const swarm = this.#swarms.get(name);
    if (!swarm) return undefined;
    for (const [key, peer] of swarm) {
      if (now - peer.seen < this.#options.ttlMs) return swarm;
      this.#drop(swarm, key);
    }
    this.#swarms.delete(name);
    return undefined;
  }

  #checkRoom(swarm: Swarm, free: boolean, group: string): void {
    if (swarm.size >= this.#options.maxPeersPerName) {
      throw new TrackerError("name_full", "This name has as many peers as the tracker keeps");
    }
    if (this.#total >= MAX_PEERS) throw new TrackerError("full", "The tracker is full, try later");
    if (!free && (this.#groups.get(group) ?? 0) >= MAX_PEERS_PER_GROUP) {
      throw new TrackerError("too_many_names", "Your address has registered too many names");
    }
  }

  #oldestOverLimit(swarm: Swarm, host: string): string | undefined {
    let count = 0;
    let oldest: string | undefined;
    for (const [key, peer] of swarm) {
      if (peer.host !== host) continue;
      oldest ??= key;
      count++;
    }
    return count >= this.#options.maxPortsPerAddress ? oldest : undefined;
  }

  #drop(swarm: Swarm, key: string): void {
    const peer = swarm.get(key)!;
    swarm.delete(key);
    this.#count(addressGroup(peer.host), -1);
  }

  #count(group: string, change: 1 | -1): void {
    this.#total += change;
    const count = (this.#groups.get(group) ?? 0) + change;
    if (count === 0) this.#groups.delete(group);
    else this.#groups.set(group, count);
  }
}

/** Puts the one registered longest ago first. */
function sort(swarm: Swarm): void {
  const peers = [...swarm].sort(([, a], [, b]) => a.seen - b.seen);
  swarm.clear();
  for (const [key, peer] of peers) swarm.set(key, peer);
}
