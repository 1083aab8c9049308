import { addressGroup, addressKind, isIpv4 } from "../../lib/base/ip.ts";
import { PairClaims } from "../../lib/tracker/pair_claims.ts";
import { hashesOf } from "../../lib/tracker/share.ts";
import type { ShareAnnounce } from "../../lib/tracker/share_types.ts";

interface Peer {
  readonly host: string;
  readonly port: number;
  readonly seed: boolean;
  readonly classic: boolean;
  readonly seen: number;
  readonly ttl: number;
}

interface Share {
  readonly order: number;
  v1: string | undefined;
  v2: string | undefined;
  hash: string | undefined;
  name: string | undefined;
  size: number;
  completed: number;
  /** When the last peer left. */
  emptied: number;
  peers: Peer[];
}

/** Limits, as those of `Shares`. */
export interface NaiveLimits {
  readonly nameTtlMs: number;
  readonly maxPeersPerSwarm: number;
  readonly maxPortsPerAddress: number;
}

/** What an announce is answered with; of the peers as many as are wanted are told, whichever. */
export interface NaiveAnswer {
  readonly seeders: number;
  readonly leechers: number;
  readonly completed: number;
  readonly eligible: ReadonlySet<string>;
}

const nameOf = ({ host, port }: { host: string; port: number }) => `${host} ${port}`;

/** What `Shares` promises, done the plainest way: lists that are looked through from end to end. */
export class NaiveShares {
  readonly #limits: NaiveLimits;
  readonly #claims = new PairClaims();
  readonly #byHash = new Map<string, Share>();
  #all: Share[] = [];
  #order = 1;

  constructor(limits: NaiveLimits) {
    this.#limits = limits;
  }

  /** Shares with peers, in their order. */
  get living(): readonly Share[] {
    return this.#all.filter(({ peers }) => peers.length > 0);
  }

  /** @returns Undefined when the share is full. */
  announce(told: ShareAnnounce, now: number, ttl: number): NaiveAnswer | undefined {
    this.#leave(now);
    const shares = this.#sharesOf(told);
    if (told.stopped) {
      for (const share of shares) {
        if (share.peers.length === 0) continue;
        this.#keep(share, share.peers.filter((peer) => nameOf(peer) !== nameOf(told)), now);
      }
      return { ...countsOf(shares[0]), eligible: new Set() };
    }
    if (shares.length === 0) shares.push(this.#create(told));
    for (const share of shares) if (!this.#put(share, told, now, ttl)) return undefined;
    const eligible = shares.flatMap(({ peers }) => peers)
      .filter((peer) => nameOf(peer) !== nameOf(told) && !(told.left === 0 && peer.seed))
      .filter(({ host }) => (told.families ?? "both") === "both" || isOf(host, told.families!))
      .map(nameOf);
    return { ...countsOf(shares[0]), eligible: new Set(eligible) };
  }

  expire(now: number): void {
    this.#leave(now);
    for (const share of this.#all) {
      const { peers, emptied } = share;
      if (peers.length === 0 && emptied + this.#limits.nameTtlMs <= now) this.#forget(share);
    }
  }

  scrape(hash: string, now: number): Omit<NaiveAnswer, "eligible"> | undefined {
    this.#leave(now);
    const share = this.#byHash.get(hash);
    return share && share.peers.length > 0 ? countsOf(share) : undefined;
  }

  #leave(now: number): void {
    for (const share of this.#all) {
      if (share.peers.length === 0) continue;
      this.#keep(share, share.peers.filter(({ seen, ttl }) => seen + ttl > now), now);
    }
  }

  #keep(share: Share, peers: Peer[], now: number): void {
    share.peers = peers;
    share.emptied = now;
    if (peers.length === 0 && share.name === undefined) this.#forget(share);
  }

  #sharesOf(told: ShareAnnounce): Share[] {
    const found: Share[] = [];
    for (const hash of hashesOf(told)) {
      const share = this.#byHash.get(hash);
      if (!share || found.includes(share)) continue;
      if (share.peers.length === 0 && !told.stopped && isOther(share, told)) this.#forget(share);
      else found.push(share);
    }
    const [share, other] = found;
    if (!share || told.stopped) return found;
    if (other && !this.#areOne(share, other, told)) return found;
    const one = other ? this.#merge(share, other) : share;
    this.#learn(one, told);
    return [one];
  }

  #areOne(share: Share, other: Share, told: ShareAnnounce): boolean {
    const hashes: string[] = hashesOf(told);
    if (![share, other].flatMap(hashesIn).every((hash) => hashes.includes(hash))) return false;
    const free = addressKind(told.host) === "loopback";
    const teller = free ? nameOf(told) : addressGroup(told.host);
    const smaller = Math.min(share.peers.length, other.peers.length);
    return this.#claims.told(hashes.join(" "), teller, smaller);
  }

  #merge(share: Share, other: Share): Share {
    const [older, younger] = share.order < other.order ? [share, other] : [other, share];
    const both = [...older.peers, ...younger.peers];
    const last = (peer: Peer) =>
      both.filter((other) => nameOf(other) === nameOf(peer)).sort((a, b) => b.seen - a.seen)[0];
    older.peers = both.filter((peer) => last(peer) === peer);
    this.#forget(younger);
    older.completed += younger.completed;
    this.#learn(older, younger);
    return older;
  }

  #learn(share: Share, told: Partial<Pick<Share, "v1" | "v2" | "name" | "size">>): void {
    share.v1 ??= told.v1;
    share.v2 ??= told.v2;
    if (share.hash === share.v1 || share.hash === share.v2?.slice(0, 40)) share.hash = undefined;
    for (const hash of hashesIn(share)) {
      if (!this.#byHash.has(hash)) this.#byHash.set(hash, share);
    }
    if (share.name !== undefined || told.name === undefined) return;
    share.name = told.name;
    share.size = told.size ?? 0;
  }

  #create(told: ShareAnnounce): Share {
    const share: Share = {
      order: this.#order++,
      v1: undefined,
      v2: undefined,
      hash: told.hash,
      name: undefined,
      size: 0,
      completed: 0,
      emptied: 0,
      peers: [],
    };
    this.#all.push(share);
    this.#learn(share, told);
    return share;
  }

  #put(share: Share, told: ShareAnnounce, now: number, ttl: number): boolean {
    const { host, port, left } = told;
    const { maxPeersPerSwarm, maxPortsPerAddress } = this.#limits;
    const before = share.peers.find((peer) => nameOf(peer) === nameOf(told));
    if (!before) {
      const others = share.peers.filter((peer) => peer.host === host)
        .sort((a, b) => a.seen - b.seen || a.port - b.port);
      const limited = addressKind(host) !== "loopback" && maxPortsPerAddress < maxPeersPerSwarm;
      if (limited && others.length >= maxPortsPerAddress) {
        share.peers = share.peers.filter((peer) => peer !== others[0]);
      } else if (share.peers.length >= maxPeersPerSwarm) return false;
    }
    const seed = left === 0;
    const classic = told.classic ?? before?.classic ?? false;
    share.peers = share.peers.filter((peer) => peer !== before);
    share.peers.push({ host, port, seed, classic: seed && classic, seen: now, ttl });
    if (told.completed && seed && !before?.seed) share.completed++;
    return true;
  }

  #forget(share: Share): void {
    this.#all = this.#all.filter((one) => one !== share);
    for (const hash of hashesIn(share)) {
      if (this.#byHash.get(hash) === share) this.#byHash.delete(hash);
    }
  }
}

function hashesIn({ v1, v2, hash }: Share): string[] {
  return [v2?.slice(0, 40), v1, hash].filter((one) => one !== undefined);
}

function countsOf(share: Share | undefined): Omit<NaiveAnswer, "eligible"> {
  const { peers = [], completed = 0 } = share ?? {};
  const seeders = peers.filter(({ seed }) => seed).length;
  return { seeders, leechers: peers.length - seeders, completed };
}

function isOf(host: string, family: "both" | "ipv4" | "ipv6"): boolean {
  return (family === "ipv4") === isIpv4(host);
}

function isOther({ v1, v2, name, size }: Share, told: ShareAnnounce): boolean {
  return (told.v1 !== undefined && v1 !== undefined && told.v1 !== v1) ||
    (told.v2 !== undefined && v2 !== undefined && told.v2 !== v2) ||
    (told.name !== undefined && (told.name !== name || (told.size ?? 0) !== size));
}
