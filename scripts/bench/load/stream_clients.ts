import { Answers, type Arrived } from "./answers.ts";
import { close, connect, memory, openSocket, Poll, recv, send } from "./libc.ts";
import type { Clients, LoadOptions, Outcome } from "./load.ts";
import { type Dialect, makeRequests, type Requests } from "./requests.ts";

const READ_BYTES = 256 * 1024;

type StreamOptions = Omit<LoadOptions, "dialect"> & { readonly dialect: Exclude<Dialect, "udp"> };

/** Clients that connect: each has one request under way, or `depth` of them at once. */
export class StreamClients implements Clients {
  readonly #options: StreamOptions;
  readonly #outcome: Outcome;
  readonly #requests: Requests;
  readonly #answers: Answers;
  readonly #poll = new Poll();
  readonly #into = memory(READ_BYTES);
  readonly #sockets: Int32Array;
  /** Requests that are under way on each. */
  readonly #asked: Uint8Array;
  /** Those that could not be sent yet: first request and whether there is one. */
  readonly #unsent: Int32Array;
  readonly #since: Float64Array;
  /** A ring: whoever asked longest ago is the next. */
  readonly #free: Int32Array;
  #firstFree = 0;
  #freeCount = 0;
  readonly #arrived: Arrived = { answers: 0, errors: 0 };
  #next = 0;
  #under = 0;

  constructor(options: StreamOptions, outcome: Outcome) {
    const { dialect, clients, keep, peers, swarms } = options;
    this.#options = options;
    this.#outcome = outcome;
    this.#requests = makeRequests(dialect, { count: peers, swarms, keep });
    this.#answers = new Answers(dialect, clients);
    this.#sockets = new Int32Array(clients).fill(-1);
    this.#asked = new Uint8Array(clients);
    this.#unsent = new Int32Array(clients).fill(-1);
    this.#since = new Float64Array(clients);
    this.#free = new Int32Array(clients);
    for (let client = 0; client < clients; client++) {
      if (keep) this.#open(client);
      this.#giveBack(client);
    }
  }

  get free(): boolean {
    return this.#freeCount > 0;
  }

  get done(): boolean {
    return this.#options.once === true && this.#next >= this.#requests.count &&
      this.#under === 0;
  }

  ask(due: number): void {
    const client = this.#free[this.#firstFree]!;
    this.#firstFree = (this.#firstFree + 1) % this.#free.length;
    this.#freeCount--;
    this.#since[client] = due;
    this.#asked[client] = this.#options.depth;
    this.#under += this.#options.depth;
    const first = this.#next % this.#requests.count;
    this.#next += this.#options.depth;
    if (this.#sockets[client]! < 0) this.#open(client);
    this.#send(client, first);
  }

  wait(ms: number): void {
    const count = this.#poll.wait(ms);
    for (let at = 0; at < count; at++) {
      const client = this.#poll.key(at);
      if (this.#sockets[client]! < 0) continue;
      const unsent = this.#unsent[client]!;
      if (unsent >= 0) this.#send(client, unsent);
      if (this.#poll.readable(at)) this.#read(client);
    }
  }

  #open(client: number): void {
    const { sources, port } = this.#options;
    const from = sources === undefined ? undefined : sourceOf(client % sources);
    const socket = openSocket("tcp", from);
    this.#sockets[client] = socket;
    this.#answers.reset(client);
    connect(socket, "127.0.0.1", port);
    this.#poll.add(socket, client);
  }

  #send(client: number, first: number): void {
    const { starts, count, memory } = this.#requests;
    const last = Math.min(count, first + this.#options.depth);
    const begin = starts[first]!;
    const sent = send(this.#sockets[client]!, memory, begin, starts[last]! - begin);
    this.#unsent[client] = sent < 0 ? first : -1;
    this.#under -= this.#asked[client]! - (last - first);
    this.#asked[client] = last - first;
  }

  #read(client: number): void {
    const length = recv(this.#sockets[client]!, this.#into);
    if (length < 0) return;
    if (length === 0) return this.#closed(client);
    this.#answers.read(client, this.#into.bytes, length, this.#arrived);
    const { answers, errors } = this.#arrived;
    const now = performance.now();
    for (let n = 0; n < answers; n++) {
      this.#outcome.answered(now - this.#since[client]!, n < errors);
    }
    const left = Math.max(0, this.#asked[client]! - answers);
    this.#under -= this.#asked[client]! - left;
    this.#asked[client] = left;
    if (left > 0 || answers === 0) return;
    if (!this.#options.keep) this.#close(client);
    this.#giveBack(client);
  }

  #closed(client: number): void {
    const waits = this.#asked[client]! > 0;
    this.#close(client);
    this.#under -= this.#asked[client]!;
    this.#asked[client] = 0;
    if (!waits) return;
    this.#outcome.broke();
    this.#giveBack(client);
  }

  #giveBack(client: number): void {
    this.#free[(this.#firstFree + this.#freeCount++) % this.#free.length] = client;
  }

  #close(client: number): void {
    close(this.#sockets[client]!);
    this.#sockets[client] = -1;
    this.#unsent[client] = -1;
  }
}

/** One of many loopback addresses. */
export function sourceOf(number: number): string {
  return `127.0.${1 + (number >> 8)}.${number & 255}`;
}
