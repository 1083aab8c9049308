import { type InfoHash, truncated } from "../base/ids.ts";
import { addressGroup, addressKind } from "../base/ip.ts";
import { TrackerError } from "./errors.ts";
import { PairClaims } from "./pair_claims.ts";
import { countsOf, hashesOf, listed, recordOf, type Share } from "./share.ts";
import type {
  ListedShare,
  ShareAnnounce,
  ShareRecord,
  SharesOptions,
  SwarmAnswer,
  SwarmCounts,
} from "./share_types.ts";
import { Swarm, type SwarmLimits, type SwarmPeer } from "./swarm.ts";

/** Shares in all, so that memory stays bounded. */
export const MAX_SHARES = 1_000_000;

/** Peers of all shares together. */
const MAX_SWARM_PEERS = 2_000_000;

/**
 * Who announces which share by its info-hashes. Driven by calls with the time handed in.
 *
 * Invariants: no share is without a peer; every share stands in `#byHash` under each of its hashes
 * that no older share holds, under one at least, and in `#byName` under its name, if it has one.
 */
export class Shares {
  readonly #options: SharesOptions;
  readonly #all = new Set<Share>();
  readonly #byHash = new Map<InfoHash, Share>();
  readonly #byName = new Map<string, Set<Share>>();
  readonly #claims = new PairClaims();
  #order = 1;
  #peers = 0;
  #seeds = 0;

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

  /** How many of them have everything. */
  get seeds(): number {
    return this.#seeds;
  }

  /**
   * Notes what a peer tells, and tells it of others; seeds are not told of seeds.
   *
   * Two hashes that were announced apart are one share once enough say so ({@linkcode PairClaims}).
   * Until then a peer that names both joins the share of each, so that a lie about a pair takes
   * nobody's peers away.
   *
   * @throws {TrackerError} `name_full` or `full`; nothing has changed then.
   */
  announce(announce: ShareAnnounce, now: number): SwarmAnswer {
    const shares = this.#sharesOf(announce, now);
    const { host, port, numwant } = announce;
    if (announce.stopped) {
      for (const share of shares) this.#count(share, () => share.swarm.remove(host, port));
      return { ...countsOf(shares[0]), peers: [] };
    }
    if (shares.length === 0) shares.push(this.#create(announce, now));
    for (const share of shares) this.#put(share, announce, now);
    const found = new Map<string, SwarmPeer>();
    for (const { swarm } of shares) {
      for (const peer of swarm.sample(numwant - found.size, this.#options.random, announce)) {
        found.set(`${peer.host} ${peer.port}`, peer);
      }
    }
    return { ...countsOf(shares[0]), peers: [...found.values()] };
  }

  /** The counts of a share, by the 20 bytes that clients tell; undefined when there is none. */
  scrape(hash: InfoHash, now: number): SwarmCounts | undefined {
    const share = this.#byHash.get(hash);
    if (!share) return undefined;
    this.#expire(share, now);
    return share.swarm.size > 0 ? countsOf(share) : undefined;
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
      ? (share: Share) => share.name?.startsWith(begin.prefix) ?? false
      : (share: Share) =>
        (share.v1?.startsWith(begin.hash) || share.v2?.startsWith(begin.hash)) ?? false;
    const whole = "hash" in begin && begin.hash.length >= 40
      ? this.#byHash.get(begin.hash.slice(0, 40) as InfoHash)
      : undefined;
    return this.#records(whole ? [whole] : this.#all, matches, after, most, now);
  }

  /**
   * All shares, those without a name among them, in the order of their first announce.
   *
   * @param text What name or hash must contain, the name in any case; empty: all.
   * @param after The `order` after which to begin.
   */
  list(text: string, after: number, most: number, now: number): ListedShare[] {
    const wanted = text.toLowerCase();
    const matches = ({ name, v1, v2, hash }: Share) =>
      [name?.toLowerCase(), v1, v2, hash].some((one) => one?.includes(wanted));
    return this.#living(this.#all, matches, after, most, now).map(listed);
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
    const named = (share: Share) => share.name !== undefined && matches(share);
    return this.#living(shares, named, after, most, now).map(recordOf);
  }

  #living(
    shares: Iterable<Share>,
    matches: (share: Share) => boolean,
    after: number,
    most: number,
    now: number,
  ): Share[] {
    const found: Share[] = [];
    for (const share of shares) {
      if (found.length === most) break;
      if (share.order <= after || !matches(share)) continue;
      this.#expire(share, now);
      if (share.swarm.size > 0) found.push(share);
    }
    return found;
  }

  #sharesOf(announce: ShareAnnounce, now: number): Share[] {
    const found = new Set<Share>();
    const told = hashesOf(announce);
    for (const hash of told) {
      const share = this.#byHash.get(hash);
      if (!share) continue;
      this.#expire(share, now);
      if (this.#all.has(share)) found.add(share);
    }
    const [share, other] = found;
    if (!share || announce.stopped) return [...found];
    if (other && !this.#areOne(share, other, told, announce)) return [...found];
    const one = other ? this.#merge(share, other) : share;
    this.#learn(one, announce);
    return [one];
  }

  /** Whether two shares are told to be one, enough say so, and neither has another hash beside it. */
  #areOne(
    share: Share,
    other: Share,
    told: readonly InfoHash[],
    { host, port }: ShareAnnounce,
  ): boolean {
    const all = [...hashesOf(share), ...hashesOf(other)];
    if (!all.every((hash) => told.includes(hash))) return false;
    const teller = addressKind(host) === "loopback" ? `${host} ${port}` : addressGroup(host);
    const peers = Math.min(share.swarm.size, other.swarm.size);
    return this.#claims.told(told.join(" "), teller, peers);
  }

  /** Makes two shares the older one of them, with the peers of both. */
  #merge(share: Share, other: Share): Share {
    const [older, younger] = share.order < other.order ? [share, other] : [other, share];
    const swarm = new Swarm();
    const both = [...older.swarm.all(), ...younger.swarm.all()].sort((a, b) => a.seen - b.seen);
    const unlimited: SwarmLimits = { peers: Infinity, ports: Infinity };
    for (const { peer, seen } of both) swarm.put(peer, seen, unlimited);
    this.#count(younger, () => younger.swarm = new Swarm());
    this.#count(older, () => older.swarm = swarm);
    older.completed += younger.completed;
    if (younger.name !== undefined) this.#learn(older, { name: younger.name, size: younger.size });
    return older;
  }

  /** Notes what one tells of a share and nobody told before; the first who does is believed. */
  #learn(share: Share, told: Pick<ShareAnnounce, "v1" | "v2" | "name" | "size">): void {
    share.v1 ??= told.v1;
    share.v2 ??= told.v2;
    const { v1, v2, hash } = share;
    if (hash === v1 || (v2 !== undefined && hash === truncated(v2))) share.hash = undefined;
    this.#index(share);
    if (share.name !== undefined || told.name === undefined) return;
    share.name = told.name;
    share.size = told.size ?? 0;
    const named = this.#byName.get(told.name);
    if (named) named.add(share);
    else this.#byName.set(told.name, new Set([share]));
  }

  #create(announce: ShareAnnounce, now: number): Share {
    if (this.#all.size >= MAX_SHARES || this.#peers >= MAX_SWARM_PEERS) {
      throw new TrackerError("full", "The tracker is full, try later");
    }
    const share: Share = {
      order: this.#order++,
      name: undefined,
      size: 0,
      v1: undefined,
      v2: undefined,
      hash: announce.hash,
      firstSeen: now,
      completed: 0,
      swarm: new Swarm(),
    };
    this.#all.add(share);
    this.#learn(share, announce);
    return share;
  }

  #put(share: Share, announce: ShareAnnounce, now: number): void {
    const { maxPeersPerSwarm, maxPortsPerAddress } = this.#options;
    const { host, port, peerId, left, classic } = announce;
    const free = addressKind(host) === "loopback";
    const limits = { peers: maxPeersPerSwarm, ports: free ? Infinity : maxPortsPerAddress };
    const peer = { host, port, peerId, seed: left === 0, classic };
    this.#count(share, () => {
      const before = share.swarm.put(peer, now, limits);
      if (announce.completed && peer.seed && !before?.seed) share.completed++;
    });
  }

  #index(share: Share): void {
    for (const hash of hashesOf(share)) {
      if (!this.#byHash.has(hash)) this.#byHash.set(hash, share);
    }
  }

  #expire(share: Share, now: number): void {
    this.#count(share, () => share.swarm.expire(now - this.#options.ttlMs));
  }

  /** Keeps the numbers of peers right over a change of one share, which goes with its last one. */
  #count(share: Share, change: () => void): void {
    const { size, seeds } = share.swarm;
    try {
      change();
    } finally {
      this.#peers += share.swarm.size - size;
      this.#seeds += share.swarm.seeds - seeds;
      this.#forgetIfEmpty(share);
    }
  }

  #forgetIfEmpty(share: Share): void {
    if (share.swarm.size > 0 || !this.#all.delete(share)) return;
    for (const hash of hashesOf(share)) {
      if (this.#byHash.get(hash) === share) this.#byHash.delete(hash);
    }
    if (share.name === undefined) return;
    const named = this.#byName.get(share.name)!;
    named.delete(share);
    if (named.size === 0) this.#byName.delete(share.name);
  }
}
