/**
 * A network of real engines on a virtual clock: links with delay, uplinks and downlinks with a
 * bandwidth, seeded loss. Blocks carry one shared buffer; only their sizes count.
 *
 * A message waits for its sender's uplink, where the connections take turns message by message; then
 * for the delay of the link; then for the receiver's downlink. Loss is what TCP makes of it: a delay
 * of that link, or its end.
 */
import { peerId } from "../../lib/base/ids.ts";
import { below, type Random } from "../../lib/base/random.ts";
import type { Address } from "../../lib/swarm/types.ts";
import type { PeerMessage } from "../../lib/wire/peer_message.ts";
import { seeded } from "../fuzz/mutations.ts";
import { EventQueue } from "./events.ts";
import type { FakeTorrent } from "./fake_torrent.ts";
import { type End, Node, type NodeOptions } from "./node.ts";

/** How the network behaves. */
export interface NetworkOptions {
  readonly seed: number;
  readonly torrent: FakeTorrent;
  /** Milliseconds one way, at least and at most; drawn for each connection. */
  readonly delay: readonly [number, number];
  /** How likely a message is held up for 200 ms, and how likely its connection ends. */
  readonly holdUp?: number;
  readonly break?: number;
  /** BEP 27. */
  readonly private?: boolean;
}

/** See above. */
export class Network {
  readonly options: NetworkOptions;
  readonly nodes: Node[] = [];
  readonly random: Random;
  /** Told of each proven piece. */
  gained: (node: Node, piece: number) => void = () => {};
  readonly #events = new EventQueue();
  #lastKey = 0;
  #trace = 0x811c9dc5;

  constructor(options: NetworkOptions) {
    this.options = options;
    this.random = { next: seeded(options.seed) };
  }

  /** Virtual milliseconds. */
  get now(): number {
    return this.#events.now;
  }

  /** A number that depends on every message and its moment. */
  get trace(): number {
    return this.#trace;
  }

  add(options: NodeOptions): Node {
    const node = new Node(this, this.nodes.length, options);
    this.nodes.push(node);
    return node;
  }

  after(ms: number, run: () => void): void {
    this.#events.add(this.now + Math.max(0, ms), run);
  }

  /** Lets time pass until nothing happens any more, or `stop` says so, or the moment is reached. */
  run(until: number, stop: () => boolean = () => false): void {
    while (this.#events.size > 0 && this.now < until && !stop()) this.#events.step();
  }

  dial(from: Node, address: Address): void {
    const to = this.nodes.find((node) => node.host === address.host && !node.gone);
    const [least, most] = this.options.delay;
    const delay = least + below(this.random, most - least + 1);
    this.after(2 * delay, () => {
      if (!to || to.gone || from.gone) return from.take({ kind: "dial_failed", address });
      const here = { node: from, key: ++this.#lastKey, queue: [], delay, open: true } as unknown;
      const there = { node: to, key: ++this.#lastKey, queue: [], delay, open: true } as unknown;
      this.#join(here as End, there as End);
      this.#connected(here as End, address);
      this.#connected(there as End);
    });
  }

  /** Ends a connection, seen by both ends a little later. */
  close(end: End): void {
    for (const one of [end, end.other]) {
      if (!one.open) continue;
      one.open = false;
      this.after(one === end ? 0 : end.delay, () => {
        one.node.ends.delete(one.key);
        one.node.take({ kind: "left", peer: one.key });
      });
    }
  }

  /** A program ends, without a word. */
  remove(node: Node): void {
    for (const end of [...node.ends.values()]) this.close(end);
    node.gone = true;
  }

  /** Sends what is next on a node's uplink. */
  transmit(node: Node): void {
    const end = node.turns.shift();
    node.sending = end !== undefined;
    if (!end) return;
    const queued = end.queue.shift()!;
    if (end.queue.length > 0) node.turns.push(end);
    this.after(sizeOf(queued.message) * 1000 / node.options.up, () => {
      this.#travel(end, queued.message);
      if (queued.served && end.open) node.take(queued.served);
      this.transmit(node);
    });
  }

  #join(here: End, there: End): void {
    here.other = there;
    there.other = here;
    here.lastArrival = there.lastArrival = this.now;
    here.node.ends.set(here.key, here);
    there.node.ends.set(there.key, there);
  }

  #connected(end: End, dialled?: Address): void {
    const { node, host } = { node: end.other.node, host: end.other.node.host };
    const v2 = !this.options.torrent.v1 && node.options.v2 !== false;
    const id = peerId((node.index + 1).toString(16).padStart(40, "0"))!;
    const peer = { key: end.key, host, id, fast: true, extended: true, v2 };
    end.node.take({ kind: "connected", peer: dialled ? { ...peer, dialled } : peer });
  }

  #travel(end: End, message: PeerMessage): void {
    if (!end.open) return;
    if (this.options.break && this.random.next() < this.options.break) return this.close(end);
    const held = this.options.holdUp && this.random.next() < this.options.holdUp ? 200 : 0;
    end.lastArrival = Math.max(end.lastArrival, this.now + end.delay + held);
    this.after(end.lastArrival - this.now, () => this.#arrive(end.other, message));
  }

  #arrive(end: End, message: PeerMessage): void {
    const { node } = end;
    const from = Math.max(this.now, node.downFree);
    node.downFree = from + sizeOf(message) * 1000 / node.options.down;
    this.after(node.downFree - this.now, () => {
      if (!end.open) return;
      this.#note(node, message);
      node.take({ kind: "message", peer: end.key, message });
    });
  }

  #note(node: Node, message: PeerMessage): void {
    const piece = "piece" in message ? message.piece : 0;
    const begin = "begin" in message ? message.begin : 0;
    for (const value of [this.now * 1000, node.index, message.kind.length, piece, begin]) {
      this.#trace = Math.imul(this.#trace ^ Math.floor(value), 0x01000193) >>> 0;
    }
  }
}

/** Bytes on the wire. */
function sizeOf(message: PeerMessage): number {
  switch (message.kind) {
    case "piece":
      return 13 + message.data.length;
    case "bitfield":
      return 5 + message.bits.length;
    case "hashes":
      return 53 + message.hashes.length;
    case "extension_handshake":
      return 150;
    case "metadata_data":
      return 60 + message.data.length;
    case "pex":
      return 30 + 7 * message.added.length + 6 * message.dropped.length;
    default:
      return 17;
  }
}
