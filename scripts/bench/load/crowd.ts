/**
 * Connections that take room and give nothing, in a process of its own: `deno run -A crowd.ts JSON`.
 * Of each two one says nothing, the other begins a request and goes on with a byte a second. Those
 * that the tracker closes are opened again. It writes `ready` once all are open, then goes on until it
 * is ended.
 */
import { close, connect, memory, openSocket, Poll, recv, send } from "./libc.ts";
import { sourceOf } from "./stream_clients.ts";

/** What is asked of a crowd. */
export interface CrowdOptions {
  readonly port: number;
  readonly connections: number;
  /** So many loopback addresses that they come from. */
  readonly sources: number;
}

/**
 * How many are opened in one go, and how often: 2,500 a second, some more than what a tracker must close
 * that gives each 5 s. Who opens all at once tries how fast connections are taken, and that is another
 * measurement.
 */
const AT_ONCE = 25;
const PAUSE_MS = 10;

/** How often something is done: a tenth of the slow ones says its next byte. */
const TICK_MS = 100;
const TICKS = 10;

const BEGIN = "GET /announce?info_hash=%00";

const { port, connections, sources } = JSON.parse(Deno.args[0]!) as CrowdOptions;
const sockets = new Int32Array(connections).fill(-1);
const poll = new Poll();
const into = memory(4_096);
const words = memory(64);
new TextEncoder().encodeInto(BEGIN, words.bytes);
const isSlow = (number: number) => number % 2 === 1;
let open = 0;
let next = 0;
let tick = 0;
let told = false;

let mayOpen = performance.now();

for (let due = performance.now();;) {
  const now = performance.now();
  let begun = now < mayOpen ? AT_ONCE : 0;
  if (begun === 0) mayOpen = now + PAUSE_MS;
  for (let n = 0; n < connections && begun < AT_ONCE && open < connections; n++) {
    const number = next++ % connections;
    if (sockets[number]! >= 0) continue;
    openOne(number);
    begun++;
  }
  if (!told && open >= 0.95 * connections) {
    told = true;
    console.log("ready");
  }
  const until = Math.min(due, open < connections ? mayOpen : due);
  const ready = poll.wait(Math.max(0, until - performance.now()));
  for (let at = 0; at < ready; at++) look(poll.key(at), poll.readable(at));
  if (performance.now() < due) continue;
  due += TICK_MS;
  tick++;
  for (let n = 1 + 2 * (tick % TICKS); n < connections; n += 2 * TICKS) {
    if (sockets[n]! >= 0) send(sockets[n]!, words, BEGIN.length - 1, 1);
  }
}

function openOne(number: number): void {
  const socket = openSocket("tcp", sourceOf(number % sources));
  sockets[number] = socket;
  open++;
  connect(socket, "127.0.0.1", port);
  poll.add(socket, number);
}

function look(number: number, readable: boolean): void {
  const socket = sockets[number]!;
  if (socket < 0) return;
  if (!readable) {
    if (isSlow(number)) send(socket, words, 0, BEGIN.length);
    return;
  }
  if (recv(socket, into) > 0) return;
  close(socket);
  sockets[number] = -1;
  open--;
}
