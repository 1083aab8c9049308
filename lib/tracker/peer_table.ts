import { TrackerError } from "./errors.ts";
import { ExpiryWheel } from "./expiry_wheel.ts";
import { HostWords } from "./host_words.ts";
import { LastPeer } from "./last_peer.ts";
import { partsFor, type PeerAsker } from "./peer_asker.ts";
import type { PackedPeer } from "./packed_peer.ts";
import { PeerIndex } from "./peer_index.ts";
import { PEER, PeerSlab } from "./peer_slab.ts";
import type { KnownAs, PeerTableOptions } from "./peer_table_options.ts";
import { PeerWords } from "./peer_words.ts";
import type { NotedPeer } from "./share_types.ts";
import { type Part, type SwarmList, SwarmLists } from "./swarm_lists.ts";

/**
 * The peers of all swarms, in about 80 bytes each. Driven by calls with the time handed in.
 *
 * Invariants: every peer stands in the list of its swarm, in the index under its swarm, address and
 * port, and in the wheel; {@linkcode peer} and its kin take slots that were handed out since the
 * last change.
 */
export class PeerTable<S extends SwarmList> {
  readonly #options: PeerTableOptions<S>;
  readonly #slab = new PeerSlab();
  readonly #hosts = new HostWords();
  readonly #words = new PeerWords(this.#slab, this.#hosts);
  readonly #lists = new SwarmLists(this.#slab);
  readonly #index: PeerIndex;
  readonly #wheel: ExpiryWheel;
  readonly #swarms: (S | undefined)[] = [undefined];
  readonly #numbers: number[] = [];
  #seeds = 0;
  /** When all who were due had left. */
  #noneDueAt: number | undefined;
  /** Who was noted last asks next, with every announce. */
  readonly #last = new LastPeer(this.#slab);
  #changes = 0;

  constructor(options: PeerTableOptions<S>) {
    this.#options = options;
    const { maxPortsPerAddress, maxPeersPerSwarm, random } = options;
    const memory = { slab: this.#slab, hosts: this.#hosts, words: this.#words };
    this.#index = new PeerIndex(memory, maxPortsPerAddress < maxPeersPerSwarm, random);
    this.#wheel = new ExpiryWheel(this.#slab, options.ttl);
  }

  /** How many peers there are, over all swarms. */
  get size(): number {
    return this.#slab.used;
  }

  /** How many of them have everything. */
  get seeds(): number {
    return this.#seeds;
  }

  /** Grows with every peer that comes, goes, or becomes a seed. */
  get changes(): number {
    return this.#changes;
  }

  /** Adds a swarm, made with the number that it gets. */
  open(make: (number: number) => S): S {
    const number = this.#numbers.pop() ?? this.#swarms.length;
    const swarm = make(number);
    this.#swarms[number] = swarm;
    return swarm;
  }

  /** Forgets a swarm that nobody is in. */
  close(swarm: S): void {
    this.#swarms[swarm.number] = undefined;
    this.#numbers.push(swarm.number);
  }

  /** How many peers of a swarm use IPv4, and how many serve the original protocol. */
  families(swarm: S): { ipv4: number; classic: number } {
    return this.#lists.families(swarm);
  }

  /** Some peers of a swarm: places from 0 on, which change with every peer that comes or goes. */
  range(swarm: S, from: number, to: number): number[] {
    return this.#lists.range(swarm, from, to);
  }

  /** How many peers a swarm has, and how many of them have everything. */
  count(swarm: S): { size: number; seeds: number } {
    const size = this.#lists.size(swarm);
    return { size, seeds: size - this.#lists.leechers(swarm) };
  }

  /**
   * Notes a peer, or that it is still there.
   *
   * @param ttl Milliseconds after which it is gone unless it is noted again.
   * @throws {TrackerError} `name_full` or `full`; nothing has changed then.
   */
  put(swarm: S, peer: NotedPeer, now: number, ttl: number): KnownAs {
    const slot = this.#index.find(swarm.number, peer.host, peer.port, now);
    if (slot !== 0) {
      this.#last.note(slot, peer.host);
      return this.#renew(swarm, slot, peer, now, ttl);
    }
    if (this.#makeRoom(swarm)) this.#hosts.read(peer.host);
    this.#add(swarm, peer, now, ttl);
    return "nobody";
  }

  /** Makes room for so many peers at once. */
  reserve(count: number): void {
    this.#index.reserve(Math.min(count, this.#options.maxPeers));
  }

  /** As {@linkcode put}, at the time when the peer was heard of. */
  putPacked(swarm: S, peer: PackedPeer): void {
    const { ipv4, port, seed, seen, ttl } = peer;
    this.#hosts.readV4(ipv4);
    const slot = this.#index.findRead(swarm.number, port, seen);
    if (slot !== 0) {
      const before = this.#words.part(slot);
      const wasSeed = this.#words.isSeed(slot);
      this.#words.writePacked(slot, peer, this.#words.isClassic(slot));
      return this.#renewed(swarm, slot, { before, wasSeed, seed }, seen, ttl);
    }
    this.#makeRoom(swarm);
    this.#hosts.readV4(ipv4);
    const added = this.#slotOf(swarm);
    this.#words.writePacked(added, peer, false);
    this.#added(swarm, added, seed, seen, ttl);
  }

  /** What is known of a peer; `age`: milliseconds since it was heard of last. */
  known(
    swarm: S,
    host: string,
    port: number,
    now: number,
  ): { readonly age: number; readonly seed: boolean } | undefined {
    const slot = this.#index.find(swarm.number, host, port, now);
    if (slot === 0) return undefined;
    return { age: this.#words.age(slot, now), seed: this.#words.isSeed(slot) };
  }

  /** Forgets a peer, if it is known. */
  remove(swarm: S, host: string, port: number): void {
    const slot = this.#index.find(swarm.number, host, port, 0);
    if (slot !== 0) this.#leave(slot);
  }

  /**
   * Moves all peers of a swarm into another, whatever the limits. Of two with the same address and
   * port the one that was heard of last stays.
   */
  move(from: S, to: S, now: number): void {
    for (const slot of this.slots(from)) {
      const peer = this.#words.read(slot);
      const [age, left] = [this.#words.age(slot, now), this.remaining(slot, now)];
      const known = this.#index.find(to.number, peer.host, peer.port, now);
      this.#drop(from, slot);
      if (known !== 0 && this.#words.age(known, now) <= age) continue;
      if (known !== 0) this.#drop(to, known);
      this.#hosts.read(peer.host);
      this.#add(to, peer, now - age, left + age);
    }
  }

  /**
   * Draws peers by chance, every one as likely: never the asker, no seeds for a seed, and none of a
   * family that the asker cannot use.
   *
   * @param most The most to draw.
   * @param besides Peers of another swarm; none of theirs is drawn again.
   * @returns Slots.
   */
  draw(
    swarm: S,
    asker: PeerAsker,
    most: number,
    now: number,
    besides: readonly number[],
  ): number[] {
    const except = this.#last.find(swarm.number, asker.host, asker.port) ||
      this.#index.find(swarm.number, asker.host, asker.port, now);
    const [first, last] = partsFor(asker);
    const known = besides.map((slot) => this.#index.twin(swarm.number, slot));
    const drawn: number[] = [];
    const parts = { first, last, except };
    this.#lists.draw(swarm, parts, most + known.length, this.#options.random, drawn);
    // Who is due and still here is one of many who were last heard of together.
    const allStay = this.#noneDueAt === now || !this.#wheel.isAnyDue(drawn, now);
    if (known.length === 0 && allStay) return drawn;
    const fit = (slot: number) => !known.includes(slot) && !this.#wheel.isDue(slot, now);
    return drawn.filter(fit).slice(0, most);
  }

  /** Seeds that serve the original protocol, in no order. */
  classic(swarm: S): number[] {
    return this.#lists.classic(swarm);
  }

  /** All peers of a swarm, in no order. */
  slots(swarm: S): number[] {
    return this.#lists.range(swarm, 0, this.#lists.size(swarm));
  }

  /** Whether a slot that was handed out before is still a peer of the swarm. */
  has(swarm: S, slot: number): boolean {
    return this.#swarms[swarm.number] === swarm &&
      this.#slab.get(slot, PEER.swarm) === swarm.number;
  }

  /** Milliseconds until a peer is gone unless it is noted again. */
  remaining(slot: number, now: number): number {
    return this.#wheel.remaining(slot, now);
  }

  /** What is known of the peers themselves. */
  get peers(): PeerWords {
    return this.#words;
  }

  /**
   * Lets those leave who were not heard of in time.
   *
   * @param most The most that leave at once, so that one call is short.
   * @returns Whether none is left who should have.
   */
  expire(now: number, most: number): boolean {
    const done = this.#wheel.empty(now, most, (slot) => this.#leave(slot));
    if (done) this.#noneDueAt = now;
    return done;
  }

  #renew(swarm: S, slot: number, peer: NotedPeer, now: number, ttl: number): KnownAs {
    const before = this.#words.part(slot);
    const wasSeed = this.#words.isSeed(slot);
    this.#words.write(slot, peer, now, this.#words.isClassic(slot));
    this.#renewed(swarm, slot, { before, wasSeed, seed: peer.seed }, now, ttl);
    return wasSeed ? "seed" : "leecher";
  }

  /** A peer's words were written anew. */
  #renewed(
    swarm: S,
    slot: number,
    { before, wasSeed, seed }: { before: Part; wasSeed: boolean; seed: boolean },
    now: number,
    ttl: number,
  ): void {
    const part = this.#words.part(slot);
    if (part !== before) {
      this.#lists.remove(swarm, slot);
      this.#lists.insert(swarm, part, slot);
      this.#seeds += Number(seed) - Number(wasSeed);
      this.#changes++;
    }
    this.#wheel.set(slot, now + ttl, now, true);
  }

  /** Adds a peer whose host was read last. */
  #add(swarm: S, peer: NotedPeer, now: number, ttl: number): void {
    this.#hosts.hold(peer.host);
    const slot = this.#slotOf(swarm);
    this.#words.write(slot, peer, now, false);
    this.#added(swarm, slot, peer.seed, now, ttl);
    this.#last.note(slot, peer.host);
  }

  /** A slot for one more peer, with the host that was read last. */
  #slotOf(swarm: S): number {
    const slot = this.#slab.take();
    const [words, at, host] = [this.#slab.words(slot), this.#slab.at(slot), this.#hosts.words];
    for (let n = 0; n < host.length; n++) words[at + n] = host[n]!;
    this.#slab.set(slot, PEER.swarm, swarm.number);
    return slot;
  }

  /** The words of a new peer are written. */
  #added(swarm: S, slot: number, seed: boolean, now: number, ttl: number): void {
    this.#lists.insert(swarm, this.#words.part(slot), slot);
    this.#index.add(slot);
    this.#wheel.set(slot, now + ttl, now, false);
    this.#seeds += Number(seed);
    this.#changes++;
  }

  #leave(slot: number): void {
    const swarm = this.#swarms[this.#slab.get(slot, PEER.swarm)]!;
    this.#drop(swarm, slot);
    if (swarm.level === 0) this.#options.onEmpty(swarm);
  }

  #drop(swarm: S, slot: number): void {
    this.#last.forget(slot);
    if (this.#words.isSeed(slot)) this.#seeds--;
    this.#changes++;
    this.#wheel.remove(slot);
    this.#index.remove(slot);
    this.#lists.remove(swarm, slot);
    this.#hosts.release(this.#slab.words(slot), this.#slab.at(slot));
    this.#slab.set(slot, PEER.swarm, 0);
    this.#slab.give(slot);
  }

  /** Makes room for one whom the index was asked for last. @returns Whether another had to go. */
  #makeRoom(swarm: S): boolean {
    if (this.#index.ports >= this.#options.maxPortsPerAddress) {
      this.#drop(swarm, this.#index.oldest);
      return true;
    }
    if (this.#lists.size(swarm) >= this.#options.maxPeersPerSwarm) {
      throw new TrackerError("name_full", "This share has as many peers as the tracker keeps");
    }
    if (this.size >= this.#options.maxPeers) {
      throw new TrackerError("full", "The tracker is full, try later");
    }
    return false;
  }
}
