import type { Random } from "../base/random.ts";
import type { HostWords } from "./host_words.ts";
import { PEER, type PeerSlab } from "./peer_slab.ts";
import type { PeerWords } from "./peer_words.ts";
import { SecretHash } from "./secret_hash.ts";
import { SlotIndex } from "./slot_index.ts";

/** Words that make the hash of a peer: the last of its address, swarm, port, the rest of IPv6. */
const HASHED = 6;

/** The memory that peers are in. */
export interface PeerMemory {
  readonly slab: PeerSlab;
  readonly hosts: HostWords;
  readonly words: PeerWords;
}

/**
 * Finds peers by swarm, address and port, and by the way what other ports the address has there.
 *
 * Where ports are counted, the port is no part of the hash: those of one address stand together.
 */
export class PeerIndex {
  readonly #memory: PeerMemory;
  readonly #index = new SlotIndex((slot) => this.#hashOf(slot));
  readonly #hash: SecretHash;
  readonly #isCounted: boolean;
  #ports = 0;
  #oldest = 0;

  /** @param isCounted Whether ports of an address are limited, loopback aside. */
  constructor(memory: PeerMemory, isCounted: boolean, random: Random) {
    this.#memory = memory;
    this.#isCounted = isCounted;
    this.#hash = new SecretHash(HASHED, random);
  }

  /** Other ports of the address that was looked up last, if it was not found and they are counted. */
  get ports(): number {
    return this.#ports;
  }

  /** The one of them that was not heard of for longest. */
  get oldest(): number {
    return this.#oldest;
  }

  /** Makes room for so many at once. */
  reserve(count: number): void {
    this.#index.reserve(count);
  }

  add(slot: number): void {
    this.#index.add(slot, this.#hashOf(slot));
  }

  /** Takes a peer out that is in it. */
  remove(slot: number): void {
    this.#index.remove(slot, this.#hashOf(slot));
  }

  /** The slot of a peer, or 0. */
  find(swarm: number, host: string, port: number, now: number): number {
    this.#memory.hosts.read(host);
    return this.findRead(swarm, port, now);
  }

  /** As {@linkcode find}, with the host that was read last. */
  findRead(swarm: number, port: number, now: number): number {
    return this.#lookUp(this.#memory.hosts.words, swarm, port, now);
  }

  /** The slot, in a swarm, of who has the address and port of another slot, or 0. */
  twin(swarm: number, other: number): number {
    const { slab, words, hosts } = this.#memory;
    const [all, at] = [slab.words(other), slab.at(other)];
    for (let n = 0; n < hosts.words.length; n++) hosts.words[n] = all[at + n]!;
    return this.#lookUp(hosts.words, swarm, words.port(other), 0);
  }

  #lookUp(address: Uint32Array, swarm: number, port: number, now: number): number {
    const { slab, words, hosts } = this.#memory;
    const counts = this.#isCounted && !hosts.isLoopback(address);
    const hash = this.#hashed(address, 0, swarm, port);
    let oldest = -1;
    this.#ports = 0;
    for (let at = this.#index.first(hash); at >= 0; at = this.#index.after(hash, at)) {
      const slot = this.#index.at(hash, at);
      if (slab.get(slot, PEER.swarm) !== swarm || !slab.isFrom(slot, address)) continue;
      const its = words.port(slot);
      if (its === port) return slot;
      if (!counts) continue;
      this.#ports++;
      const age = words.age(slot, now);
      if (age < oldest || (age === oldest && its > words.port(this.#oldest))) continue;
      oldest = age;
      this.#oldest = slot;
    }
    return 0;
  }

  #hashOf(slot: number): number {
    const { slab, words } = this.#memory;
    return this.#hashed(
      slab.words(slot),
      slab.at(slot),
      slab.get(slot, PEER.swarm),
      words.port(slot),
    );
  }

  #hashed(words: Uint32Array, at: number, swarm: number, port: number): number {
    const { hosts } = this.#memory;
    const hash = this.#hash;
    let all = hash.of(words[at + 3]!, 0) ^ hash.of(swarm, 1);
    if (!this.#isCounted || hosts.isLoopback(words, at)) all ^= hash.of(port, 2);
    if (hosts.isV4(words, at)) return all >>> 0;
    for (let word = 0; word < 3; word++) all ^= hash.of(words[at + word]!, 3 + word);
    return all >>> 0;
  }
}
