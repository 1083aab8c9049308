import { connect, memory, openSocket, Poll, recv, send } from "./libc.ts";
import type { Clients, LoadOptions, Outcome } from "./load.ts";
import { makeRequests, type Requests } from "./requests.ts";

/** A request that is not answered for so long is lost. */
const LOST_MS = 1_000;

/** How often it is looked for those. */
const LOOK_MS = 100;

/** A connect: the protocol's number, action 0, a transaction (BEP 15). */
const CONNECT = Uint8Array.of(0, 0, 4, 0x17, 0x27, 0x10, 0x19, 0x80, 0, 0, 0, 0, 0, 0, 0, 1);

/** Clients of UDP: each connects once, then has `depth` announces under way. */
export class UdpClients implements Clients {
  readonly #options: LoadOptions;
  readonly #outcome: Outcome;
  readonly #requests: Requests;
  readonly #view: DataView;
  readonly #poll = new Poll();
  readonly #into = memory(4_096);
  readonly #answer = new DataView(this.#into.bytes.buffer);
  readonly #sockets: number[] = [];
  /** The id of each socket's connection, two words. */
  readonly #ids: Uint32Array;
  /** By the transaction of a request under way, modulo their number: when it was due; 0: answered. */
  readonly #since: Float64Array;
  readonly #free: number[] = [];
  readonly #slotsOf: number;
  #looked = performance.now();
  #next = 0;
  #under = 0;

  constructor(options: LoadOptions, outcome: Outcome) {
    const { clients, depth, peers, swarms } = options;
    this.#options = options;
    this.#outcome = outcome;
    this.#requests = makeRequests("udp", { count: peers, swarms, keep: true });
    this.#view = new DataView(this.#requests.memory.bytes.buffer);
    this.#ids = new Uint32Array(2 * clients);
    this.#slotsOf = depth;
    this.#since = new Float64Array(clients * depth);
    for (let client = 0; client < clients; client++) this.#connect(client);
    for (let slot = clients * depth - 1; slot >= 0; slot--) this.#free.push(slot);
  }

  get free(): boolean {
    return this.#free.length > 0;
  }

  get done(): boolean {
    return this.#options.once === true && this.#next >= this.#requests.count && this.#under === 0;
  }

  ask(due: number): void {
    const slot = this.#free.pop()!;
    if (this.#options.once && this.#next >= this.#requests.count) return;
    const client = Math.floor(slot / this.#slotsOf);
    const at = this.#requests.starts[this.#next++ % this.#requests.count]!;
    this.#view.setUint32(at, this.#ids[2 * client]!);
    this.#view.setUint32(at + 4, this.#ids[2 * client + 1]!);
    this.#view.setUint32(at + 12, slot);
    this.#since[slot] = due;
    this.#under++;
    send(this.#sockets[client]!, this.#requests.memory, at, 98);
  }

  wait(ms: number): void {
    const count = this.#poll.wait(ms);
    const now = performance.now();
    for (let at = 0; at < count; at++) {
      if (this.#poll.readable(at)) this.#read(this.#sockets[this.#poll.key(at)]!);
    }
    if (now < this.#looked + LOOK_MS) return;
    this.#looked = now;
    for (let slot = 0; slot < this.#since.length; slot++) {
      if (this.#since[slot]! === 0 || now < this.#since[slot]! + LOST_MS) continue;
      this.#outcome.broke();
      this.#give(slot);
    }
  }

  #read(socket: number): void {
    for (let length = recv(socket, this.#into); length > 0; length = recv(socket, this.#into)) {
      const slot = this.#answer.getUint32(4);
      const since = this.#since[slot];
      if (since === undefined || since === 0) continue;
      this.#outcome.answered(performance.now() - since, this.#answer.getUint32(0) !== 1);
      this.#give(slot);
    }
  }

  #give(slot: number): void {
    this.#since[slot] = 0;
    this.#under--;
    this.#free.push(slot);
  }

  /** Gets a connection id, and waits for it. */
  #connect(client: number): void {
    const socket = openSocket("udp");
    this.#sockets.push(socket);
    connect(socket, "127.0.0.1", this.#options.port);
    const request = memory(CONNECT.length);
    request.bytes.set(CONNECT);
    const deadline = performance.now() + 10_000;
    const poll = new Poll();
    poll.add(socket, client);
    send(socket, request, 0, CONNECT.length);
    while (recv(socket, this.#into) < 16) {
      if (performance.now() > deadline) throw new Error("the tracker gives no connection id");
      poll.wait(100);
    }
    this.#ids[2 * client] = this.#answer.getUint32(8);
    this.#ids[2 * client + 1] = this.#answer.getUint32(12);
    this.#poll.add(socket, client);
  }
}
