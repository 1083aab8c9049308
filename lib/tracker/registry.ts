import type { InfoHash } from "../base/ids.ts";
import { addressGroup, addressKind } from "../base/ip.ts";
import { announceInterval, fixedInterval, type IntervalLimits } from "./announce_interval.ts";
import { type ClassicOptions, ClassicPeers } from "./classic_peers.ts";
import { TrackerError } from "./errors.ts";
import { LoadMeter } from "./load_meter.ts";
import { RateLimiter } from "./rate_limiter.ts";
import { RegistryRecords } from "./registry_records.ts";
import type { RegistryWatch } from "./registry_watch.ts";
import type { Share } from "./share.ts";
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
import { ShareView } from "./share_view.ts";
import { Shares } from "./shares.ts";

/** Limits of a {@linkcode Registry}; times are milliseconds. */
export interface RegistryOptions {
  readonly classic: ClassicOptions;
  readonly shares: SharesOptions;
  /**
   * How often peers of shares announce, by the load; they are gone after twice that. Absent: half of
   * `shares.ttlMs`, whatever comes.
   */
  readonly interval?: IntervalLimits;
  /** Announces and registrations a second of one address (/64 for IPv6). Loopback is free. */
  readonly announceRate: number;
  readonly announceBurst: number;
}

/** How much a registry holds. */
export interface RegistryCounts {
  readonly shares: number;
  readonly seeders: number;
  readonly leechers: number;
  /** Names and registrations of the original protocol. */
  readonly classicNames: number;
  readonly classicPeers: number;
}

/** Where a peer that has a name can be reached. */
export interface NamedPeer {
  readonly host: string;
  readonly port: number;
}

/** Which part of a list: `after` the `order` of the last one that is known, `most` of them. */
interface Page {
  readonly after: number;
  readonly most: number;
}

/** Who asks, and when. */
interface Asker {
  readonly host: string;
  readonly now: number;
}

const NOTHING: SwarmCounts = { seeders: 0, leechers: 0, completed: 0 };

/** Addresses that the rate limit remembers. */
const MAX_RATE_KEYS = 100_000;

/** So many times more often than it announces an address may ask by the original protocol. */
const LOOKUPS = 10;

/**
 * Who has what: the engine behind every door of the tracker. It is driven by calls with the time
 * handed in and touches nothing else. Who came through one door is found through every other.
 */
export class Registry {
  readonly #classic: ClassicPeers;
  readonly #shares: Shares;
  readonly #limiter: RateLimiter;
  readonly #lookups: RateLimiter;
  readonly #interval: IntervalLimits;
  readonly #load = new LoadMeter();
  #intervalMs: number;
  /** All that it holds, to be saved and restored. */
  readonly records: RegistryRecords;
  /** Looks at its shares, for people. */
  readonly view: ShareView;
  /** Is told of all that it takes. */
  watch: RegistryWatch | undefined;

  constructor(options: RegistryOptions) {
    this.#classic = new ClassicPeers(options.classic);
    this.#interval = options.interval ?? fixedInterval(options.shares.ttlMs / 2);
    const { minMs, maxMs } = this.#interval;
    this.#intervalMs = minMs;
    this.#shares = new Shares({ ...options.shares, ttlMs: 2 * minMs, maxTtlMs: 2 * maxMs });
    this.records = new RegistryRecords(this.#classic, this.#shares.inside);
    this.view = new ShareView(this.#shares.inside);
    const { announceRate: rate, announceBurst: burst } = options;
    const maxKeys = MAX_RATE_KEYS;
    this.#limiter = new RateLimiter({ rate, burst, maxKeys });
    this.#lookups = new RateLimiter({ rate: LOOKUPS * rate, burst: LOOKUPS * burst, maxKeys });
  }

  /** What peers are to be told now: so many milliseconds later they announce again. */
  get intervalMs(): number {
    return this.#intervalMs;
  }

  /** How many shares and names of the original protocol somebody has. */
  get names(): number {
    return this.#classic.names + this.#shares.size;
  }

  /** How many peers there are, over all of them. */
  get peers(): number {
    return this.#classic.peers + this.#shares.peers;
  }

  /** How much of what there is. */
  get counts(): RegistryCounts {
    const { size, seeds, peers } = this.#shares;
    return {
      shares: size,
      seeders: seeds,
      leechers: peers - seeds,
      classicNames: this.#classic.names,
      classicPeers: this.#classic.peers,
    };
  }

  /**
   * Notes a peer of the original protocol; a second time only renews it.
   *
   * @throws {TrackerError} when a limit is reached; nothing has changed then.
   */
  register(name: string, host: string, port: number, now: number): void {
    this.#limit(host, now);
    this.#classic.register(name, host, port, now);
    this.watch?.registered(name, host, port, now);
  }

  /**
   * Notes a peer of a share, and tells it of others.
   *
   * @throws {TrackerError} as {@linkcode register}.
   */
  announce(announce: ShareAnnounce, now: number): SwarmAnswer {
    const ttl = this.#admitted(announce, now);
    return this.#told(announce, this.#shares.announce(announce, now, ttl), now);
  }

  /**
   * As {@linkcode announce}, with the peers as BitTorrent clients are told of them.
   *
   * @throws {TrackerError} as {@linkcode register}.
   */
  announceCompact(announce: ShareAnnounce, now: number): CompactAnswer {
    const ttl = this.#admitted(announce, now);
    return this.#told(announce, this.#shares.announceCompact(announce, now, ttl), now);
  }

  /**
   * As {@linkcode announce}, with the peers to be read before anything else changes.
   *
   * @throws {TrackerError} as {@linkcode register}.
   */
  announceListed(announce: ShareAnnounce, now: number): ListedAnswer {
    const ttl = this.#admitted(announce, now);
    return this.#told(announce, this.#shares.announceListed(announce, now, ttl), now);
  }

  /**
   * The counts of shares by the 20 bytes that BitTorrent clients tell.
   *
   * @returns For each hash its share's, all 0 where there is none.
   * @throws {TrackerError} `too_fast`; however many hashes, it is one request.
   */
  scrape(hashes: readonly InfoHash[], asker: Asker): SwarmCounts[] {
    this.#limit(asker.host, asker.now);
    return hashes.map((hash) => this.#shares.scrape(hash, asker.now) ?? NOTHING);
  }

  /** The share of a hash, by all hashes that are known of it. */
  known(hash: InfoHash): Pick<Share, "v1" | "v2" | "hash"> | undefined {
    return this.#shares.known(hash);
  }

  /**
   * All shares, those without a name among them, whose name contains a text or whose hash begins so.
   *
   * @param page As for {@linkcode findShares}.
   * @throws {TrackerError} `too_fast`.
   */
  list(text: string, page: Page, asker: Asker): FoundShares<ListedShare> {
    this.#limit(asker.host, asker.now);
    return this.#shares.list(text, page.after, page.most, asker.now);
  }

  /**
   * Takes one request of an address for what has no limit of its own.
   *
   * @throws {TrackerError} `too_fast`.
   */
  admit({ host, now }: Asker): void {
    this.#limit(host, now);
  }

  /**
   * Takes one question of an address by the original protocol.
   *
   * @throws {TrackerError} `too_fast`.
   */
  admitLookup({ host, now }: Asker): void {
    this.#limit(host, now, this.#lookups);
  }

  /**
   * Who can serve a name by the original protocol: those that registered it, and peers
   * that announce a share of that name and say that they do.
   *
   * @param most The most to return; those heard of last win.
   * @param usable Who is of use to the asker; the others are left out before any are counted.
   * @returns The same peers twice: the longest known first, and those heard of last first.
   */
  find(
    name: string,
    most: number,
    now: number,
    usable: (host: string) => boolean = () => true,
  ): { byAge: NamedPeer[]; freshest: NamedPeer[] } {
    const classic = this.#classic.find(name, most, now, usable);
    const known = new Set(classic.map(({ host, port }) => `${host} ${port}`));
    const seeds = this.#shares.classicOf(name, most, now, usable)
      .filter(({ host, port }) => !known.has(`${host} ${port}`));
    const freshest = [...classic, ...seeds].sort((a, b) => b.seen - a.seen).slice(0, most);
    const byAge = [...classic.toSorted((a, b) => a.order - b.order), ...seeds.toReversed()];
    return { byAge, freshest };
  }

  /** Peers of the original protocol only; those heard of last first. */
  findClassic(name: string, most: number, now: number): NamedPeer[] {
    return this.#classic.find(name, most, now);
  }

  /**
   * Shares by exactly one of name, beginning of a name, and beginning of an info-hash.
   *
   * @param page `after`: the `order` of the last one that is known; `most` to return.
   * @throws {TrackerError} `too_fast`.
   */
  findShares(
    wanted: { readonly name?: string; readonly prefix?: string; readonly hash?: string },
    page: Page,
    asker: Asker,
  ): FoundShares<ShareRecord> {
    const { name, prefix, hash } = wanted;
    const { host, now } = asker;
    this.#limit(host, now);
    const { after, most } = page;
    if (name !== undefined) return this.#shares.named(name, after, most, now);
    const begin = hash === undefined ? { prefix: prefix ?? "" } : { hash };
    return this.#shares.matching(begin, after, most, now);
  }

  /**
   * Lets some leave that were not renewed in time, so many that it takes little time; to be called
   * now and then.
   *
   * @returns Whether none is left for another call.
   */
  expire(now: number): boolean {
    return this.#shares.expire(now) && this.#classic.expire(now);
  }

  /** @returns How long the peer stays, unless it announces again. */
  #admitted({ host }: ShareAnnounce, now: number): number {
    this.#limit(host, now);
    this.#intervalMs = announceInterval(this.#load.count(now), this.#interval);
    return 2 * this.#intervalMs;
  }

  #told<A extends SwarmCounts>(announce: ShareAnnounce, answer: A, now: number): A {
    this.watch?.announced(announce, answer, now, 2 * this.#intervalMs);
    return answer;
  }

  #limit(host: string, now: number, limiter = this.#limiter): void {
    if (addressKind(host) === "loopback" || limiter.take(addressGroup(host), now)) return;
    throw new TrackerError("too_fast", "Too many requests from your address, wait a minute");
  }
}
