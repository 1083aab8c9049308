import { type InfoHash, type InfoHashV2, type PeerId, truncated } from "../base/ids.ts";
import { addressKind } from "../base/ip.ts";
import type { Random } from "../base/random.ts";
import { TrackerError } from "./errors.ts";
import { Swarm, type SwarmPeer } from "./swarm.ts";

/** What a peer tells of one share; `left` 0: it has everything. */
export interface ShareAnnounce {
  /** One of the two hashes is always there. */
  readonly v1?: InfoHash;
  readonly v2?: InfoHashV2;
  readonly name: string;
  readonly size: number;
  /** The address that the connection came from, and the port that was named. */
  readonly host: string;
  readonly port: number;
  readonly peerId: PeerId;
  readonly left: number;
  readonly stopped: boolean;
  /** Whether it has everything and serves downloaders of the original protocol. */
  readonly classic: boolean;
  /** Peers wanted in the answer. */
  readonly numwant: number;
}

/** What a peer is told. */
export interface SwarmAnswer {
  readonly seeders: number;
  readonly leechers: number;
  readonly peers: readonly SwarmPeer[];
}

/** A share that somebody announces. */
export interface ShareRecord {
  /** Grows with every new share: where the next page goes on. */
  readonly order: number;
  readonly name: string;
  readonly size: number;
  readonly v1?: InfoHash;
  readonly v2?: InfoHashV2;
  readonly seeders: number;
  readonly leechers: number;
  /** When it was first announced, monotonic milliseconds. */
  readonly firstSeen: number;
}

/** Limits of {@linkcode Shares}; times are milliseconds. */
export interface SharesOptions {
  /** A peer that does not announce again for so long is gone. */
  readonly ttlMs: number;
  readonly maxPeersPerSwarm: number;
  /** Ports of one address in one swarm; the oldest leaves for the next. Loopback is free. */
  readonly maxPortsPerAddress: number;
  readonly random: Random;
}

/** Shares in all, so that memory stays bounded. */
export const MAX_SHARES = 1_000_000;

/** Peers of all shares together. */
const MAX_SWARM_PEERS = 2_000_000;

interface Share {
  readonly order: number;
  readonly name: string;
  readonly size: number;
  v1: InfoHash | undefined;
  v2: InfoHashV2 | undefined;
  readonly firstSeen: number;
  readonly swarm: Swarm;
}

/**
 * Who announces which share by its info-hashes. Driven by calls with the time handed in.
 *
 * Invariants: no share is without a peer; every share stands in `#byHash` under each of its hashes
 * that no older share holds, under one at least, and in `#byName` under its name.
 */
export class Shares {
  readonly #options: SharesOptions;
  readonly #all = new Set<Share>();
  readonly #byHash = new Map<InfoHash, Share>();
  readonly #byName = new Map<string, Set<Share>>();
  #order = 1;
  #peers = 0;

  constructor(options: SharesOptions) {
    this.#options = options;
  }

  /** How many shares somebody announces. */
  get size(): number {
    return this.#all.size;
  }

  /** How many peers there are, over all shares. */
  get peers(): number {
    return this.#peers;
  }

  /**
   * Notes what a peer tells, and tells it of others; seeds are not told of seeds.
   *
   * Nobody can prove that two hashes are one torrent's, so a peer that names both joins the share
   * of each where they differ, and a lie about a pair takes nobody's peers away.
   *
   * @throws {TrackerError} `name_full` or `full`; nothing has changed then.
   */
  announce(announce: ShareAnnounce, now: number): SwarmAnswer {
    const shares = this.#sharesOf(announce, now);
    if (announce.stopped) {
      for (const share of shares) {
        this.#count(share, () => share.swarm.remove(announce.host, announce.port));
        this.#forgetIfEmpty(share);
      }
      return { seeders: 0, leechers: 0, peers: [] };
    }
    if (shares.length === 0) shares.push(this.#create(announce, now));
    const { maxPeersPerSwarm, maxPortsPerAddress, random } = this.#options;
    const free = addressKind(announce.host) === "loopback";
    const limits = { peers: maxPeersPerSwarm, ports: free ? Infinity : maxPortsPerAddress };
    const { host, port, peerId, left, classic } = announce;
    const peer = { host, port, peerId, seed: left === 0, classic };
    for (const share of shares) {
      this.#count(
        share,
        () => share.swarm.put(peer, now, limits),
      );
    }
    const found = new Map<string, SwarmPeer>();
    for (const { swarm } of shares) {
      const wanted = announce.numwant - found.size;
      for (const peer of swarm.sample(wanted, random, announce)) {
        found.set(`${peer.host} ${peer.port}`, peer);
      }
    }
    const [first] = shares;
    return {
      seeders: first!.swarm.seeds,
      leechers: first!.swarm.leechers,
      peers: [...found.values()],
    };
  }

  /** Who serves a name by the original protocol; those heard of last first. */
  classicOf(
    name: string,
    most: number,
    now: number,
    usable: (host: string) => boolean,
  ): { host: string; port: number; seen: number }[] {
    const found = [...this.#byName.get(name) ?? []].flatMap((share) => {
      this.#expire(share, now);
      return share.swarm.newestClassic(most, usable);
    });
    return found.sort((a, b) => b.seen - a.seen).slice(0, most);
  }

  /**
   * Shares of a name, in the order of their first announce.
   *
   * @param after The `order` after which to begin.
   */
  named(name: string, after: number, most: number, now: number): ShareRecord[] {
    return this.#records(this.#byName.get(name) ?? [], () => true, after, most, now);
  }

  /** Shares whose name begins so, or whose hash does; as {@linkcode named}. */
  matching(
    begin: { readonly prefix: string } | { readonly hash: string },
    after: number,
    most: number,
    now: number,
  ): ShareRecord[] {
    const matches = "prefix" in begin
      ? (share: Share) => share.name.startsWith(begin.prefix)
      : (share: Share) =>
        (share.v1?.startsWith(begin.hash) || share.v2?.startsWith(begin.hash)) ?? false;
    const whole = "hash" in begin && begin.hash.length >= 40
      ? this.#byHash.get(begin.hash.slice(0, 40) as InfoHash)
      : undefined;
    return this.#records(whole ? [whole] : this.#all, matches, after, most, now);
  }

  /** Lets all leave that were not heard of in time; to be called now and then. */
  expire(now: number): void {
    for (const share of this.#all) this.#expire(share, now);
  }

  #records(
    shares: Iterable<Share>,
    matches: (share: Share) => boolean,
    after: number,
    most: number,
    now: number,
  ): ShareRecord[] {
    const found: ShareRecord[] = [];
    for (const share of shares) {
      if (found.length === most) break;
      if (share.order <= after || !matches(share)) continue;
      this.#expire(share, now);
      if (share.swarm.size > 0) found.push(recordOf(share));
    }
    return found;
  }

  #sharesOf({ v1, v2 }: ShareAnnounce, now: number): Share[] {
    const hashes = [
      ...(v2 === undefined ? [] : [truncated(v2)]),
      ...(v1 === undefined ? [] : [v1]),
    ];
    const found = new Set<Share>();
    for (const hash of hashes) {
      const share = this.#byHash.get(hash);
      if (!share) continue;
      this.#expire(share, now);
      if (this.#all.has(share)) found.add(share);
    }
    const [share] = found;
    if (share) {
      // A share that was known by one hash only is known by the other from now on.
      share.v1 ??= v1;
      share.v2 ??= v2;
      this.#index(share);
    }
    return [...found];
  }

  #create({ v1, v2, name, size }: ShareAnnounce, now: number): Share {
    if (this.#all.size >= MAX_SHARES || this.#peers >= MAX_SWARM_PEERS) {
      throw new TrackerError("full", "The tracker is full, try later");
    }
    const swarm = new Swarm();
    const share: Share = { order: this.#order++, name, size, v1, v2, firstSeen: now, swarm };
    this.#all.add(share);
    this.#index(share);
    const named = this.#byName.get(name);
    if (named) named.add(share);
    else this.#byName.set(name, new Set([share]));
    return share;
  }

  #index(share: Share): void {
    const { v1, v2 } = share;
    for (const hash of [v1, v2 === undefined ? undefined : truncated(v2)]) {
      if (hash !== undefined && !this.#byHash.has(hash)) this.#byHash.set(hash, share);
    }
  }

  #expire(share: Share, now: number): void {
    this.#count(share, () => share.swarm.expire(now - this.#options.ttlMs));
    this.#forgetIfEmpty(share);
  }

  /** Keeps the number of peers right over a change of one share. */
  #count(share: Share, change: () => void): void {
    const before = share.swarm.size;
    try {
      change();
    } finally {
      this.#peers += share.swarm.size - before;
      this.#forgetIfEmpty(share);
    }
  }

  #forgetIfEmpty(share: Share): void {
    if (share.swarm.size > 0 || !this.#all.delete(share)) return;
    const { v1, v2, name } = share;
    for (const hash of [v1, v2 === undefined ? undefined : truncated(v2)]) {
      if (hash !== undefined && this.#byHash.get(hash) === share) this.#byHash.delete(hash);
    }
    const named = this.#byName.get(name)!;
    named.delete(share);
    if (named.size === 0) this.#byName.delete(name);
  }
}

function recordOf({ order, name, size, v1, v2, firstSeen, swarm }: Share): ShareRecord {
  return {
    order,
    name,
    size,
    ...(v1 === undefined ? {} : { v1 }),
    ...(v2 === undefined ? {} : { v2 }),
    seeders: swarm.seeds,
    leechers: swarm.leechers,
    firstSeen,
  };
}
