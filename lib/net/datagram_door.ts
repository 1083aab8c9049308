import type {
  AnswerDatagram,
  DatagramPlace,
  DatagramSocket,
  DatagramUse,
} from "./datagram_socket.ts";
import { hasDenoDatagrams, openDenoDatagrams } from "./deno_datagrams.ts";
import type { ListenOptions } from "./listen.ts";
import { openNodeDatagrams } from "./node_datagrams.ts";

/**
 * Answers datagrams on one port of one address, or of all, until it is disposed of. One IPv6 socket
 * takes IPv4 too where the system allows; elsewhere (Windows) a second socket does.
 */
export class DatagramDoor implements AsyncDisposable {
  readonly #sockets: readonly DatagramSocket[];

  private constructor(sockets: readonly DatagramSocket[]) {
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
    const sockets: DatagramSocket[] = [];
    try {
      for (const place of await placesOf(host, port)) {
        sockets.push(await opened(place, { answer, onError }));
      }
    } catch (error) {
      await Promise.all(sockets.map((socket) => socket.close()));
      throw error;
    }
    return new DatagramDoor(sockets);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#sockets.map((socket) => socket.close()));
  }
}

async function placesOf(host: string | undefined, port: number): Promise<DatagramPlace[]> {
  const four = { address: "0.0.0.0", port, ipv6Only: false };
  const six = { address: "::", port, ipv6Only: false };
  if (host !== undefined) return [{ ...four, address: host }];
  if (Deno.build.os === "windows") return [four, { ...six, ipv6Only: true }];
  try {
    const nobody = { answer: () => undefined, onError: () => {} };
    await (await opened({ ...six, port: 0 }, nobody)).close();
    return [six];
  } catch {
    return [four]; // no IPv6 here
  }
}

/** `node:dgram` is for programs that run without `--unstable-net`. */
// deno-lint-ignore require-await -- what it throws is a rejection
async function opened(place: DatagramPlace, use: DatagramUse): Promise<DatagramSocket> {
  return hasDenoDatagrams() ? openDenoDatagrams(place, use) : openNodeDatagrams(place, use);
}
