import { putUint32 } from "../base/bytes.ts";
import type { PeerId } from "../base/ids.ts";
import { freshBytes } from "../base/slab.ts";
import { COMPACT_V4, COMPACT_V6 } from "../wire/compact_address.ts";
import { readHex, writeBytes, writeHex } from "./hex_words.ts";
import { DrawnPeer } from "./drawn_peer.ts";
import type { HostWords } from "./host_words.ts";
import type { PackedPeer } from "./packed_peer.ts";
import { CARD, CLASSIC, PEER, type PeerSlab, SEED } from "./peer_slab.ts";
import type { CompactPeers, NotedPeer, SwarmPeer } from "./share_types.ts";
import { PART, type Part } from "./swarm_lists.ts";

const PORT = 0xffff;
const NONE = new Uint8Array();
const ID_WORDS = 5;

/** Reads and writes the words of peers. */
export class PeerWords {
  readonly #slab: PeerSlab;
  readonly #hosts: HostWords;

  constructor(slab: PeerSlab, hosts: HostWords) {
    this.#slab = slab;
    this.#hosts = hosts;
  }

  /**
   * Writes what a peer tells of itself, its address aside.
   *
   * @param known What counts when it does not tell whether it serves the original protocol.
   */
  write(slot: number, peer: NotedPeer, now: number, known: boolean): void {
    writeHex(peer.peerId, this.#slab.words(slot), this.#slab.at(slot) + PEER.id, ID_WORDS);
    this.#writeRest(slot, peer, now, known);
  }

  /** As {@linkcode write}. */
  writePacked(slot: number, peer: PackedPeer, known: boolean): void {
    const at = this.#slab.at(slot) + PEER.id;
    writeBytes(peer.bytes, peer.idAt, this.#slab.words(slot), at, ID_WORDS);
    this.#writeRest(slot, peer, peer.seen, known);
  }

  #writeRest(
    slot: number,
    peer: Pick<NotedPeer, "port" | "seed"> & { readonly classic?: boolean | undefined },
    now: number,
    known: boolean,
  ): void {
    const { port, seed, classic = known } = peer;
    const words = this.#slab.words(slot);
    const at = this.#slab.at(slot);
    const marked = port | (seed ? SEED : 0) | (seed && classic ? CLASSIC : 0);
    words[at + PEER.port] = marked;
    words[at + PEER.seen] = Math.floor(now);
    const cards = this.#slab.cards(slot);
    const card = this.#slab.cardAt(slot);
    cards[card + CARD.ipv4] = this.#hosts.isV4(words, at) ? words[at + 3]! : 0;
    cards[card + CARD.port] = marked;
  }

  read(slot: number): SwarmPeer {
    const id = readHex(this.#slab.words(slot), this.#slab.at(slot) + PEER.id, ID_WORDS);
    return { ...this.#withoutId(slot), peerId: id as PeerId };
  }

  /** As {@linkcode read}, in less time while nobody asks for the id. */
  draw(slot: number): DrawnPeer {
    const words = this.#slab.words(slot);
    const at = this.#slab.at(slot) + PEER.id;
    const word = (n: number) => words[at + n]! | 0;
    return new DrawnPeer(this.#withoutId(slot), [word(0), word(1), word(2), word(3), word(4)]);
  }

  /** The first 8 bytes of its id, in two words: where clients tell what they are (BEP 20). */
  clientWords(slot: number): readonly [number, number] {
    const words = this.#slab.words(slot);
    const at = this.#slab.at(slot) + PEER.id;
    return [words[at]!, words[at + 1]!];
  }

  host(slot: number): string {
    return this.#hosts.text(this.#slab.words(slot), this.#slab.at(slot));
  }

  /** The address as one number, or 0 when it is not an IPv4 one. */
  ipv4(slot: number): number {
    return this.#slab.cards(slot)[this.#slab.cardAt(slot) + CARD.ipv4]!;
  }

  port(slot: number): number {
    return this.#marked(slot) & PORT;
  }

  isSeed(slot: number): boolean {
    return (this.#marked(slot) & SEED) !== 0;
  }

  /** Whether it serves the original protocol; only seeds do. */
  isClassic(slot: number): boolean {
    return (this.#marked(slot) & CLASSIC) !== 0;
  }

  /** In which part of the list of its swarm it stands. */
  part(slot: number): Part {
    const four = this.#hosts.isV4(this.#slab.words(slot), this.#slab.at(slot));
    if (!this.isSeed(slot)) return four ? PART.leecher4 : PART.leecher6;
    if (this.isClassic(slot)) return four ? PART.classic4 : PART.classic6;
    return four ? PART.seed4 : PART.seed6;
  }

  /** Milliseconds since it was heard of last. */
  age(slot: number, now: number): number {
    return Math.floor(now) - this.#slab.get(slot, PEER.seen) >>> 0;
  }

  /** The port, with what is marked above it. */
  #marked(slot: number): number {
    return this.#slab.cards(slot)[this.#slab.cardAt(slot) + CARD.port]!;
  }

  #withoutId(slot: number): Omit<SwarmPeer, "peerId"> {
    return {
      host: this.host(slot),
      port: this.port(slot),
      seed: this.isSeed(slot),
      classic: this.isClassic(slot),
    };
  }

  /** Addresses and ports as BitTorrent clients are told of them; what is no address is left out. */
  compact(slots: readonly number[]): CompactPeers {
    const peers = freshBytes(COMPACT_V4 * slots.length);
    let peers6 = NONE;
    let [end, end6] = [0, 0];
    for (const slot of slots) {
      const four = this.ipv4(slot);
      if (four !== 0) {
        putUint32(peers, end, four);
        end = putPort(peers, end + 4, this.#marked(slot));
        continue;
      }
      const words = this.#slab.words(slot);
      const at = this.#slab.at(slot);
      if (!this.#hosts.isAddress(words, at) || this.#hosts.isV4(words, at)) continue;
      if (peers6 === NONE) peers6 = freshBytes(COMPACT_V6 * slots.length);
      for (let word = 0; word < 4; word++) putUint32(peers6, end6 + 4 * word, words[at + word]!);
      end6 = putPort(peers6, end6 + 16, this.#marked(slot));
    }
    return { peers: whole(peers, end), peers6: whole(peers6, end6) };
  }
}

function whole(bytes: Uint8Array, length: number): Uint8Array {
  return bytes.length === length ? bytes : bytes.subarray(0, length);
}

/** @returns Where the next bytes go. */
function putPort(bytes: Uint8Array, at: number, port: number): number {
  bytes[at] = port >>> 8;
  bytes[at + 1] = port;
  return at + 2;
}
