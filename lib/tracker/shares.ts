import type { InfoHash } from "../base/ids.ts";
import { TrackerError } from "./errors.ts";
import { ListedPeers } from "./listed_peers.ts";
import { PeerTable } from "./peer_table.ts";
import { hashesOf, type Share } from "./share.ts";
import { ShareDirectory } from "./share_directory.ts";
import { type ClassicSeed, ShareFinder } from "./share_finder.ts";
import { SharePairs } from "./share_pairs.ts";
import type { SharesInside } from "./share_records.ts";
import type {
  CompactAnswer,
  FoundShares,
  ListedAnswer,
  ListedShare,
  ShareAnnounce,
  ShareRecord,
  SharesOptions,
  SwarmAnswer,
  SwarmCounts,
} from "./share_types.ts";

/** Shares in all, so that memory stays bounded. */
export const MAX_SHARES = 1_000_000;

/** Peers of all shares together. */
const MAX_SWARM_PEERS = 2_000_000;

/** Shares without peers whose names are remembered: the memory that a liar can fill for long. */
const MAX_IDLE = 100_000;

/** Peers that leave with one announce, at most, so that it is answered soon. */
const LEAVE_AT_ONCE = 256;

/** Peers that leave with one call made for that, and shares that are forgotten. */
const LEAVE_IN_A_CALL = 512;

const NOBODY: SwarmCounts = { seeders: 0, leechers: 0, completed: 0 };

/**
 * Who announces which share by its info-hashes. Driven by calls with the time handed in.
 *
 * Invariant: a share without peers is idle and has a name, or it is forgotten.
 */
export class Shares {
  readonly #options: SharesOptions;
  readonly #table: PeerTable<Share>;
  readonly #directory: ShareDirectory;
  readonly #finder: ShareFinder;
  readonly #pairs: SharePairs;
  readonly #listed: ListedPeers;
  #now = 0;

  constructor(options: SharesOptions) {
    this.#options = options;
    const { ttlMs, maxTtlMs = ttlMs, maxPeersPerSwarm, maxPortsPerAddress, random } = options;
    this.#directory = new ShareDirectory(random);
    this.#table = new PeerTable({
      ttl: { min: ttlMs, max: maxTtlMs },
      maxPeersPerSwarm,
      maxPortsPerAddress,
      maxPeers: MAX_SWARM_PEERS,
      random,
      onEmpty: (share) => this.#rest(share),
    });
    this.#listed = new ListedPeers(this.#table.peers);
    this.#pairs = new SharePairs(this.#table);
    this.#finder = new ShareFinder(this.#directory, this.#table);
  }

  /** What is saved of it, and restored. */
  get inside(): SharesInside {
    return {
      directory: this.#directory,
      table: this.#table,
      maxIdle: MAX_IDLE,
      maxTtlMs: this.#options.maxTtlMs ?? this.#options.ttlMs,
      merge: (share, other) => this.#merge(share, other),
      forget: (share) => this.#forget(share),
      hasRoom: () => this.#directory.size < MAX_SHARES && this.#table.size < MAX_SWARM_PEERS,
    };
  }

  /** How many shares somebody announces. */
  get size(): number {
    return this.#directory.size - this.#directory.idle.size;
  }

  /** How many peers there are, over all shares. */
  get peers(): number {
    return this.#table.size;
  }

  /** How many of them have everything. */
  get seeds(): number {
    return this.#table.seeds;
  }

  /**
   * Notes what a peer tells, and tells it of others; seeds are not told of seeds.
   *
   * Two hashes that were announced apart are one share once enough say so ({@linkcode PairClaims}).
   * Until then a peer that names both joins the share of each, so that a lie about a pair takes
   * nobody's peers away.
   *
   * @param ttlMs The peer is gone if it does not announce again for so long.
   * @throws {TrackerError} `name_full` or `full`; nothing has changed then.
   */
  announce(announce: ShareAnnounce, now: number, ttlMs = this.#options.ttlMs): SwarmAnswer {
    const { counts, slots } = this.#note(announce, now, ttlMs);
    return { ...counts, peers: slots.map((slot) => this.#table.peers.draw(slot)) };
  }

  /** As {@linkcode announce}, with the peers as BitTorrent clients are told of them. */
  announceCompact(
    announce: ShareAnnounce,
    now: number,
    ttlMs = this.#options.ttlMs,
  ): CompactAnswer {
    const { counts, slots } = this.#note(announce, now, ttlMs);
    return { ...counts, ...this.#table.peers.compact(slots) };
  }

  /** As {@linkcode announce}, with the peers to be read at once. */
  announceListed(
    announce: ShareAnnounce,
    now: number,
    ttlMs = this.#options.ttlMs,
  ): ListedAnswer {
    const { counts, slots } = this.#note(announce, now, ttlMs);
    return { ...counts, peers: this.#listed.list(slots) };
  }

  /** The share of a hash, by all hashes that are known of it. */
  known(hash: InfoHash): Pick<Share, "v1" | "v2" | "hash"> | undefined {
    return this.#directory.byHash(hash);
  }

  /** The counts of a share, by the 20 bytes that clients tell; undefined when there is none. */
  scrape(hash: InfoHash, now: number): SwarmCounts | undefined {
    this.#advance(now);
    const share = this.#directory.byHash(hash);
    return share && !share.idle ? this.#finder.countsOf(share) : undefined;
  }

  /** Who serves a name by the original protocol; those heard of last first. */
  classicOf(
    name: string,
    most: number,
    now: number,
    usable: (host: string) => boolean,
  ): ClassicSeed[] {
    this.#advance(now);
    return this.#finder.classicOf(name, most, now, usable);
  }

  /**
   * Shares of a name, in the order of their first announce.
   *
   * @param after The `order` after which to begin.
   */
  named(name: string, after: number, most: number, now: number): FoundShares<ShareRecord> {
    this.#advance(now);
    return this.#finder.named(name, { after, most });
  }

  /** Shares whose name begins so, or whose hash does; as {@linkcode named}. */
  matching(
    begin: { readonly prefix: string } | { readonly hash: string },
    after: number,
    most: number,
    now: number,
  ): FoundShares<ShareRecord> {
    this.#advance(now);
    return this.#finder.matching(begin, { after, most });
  }

  /**
   * All shares, those without a name among them, in the order of their first announce.
   *
   * @param text What the name, in any case, contains, or a hash begins with; empty: all.
   * @param after The `order` after which to begin.
   */
  list(text: string, after: number, most: number, now: number): FoundShares<ListedShare> {
    this.#advance(now);
    return this.#finder.list(text, { after, most });
  }

  /**
   * Lets some leave that were not heard of in time, and forgets names that nobody had for long; to
   * be called now and then.
   *
   * @returns Whether none is left for another call.
   */
  expire(now: number): boolean {
    this.#now = now;
    const left = this.#table.expire(now, LEAVE_IN_A_CALL);
    const { idle } = this.#directory;
    const before = now - (this.#options.nameTtlMs ?? 0);
    for (let n = 0; n < LEAVE_IN_A_CALL; n++) {
      const share = idle.oldest;
      if (!share || share.idle!.since > before) return left;
      this.#forget(share);
    }
    return false;
  }

  #advance(now: number): void {
    this.#now = now;
    this.#table.expire(now, LEAVE_AT_ONCE);
  }

  #note(
    announce: ShareAnnounce,
    now: number,
    ttlMs: number,
  ): { counts: SwarmCounts; slots: number[] } {
    this.#advance(now);
    const shares = this.#sharesOf(announce);
    const { host, port, numwant } = announce;
    if (announce.stopped) {
      for (const share of shares) this.#table.remove(share, host, port);
      return { counts: shares[0] ? this.#finder.countsOf(shares[0]) : NOBODY, slots: [] };
    }
    if (shares.length === 0) shares.push(this.#create(announce));
    for (const share of shares) this.#put(share, announce, ttlMs);
    let slots = this.#table.draw(shares[0]!, announce, numwant, now, []);
    for (const share of shares.slice(1)) {
      const more = this.#table.draw(share, announce, numwant - slots.length, now, slots);
      slots = [...slots, ...more];
    }
    return { counts: this.#finder.countsOf(shares[0]!), slots };
  }

  #sharesOf(announce: ShareAnnounce): Share[] {
    const found: Share[] = [];
    for (const hash of hashesOf(announce)) {
      const share = this.#directory.byHash(hash);
      if (!share) continue;
      if (share.idle && !announce.stopped && share.isOther(announce)) this.#forget(share);
      else if (!found.includes(share)) found.push(share);
    }
    const [share, other] = found;
    if (!share || announce.stopped) return found;
    if (other && !this.#pairs.areOne(share, other, announce)) return found;
    const one = other ? this.#merge(share, other) : share;
    this.#directory.learn(one, announce);
    return [one];
  }

  /** Makes two shares the older one of them, with the peers of both. */
  #merge(share: Share, other: Share): Share {
    const [older, younger] = share.order < other.order ? [share, other] : [other, share];
    if (!younger.idle) this.#directory.idle.remove(older);
    this.#table.move(younger, older, this.#now);
    const { v1, v2, name, size } = younger;
    this.#forget(younger);
    older.completed += younger.completed;
    this.#directory.learn(older, {
      ...(v1 === undefined ? {} : { v1 }),
      ...(v2 === undefined ? {} : { v2 }),
      ...(name === undefined ? {} : { name, size }),
    });
    return older;
  }

  #create(announce: ShareAnnounce): Share {
    if (this.#directory.size >= MAX_SHARES && this.#directory.idle.oldest) {
      this.#forget(this.#directory.idle.oldest);
    }
    if (this.#directory.size >= MAX_SHARES || this.#table.size >= MAX_SWARM_PEERS) {
      throw new TrackerError("full", "The tracker is full, try later");
    }
    return this.#table.open((number) => this.#directory.add(number, announce, this.#now));
  }

  #put(share: Share, announce: ShareAnnounce, ttlMs: number): void {
    const { host, port, peerId, left, classic } = announce;
    const told = classic === undefined ? {} : { classic };
    const peer = { host, port, peerId, seed: left === 0, ...told };
    const before = this.#table.put(share, peer, this.#now, ttlMs);
    this.#directory.idle.remove(share);
    share.announces++;
    if (announce.completed && peer.seed && before !== "seed") share.completed++;
  }

  /** The last peer has left. */
  #rest(share: Share): void {
    if (share.name === undefined) return this.#forget(share);
    const { idle } = this.#directory;
    idle.add(share, this.#now);
    if (idle.size > MAX_IDLE && idle.oldest) this.#forget(idle.oldest);
  }

  #forget(share: Share): void {
    this.#directory.remove(share);
    this.#table.close(share);
  }
}
