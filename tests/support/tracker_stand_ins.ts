/** Trackers of HTTP and UDP that answer what a test tells them to. */
import { createSocket, type Socket } from "node:dgram";
import { StandIn } from "./originals.ts";

/** Bytes of a request head that are read at most. */
const MAX_HEAD = 16 * 1024;

/** An answer, in parts; nothing: it stays silent until the other end hangs up. */
export type HttpAnswering = (head: string) => readonly (string | Uint8Array)[] | undefined;

/** An HTTP server that sends raw bytes; `heads` holds what it was asked. */
export function httpStandIn(answer: HttpAnswering): StandIn & { readonly heads: string[] } {
  const heads: string[] = [];
  const standIn = new StandIn(async (conn) => {
    conn.setNoDelay(true);
    const head = await readHead(conn);
    heads.push(head);
    const parts = answer(head);
    if (!parts) return void await conn.read(new Uint8Array(1));
    for (const part of parts) {
      const bytes = typeof part === "string" ? new TextEncoder().encode(part) : part;
      for (let sent = 0; sent < bytes.length;) sent += await conn.write(bytes.subarray(sent));
    }
  });
  return Object.assign(standIn, { heads });
}

/** A reply of status 200 with a body. */
export function httpOk(body: string | Uint8Array, headers = ""): (string | Uint8Array)[] {
  const length = typeof body === "string" ? new TextEncoder().encode(body).length : body.length;
  return [`HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n${headers}\r\n`, body];
}

async function readHead(conn: Deno.TcpConn): Promise<string> {
  let head = "";
  const buffer = new Uint8Array(1024);
  while (!head.endsWith("\r\n\r\n") && head.length < MAX_HEAD) {
    const count = await conn.read(buffer);
    if (count === null) break;
    head += String.fromCharCode(...buffer.subarray(0, count));
  }
  return head;
}

/** A UDP server; `asked` holds the datagrams that came, and from which port. */
export class UdpStandIn implements AsyncDisposable {
  readonly asked: { readonly bytes: Uint8Array; readonly from: number }[] = [];
  readonly port: number;
  readonly #socket: Socket;

  private constructor(
    socket: Socket,
    answer: (bytes: Uint8Array, at: number) => readonly Uint8Array[],
  ) {
    this.#socket = socket;
    this.port = socket.address().port;
    socket.on("message", (message, from) => {
      const bytes = new Uint8Array(message);
      this.asked.push({ bytes, from: from.port });
      for (const reply of answer(bytes, this.asked.length - 1)) {
        socket.send(reply, from.port, from.address);
      }
    });
  }

  /**
   * @param answer The datagrams that it sends back, told the request and how many came before.
   */
  static async open(
    answer: (bytes: Uint8Array, at: number) => readonly Uint8Array[],
    { host = "127.0.0.1", port = 0 } = {},
  ): Promise<UdpStandIn> {
    const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
    await new Promise<void>((resolve, reject) => {
      socket.once("error", reject);
      socket.bind({ port, address: host }, () => resolve());
    });
    return new UdpStandIn(socket, answer);
  }

  /** Sends from here to a port of loopback. */
  send(bytes: Uint8Array, port: number): void {
    this.#socket.send(bytes, port, "127.0.0.1");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise<void>((resolve) => this.#socket.close(() => resolve()));
  }
}
