/** A UDP client of a tracker, as bytes. */
import { createSocket, type Socket } from "node:dgram";

/** How long an answer is waited for; decides only how long a test that fails takes. */
const PATIENCE_MS = 20_000;

/** One socket that sends datagrams to one place and collects what comes back. */
export class UdpAsker implements AsyncDisposable {
  readonly #socket: Socket;
  readonly #port: number;
  readonly #host: string;
  readonly #heard: Uint8Array[] = [];
  #wake = () => {};

  private constructor(socket: Socket, host: string, port: number) {
    this.#socket = socket;
    this.#host = host;
    this.#port = port;
    socket.on("message", (bytes) => {
      this.#heard.push(new Uint8Array(bytes));
      this.#wake();
    });
  }

  /** @param host An IP literal. */
  static async to(port: number, host = "127.0.0.1"): Promise<UdpAsker> {
    const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
    await new Promise<void>((resolve) => socket.bind({ port: 0, address: host }, resolve));
    return new UdpAsker(socket, host, port);
  }

  send(bytes: Uint8Array): void {
    this.#socket.send(bytes, this.#port, this.#host);
  }

  /** Sends, and waits for the next answer. */
  async ask(bytes: Uint8Array): Promise<Uint8Array> {
    this.send(bytes);
    const deadline = setTimeout(() => this.#wake(), PATIENCE_MS);
    try {
      if (this.#heard.length === 0) await new Promise<void>((resolve) => this.#wake = resolve);
    } finally {
      clearTimeout(deadline);
    }
    const answer = this.#heard.shift();
    if (!answer) throw new Error("the tracker did not answer");
    return answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise<void>((resolve) => this.#socket.close(() => resolve()));
  }
}
