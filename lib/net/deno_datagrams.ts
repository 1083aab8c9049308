import { messageOf } from "../base/errors.ts";
import { normalizeIp } from "../base/ip.ts";
import {
  type DatagramPlace,
  type DatagramSocket,
  type DatagramUse,
  placeText,
} from "./datagram_socket.ts";
import { NetError } from "./errors.ts";

/** What is longer is cut off. */
const MOST_BYTES = 4_096;

/** How long to rest after a read that failed. */
const REST_MS = 100;

/** The part of Deno's own sockets that is used; its type is not there without `--unstable-net`. */
interface NativeSocket {
  receive(into: Uint8Array): Promise<[Uint8Array, NativeAddress]>;
  send(bytes: Uint8Array, to: NativeAddress): Promise<number>;
  close(): void;
}

interface NativeAddress {
  readonly transport: "udp";
  readonly hostname: string;
  readonly port: number;
}

/** `Deno.listenDatagram`, or undefined where it is not allowed (`--unstable-net`). */
type Listen = (options: NativeAddress) => NativeSocket;

/** Whether {@linkcode openDenoDatagrams} can be used. */
export function hasDenoDatagrams(): boolean {
  return nativeListen() !== undefined;
}

/**
 * Takes datagrams by Deno's own sockets, in half the time that `node:dgram` needs.
 *
 * @throws {NetError} `bind` when the port is taken or the address is not this machine's.
 */
export function openDenoDatagrams(place: DatagramPlace, use: DatagramUse): DatagramSocket {
  const { address, port } = place;
  let socket: NativeSocket;
  try {
    socket = nativeListen()!({ transport: "udp", hostname: address, port });
  } catch (error) {
    throw new NetError("bind", `${placeText(place)}: ${messageOf(error)}`, { cause: error });
  }
  const serving = new Serving(socket, use);
  return { close: () => serving.close() };
}

function nativeListen(): Listen | undefined {
  return (Deno as { readonly listenDatagram?: unknown }).listenDatagram as Listen | undefined;
}

class Serving {
  readonly #socket: NativeSocket;
  readonly #use: DatagramUse;
  readonly #buffer = new Uint8Array(MOST_BYTES);
  readonly #done: Promise<void>;
  #open = true;

  constructor(socket: NativeSocket, use: DatagramUse) {
    this.#socket = socket;
    this.#use = use;
    this.#done = this.#serve();
  }

  async close(): Promise<void> {
    if (this.#open) {
      this.#open = false;
      this.#socket.close();
    }
    await this.#done;
  }

  async #serve(): Promise<void> {
    const { answer, onError } = this.#use;
    while (this.#open) {
      try {
        const [bytes, from] = await this.#socket.receive(this.#buffer);
        const reply = answer(bytes, normalizeIp(from.hostname));
        if (reply && from.port !== 0) await this.#socket.send(reply, from).catch(lost);
      } catch (error) {
        // What a machine without the port answers to our datagram (Windows) ends nothing.
        if (!this.#open || error instanceof Deno.errors.ConnectionReset) continue;
        onError(error);
        await new Promise((resolve) => setTimeout(resolve, REST_MS));
      }
    }
  }
}

/** What is lost on its way is asked for again. */
function lost(): void {}
