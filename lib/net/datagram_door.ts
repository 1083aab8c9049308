import { createSocket, type Socket } from "node:dgram";
import { messageOf } from "../base/errors.ts";
import { normalizeIp } from "../base/ip.ts";
import { NetError } from "./errors.ts";
import type { ListenOptions } from "./listen.ts";

/** What one that sends datagrams is answered; undefined: nothing. */
export type AnswerDatagram = (bytes: Uint8Array, host: string) => Uint8Array | undefined;

/**
 * Answers datagrams on one port of one address, or of all, until it is disposed of. One IPv6 socket
 * takes IPv4 too where the system allows; elsewhere (Windows) a second socket does.
 */
export class DatagramDoor implements AsyncDisposable {
  readonly #sockets: readonly Socket[];

  private constructor(sockets: readonly Socket[]) {
    this.#sockets = sockets;
  }

  /**
   * @param answer Called with each datagram and the IP address that it claims to come from.
   * @param onError Told of what is wrong with a socket that is open.
   * @throws {NetError} `bind` when the port is taken or the address is not this machine's.
   */
  static async open(
    { host, port }: ListenOptions,
    answer: AnswerDatagram,
    onError: (error: unknown) => void,
  ): Promise<DatagramDoor> {
    const sockets: Socket[] = [];
    try {
      for (const place of await placesOf(host)) {
        const socket = await opened(place, port);
        sockets.push(socket);
        socket.on("error", onError);
        socket.on("message", (bytes, { address, port }) => {
          const reply = answer(bytes, normalizeIp(address));
          // What is lost on its way is asked for again.
          if (reply && port !== 0) socket.send(reply, port, address, () => {});
        });
      }
    } catch (error) {
      await Promise.all(sockets.map(closed));
      throw error;
    }
    return new DatagramDoor(sockets);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#sockets.map(closed));
  }
}

interface Place {
  readonly type: "udp4" | "udp6";
  readonly address: string;
  readonly ipv6Only: boolean;
}

async function placesOf(host: string | undefined): Promise<readonly Place[]> {
  const of = (address: string, ipv6Only: boolean): Place => ({
    type: address.includes(":") ? "udp6" : "udp4",
    address,
    ipv6Only,
  });
  if (host !== undefined) return [of(host, false)];
  if (Deno.build.os === "windows") return [of("0.0.0.0", false), of("::", true)];
  try {
    await closed(await opened(of("::", false), 0));
    return [of("::", false)];
  } catch {
    return [of("0.0.0.0", false)]; // no IPv6 here
  }
}

function opened({ type, address, ipv6Only }: Place, port: number): Promise<Socket> {
  const socket = createSocket({ type, ipv6Only });
  return new Promise((resolve, reject) => {
    socket.once("error", (error) => {
      const where = address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
      const text = `UDP ${where}: ${messageOf(error)}`;
      closed(socket).then(() => reject(new NetError("bind", text, { cause: error })));
    });
    socket.bind({ port, address }, () => {
      socket.removeAllListeners("error");
      resolve(socket);
    });
  });
}

function closed(socket: Socket): Promise<void> {
  socket.on("error", () => {});
  return new Promise((resolve) => {
    try {
      socket.close(() => resolve());
    } catch {
      resolve(); // it never opened
    }
  });
}
