import { createSocket, type Socket } from "node:dgram";
import { equalBytes } from "../base/bytes.ts";
import { messageOf } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import { encodeCompactAddress } from "../wire/compact_address.ts";
import { DiscoveryError } from "./errors.ts";

/** Where datagrams go: an IP literal and a port. */
export interface DatagramPeer {
  readonly host: string;
  readonly port: number;
}

/** A UDP socket that asks one other end at a time; closed when disposed of. */
export class Datagrams implements AsyncDisposable {
  readonly #socket: Socket;
  readonly port: number;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.port = socket.address().port;
  }

  /**
   * @param port The port to ask from; 0: a free one.
   * @throws {DiscoveryError} `unreachable` when there is no such socket here.
   */
  static async open(family: 4 | 6, port = 0): Promise<Datagrams> {
    const socket = createSocket(family === 4 ? "udp4" : "udp6");
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once("error", reject);
        socket.bind({ port }, resolve);
      });
    } catch (error) {
      await closed(socket);
      throw unreachable(error);
    }
    return new Datagrams(socket);
  }

  /**
   * Sends a datagram and waits for its answer.
   *
   * @param read Tells the answer from what else may come from there: undefined is passed over.
   * @returns Undefined when there is none within the time.
   * @throws {DiscoveryError} `unreachable` when it cannot be sent.
   * @throws The signal's reason.
   */
  async ask<T>(
    peer: DatagramPeer,
    bytes: Uint8Array,
    read: (bytes: Uint8Array) => T | undefined,
    waitMs: number,
    signal: AbortSignal,
  ): Promise<T | undefined> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<T | undefined>();
    const asked = encodeCompactAddress(peer);
    const onMessage = (
      bytes: Uint8Array,
      from: { readonly address: string; readonly port: number },
    ) => {
      const sender = encodeCompactAddress({ host: from.address, port: from.port });
      if (!asked || !sender || !equalBytes(asked, sender)) return;
      const answer = read(new Uint8Array(bytes));
      if (answer !== undefined) resolve(answer);
    };
    const onError = (error: Error | null) => error && reject(unreachable(error));
    const onAbort = () => reject(signal.reason);
    const timer = setTimeout(() => resolve(undefined), waitMs);
    signal.addEventListener("abort", onAbort, { once: true });
    this.#socket.on("message", onMessage);
    this.#socket.on("error", onError);
    try {
      this.#socket.send(bytes, peer.port, peer.host, onError);
      return await promise;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      this.#socket.off("message", onMessage);
      this.#socket.off("error", onError);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await closed(this.#socket);
  }
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

function unreachable(error: unknown): DiscoveryError {
  const why = printable(messageOf(error), 200);
  return new DiscoveryError("unreachable", why, { cause: error });
}
