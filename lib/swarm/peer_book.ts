import { addressGroup, type AddressKind, addressKind, normalizeIp } from "../base/ip.ts";
import { type Random } from "../base/random.ts";
import {
  DIALS_PER_SECOND,
  FIRST_BACKOFF,
  MAX_BACKOFF,
  MAX_BANS,
  MAX_CANDIDATES,
  MAX_HALF_OPEN,
  RECONNECT_AFTER,
} from "./defaults.ts";
import { DialHistory } from "./dial_history.ts";
import { TokenBucket } from "./rate.ts";
import type { Address, AddressSource } from "./types.ts";

/** How far each source is trusted; less is more. */
const TRUST: Readonly<Record<AddressSource, number>> = {
  person: 0,
  tracker: 1,
  incoming: 2,
  pex: 3,
};

/** Kinds of addresses that are on this machine or in its network, the nearest first. */
const DISTANCE: Partial<Record<AddressKind, number>> = { loopback: 0, "link-local": 1, private: 2 };
const FAR = 3;

/** An address that may be dialled. */
interface Candidate {
  readonly address: Address;
  readonly group: string;
  trust: number;
  /** How near it is; less is nearer. Peers on the same network cost no uplink. */
  readonly distance: number;
  state: "idle" | "dialling" | "connected";
  /** Dials in a row that failed. */
  failures: number;
  /** Not before this moment; milliseconds. */
  notBefore: number;
  /** It had everything when it was met last. */
  seed: boolean;
  /** Decides among equals; by chance. */
  readonly lot: number;
}

/** Limits of a {@linkcode PeerBook}. */
export interface PeerBookOptions {
  /** Connections and dials together. */
  readonly maxConnections: number;
  /** Of one address (/64 for IPv6); loopback is free. */
  readonly maxPerAddress: number;
}

/** What is known of the swarm when somebody is to be dialled. */
export interface DialTerms {
  readonly now: number;
  /** How many are connected. */
  readonly connected: number;
  /** How many of them by address group. */
  readonly groups: ReadonlyMap<string, number>;
  /** Nothing is left to download: seeds are of no use. */
  readonly seeding: boolean;
}

/**
 * Addresses of peers: where to dial next, and whom never to meet again.
 *
 * Invariants: at most 3,000 candidates, none of them unspecified, multicast, our own, banned or of
 * port 0; `#halfOpen` is the number that are being dialled, at most 25.
 */
export class PeerBook {
  readonly #options: PeerBookOptions;
  readonly #random: Random;
  readonly #candidates = new Map<string, Candidate>();
  readonly #history = new DialHistory();
  readonly #banned = new Set<string>();
  readonly #own = new Set<string>();
  readonly #tokens: TokenBucket;
  #halfOpen = 0;

  constructor(options: PeerBookOptions, random: Random, now: number) {
    this.#options = options;
    this.#random = random;
    this.#tokens = new TokenBucket(DIALS_PER_SECOND, DIALS_PER_SECOND, now);
  }

  /** How many addresses are known. */
  get size(): number {
    return this.#candidates.size;
  }

  /** How many are being dialled. */
  get halfOpen(): number {
    return this.#halfOpen;
  }

  /** These are ours, never to be dialled. */
  addOwn(addresses: readonly Address[]): void {
    for (const address of addresses) {
      const key = keyOf(address);
      this.#own.add(key);
      const candidate = this.#candidates.get(key);
      if (candidate) this.#remove(key, candidate);
    }
  }

  /** @param local Whether private and loopback addresses may be dialled. @returns If it is new. */
  add(address: Address, source: AddressSource, local: boolean): boolean {
    const host = normalizeIp(address.host);
    const key = keyOf({ host, port: address.port });
    const known = this.#candidates.get(key);
    if (known) {
      known.trust = Math.min(known.trust, TRUST[source]);
      return false;
    }
    if (!isDiallable(host, address.port, local) || this.#own.has(key) || this.#banned.has(host)) {
      return false;
    }
    if (this.#candidates.size >= MAX_CANDIDATES && !this.#evict(TRUST[source])) return false;
    this.#history.known(host);
    this.#candidates.set(key, {
      address: { host, port: address.port },
      group: addressGroup(host),
      trust: TRUST[source],
      distance: DISTANCE[addressKind(host)] ?? FAR,
      state: "idle",
      failures: 0,
      notBefore: 0,
      seed: false,
      lot: this.#random.next(),
    });
    return true;
  }

  /** Notes that a dial led to a connection, or that a connected peer can be dialled there. */
  connected(address: Address, { dialled }: { dialled: boolean }): void {
    const candidate = this.#candidates.get(keyOf(address));
    if (!candidate) return;
    if (candidate.state === "dialling") this.#halfOpen--;
    candidate.state = "connected";
    if (!dialled) return;
    candidate.failures = 0;
    this.#history.answered(candidate.address.host);
  }

  dialFailed(address: Address, now: number): void {
    const candidate = this.#candidates.get(keyOf(address));
    if (candidate?.state !== "dialling") return;
    this.#halfOpen--;
    candidate.state = "idle";
    candidate.failures++;
    const backoff = Math.min(MAX_BACKOFF, FIRST_BACKOFF * 2 ** (candidate.failures - 1));
    candidate.notBefore = now + backoff * (1 + this.#random.next() / 4);
  }

  /** A connection to the address has ended. */
  left(address: Address, { seed, now }: { seed: boolean; now: number }): void {
    const candidate = this.#candidates.get(keyOf(address));
    if (!candidate) return;
    if (candidate.state === "dialling") this.#halfOpen--;
    candidate.state = "idle";
    candidate.seed = seed;
    candidate.notBefore = now + RECONNECT_AFTER;
  }

  /** There is nobody at the address that is wanted: it is us. */
  forget(address: Address): void {
    this.addOwn([address]);
  }

  /** Forgets all addresses but those that a person named. */
  forgetTold(): void {
    for (const [key, candidate] of this.#candidates) {
      if (candidate.trust !== TRUST.person) this.#remove(key, candidate);
    }
  }

  /** Nobody at the host is to be met again. */
  ban(host: string): void {
    const plain = normalizeIp(host);
    this.#banned.add(plain);
    for (const [key, candidate] of this.#candidates) {
      if (candidate.address.host === plain) this.#remove(key, candidate);
    }
    for (const oldest of this.#banned) {
      if (this.#banned.size <= MAX_BANS) break;
      this.#banned.delete(oldest);
    }
  }

  isBanned(host: string): boolean {
    return this.#banned.has(normalizeIp(host));
  }

  /** The next addresses to dial; they count as being dialled from now on. */
  dial(terms: DialTerms): Address[] {
    const free = Math.min(
      MAX_HALF_OPEN - this.#halfOpen,
      this.#options.maxConnections - terms.connected - this.#halfOpen,
    );
    if (free <= 0) return [];
    const groups = new Map(terms.groups);
    for (const { state, group } of this.#candidates.values()) {
      if (state === "dialling") groups.set(group, (groups.get(group) ?? 0) + 1);
    }
    const ready = [...this.#candidates.values()].filter((candidate) => isReady(candidate, terms));
    ready.sort((a, b) =>
      a.failures - b.failures || placeOf(a) - placeOf(b) || a.trust - b.trust || a.lot - b.lot
    );
    const addresses: Address[] = [];
    for (const candidate of ready) {
      if (addresses.length >= free) break;
      if (!this.fits(candidate.group, groups, candidate.address.host)) continue;
      if (!this.#history.mayDial(candidate.address.host, terms.now)) continue;
      if (!this.#tokens.take(terms.now)) break;
      groups.set(candidate.group, (groups.get(candidate.group) ?? 0) + 1);
      this.#noteDial(candidate, terms.now);
      addresses.push(candidate.address);
    }
    return addresses;
  }

  /** Whether another connection of this group fits in beside those there are. */
  fits(group: string, groups: ReadonlyMap<string, number>, host: string): boolean {
    return addressKind(host) === "loopback" ||
      (groups.get(group) ?? 0) < this.#options.maxPerAddress;
  }

  #noteDial(candidate: Candidate, now: number): void {
    candidate.state = "dialling";
    this.#halfOpen++;
    this.#history.dialled(candidate.address.host, now);
  }

  /** Makes room for an address of a source: the one that failed most and is trusted least goes. */
  #evict(trust: number): boolean {
    let worst: [string, Candidate] | undefined;
    for (const entry of this.#candidates) {
      const [, candidate] = entry;
      if (candidate.state !== "idle") continue;
      if (candidate.failures === 0 && candidate.trust < trust) continue;
      if (!worst || badness(candidate) > badness(worst[1])) worst = entry;
    }
    if (!worst || (worst[1].failures === 0 && worst[1].trust === trust)) return false;
    this.#remove(...worst);
    return true;
  }

  #remove(key: string, candidate: Candidate): void {
    if (candidate.state === "dialling") this.#halfOpen--;
    this.#candidates.delete(key);
    this.#history.forgotten(candidate.address.host);
  }
}

function badness(candidate: Candidate): number {
  return candidate.failures * 10 + candidate.trust;
}

function isReady(candidate: Candidate, terms: DialTerms): boolean {
  return candidate.state === "idle" && candidate.notBefore <= terms.now &&
    !(candidate.seed && terms.seeding);
}

/** Whom a person named comes before all, then who is near. */
function placeOf({ trust, distance }: Candidate): number {
  return trust === TRUST.person ? -1 : distance;
}

function isDiallable(host: string, port: number, local: boolean): boolean {
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return false;
  switch (addressKind(host)) {
    case "public":
      return true;
    case "loopback":
    case "private":
    case "link-local":
      return local;
    default:
      return false;
  }
}

function keyOf({ host, port }: Address): string {
  return `${normalizeIp(host)} ${port}`;
}
