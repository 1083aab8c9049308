import { messageOf } from "../../base/errors.ts";
import { normalizeIp } from "../../base/ip.ts";
import type { Log } from "../../base/log.ts";
import { listen, type Listening, type ListenOptions } from "../../net/listen.ts";
import type { TlsFront } from "../../net/tls_front.ts";
import { withoutKeys } from "../../tracker/tracker_key.ts";
import { clientAddress } from "../../wire/forwarded.ts";
import type { HttpRequest } from "../../wire/http_request.ts";
import {
  encodeHttpResponse,
  encodeHttpStreamHead,
  type HttpResponse,
} from "../../wire/http_response.ts";
import type { ConnectionGate } from "./connection_gate.ts";
import { type HttpAnswer, isStreaming } from "./http_answer.ts";
import { HttpConnection, type HttpConnectionContext, type WholeAnswer } from "./http_connection.ts";

/** How often connections that took too long are looked for. */
const SWEEP_MS = 250;

/** Of very many that are due at the same moment so many are closed at once: others wait meanwhile. */
const CLOSED_AT_ONCE = 100;

/** What the door is handed from the service that owns it. */
export interface HttpDoorContext {
  readonly gate: ConnectionGate;
  /** Whose word counts on who sent a request; absent: nobody's. */
  readonly proxies?: { has(host: string): boolean };
  /** Speaks TLS on every connection; absent: none is encrypted. */
  readonly tls?: TlsFront;
  readonly log: Log;
  /** Monotonic milliseconds. */
  now(): number;
  /** Answers a request. @param host The address that it came from. */
  respond(request: HttpRequest, host: string): HttpAnswer;
  /** Told of every request that was answered, if anybody wants to know. */
  onAnswered?(request: HttpRequest, host: string, status: number): void;
  /** Told of what is no request, or not taken. */
  onRefused(code: "bad_request" | "turned_away"): void;
}

/**
 * Serves HTTP/1 on one port until it is stopped. It is written for a tracker: short requests without
 * a body, answered at once, on connections of which many are kept and many are silent.
 */
export class HttpDoor {
  readonly #listening: Listening;
  readonly #context: HttpDoorContext;
  readonly #connections = new Set<HttpConnection>();
  /** What all of them are handed. */
  readonly #shared: HttpConnectionContext;
  readonly #accepting: Promise<void>;
  readonly #sweep: ReturnType<typeof setInterval>;
  #rest: ReturnType<typeof setTimeout> | undefined;
  #date = new Date().toUTCString();
  /** Resolved when the last connection is gone; absent unless it is being stopped. */
  #emptied: PromiseWithResolvers<void> | undefined;

  /** @throws {NetError} `bind` when the port is taken or the address is not this machine's. */
  constructor(where: ListenOptions, context: HttpDoorContext) {
    this.#context = context;
    this.#shared = {
      now: context.now,
      respond: (request, host) => this.#respond(request, host),
      refuse: (status, reason) => {
        context.onRefused("bad_request");
        return this.#encode(unserved(status, reason), false);
      },
      onEnded: (connection) => this.#ended(connection),
    };
    this.#listening = listen(where);
    this.#accepting = this.#listening.accept(
      (conn) => this.#welcome(conn),
      (error) => context.log("error", `a connection could not be taken: ${messageOf(error)}`),
    );
    this.#sweep = setInterval(() => this.#look(), SWEEP_MS);
  }

  get port(): number {
    return this.#listening.port;
  }

  get addresses(): Listening["addresses"] {
    return this.#listening.addresses;
  }

  /** Stops taking connections, lets requests in hand be answered for at most `graceMs`, closes all. */
  async stop(graceMs: number): Promise<void> {
    this.#emptied = Promise.withResolvers();
    this.#listening.close();
    for (const connection of this.#connections) connection.finish();
    const timer = setTimeout(() => {
      for (const connection of this.#connections) connection.close();
    }, graceMs);
    await this.#accepting;
    if (this.#connections.size > 0) await this.#emptied.promise;
    clearTimeout(timer);
    clearInterval(this.#sweep);
    clearTimeout(this.#rest);
  }

  #welcome(conn: Deno.TcpConn): void {
    const { gate, proxies, tls, onRefused } = this.#context;
    const host = normalizeIp(conn.remoteAddr.hostname);
    const reason = gate.enter(host, proxies?.has(host));
    if (reason !== undefined) {
      onRefused("turned_away");
      return tls ? conn.close() : turnAway(conn, this.#encode(unserved(503, reason), false));
    }
    const secure = tls?.accept(conn, (error) => this.#notSecure(host, error));
    const connection = new HttpConnection(secure ?? conn, host, this.#shared);
    this.#connections.add(connection);
    connection.serve();
  }

  #ended(connection: HttpConnection): void {
    this.#connections.delete(connection);
    this.#context.gate.leave(connection.host);
    if (this.#connections.size === 0) this.#emptied?.resolve();
  }

  #notSecure(host: string, error: unknown): void {
    this.#context.log("debug", `${host} speaks no TLS with us: ${messageOf(error)}`);
  }

  #respond(request: HttpRequest, peer: string): ReturnType<HttpConnectionContext["respond"]> {
    const { proxies } = this.#context;
    const host = proxies?.has(peer) ? senderOf(request, peer, proxies) : peer;
    try {
      const answer = this.#context.respond(request, host);
      if (answer instanceof Promise) {
        const whole = answer.then((response) => this.#whole(request, host, response))
          .catch((error) => this.#failed(request, host, error));
        return { kind: "later", answer: whole };
      }
      if (!isStreaming(answer)) return this.#whole(request, host, answer);
      this.#context.onAnswered?.(request, host, 200);
      const head = encodeHttpStreamHead(answer.headers, this.#date);
      if (request.method === "HEAD") return { kind: "whole", bytes: head, keep: false };
      return { kind: "stream", head, open: (sink) => answer.open(sink) };
    } catch (error) {
      return this.#failed(request, host, error);
    }
  }

  #whole(request: HttpRequest, host: string, response: HttpResponse): WholeAnswer {
    this.#context.onAnswered?.(request, host, response.status);
    const keep = request.keep && !this.#emptied;
    return { kind: "whole", bytes: this.#encode(response, keep, request.method === "HEAD"), keep };
  }

  #failed(request: HttpRequest, host: string, error: unknown): WholeAnswer {
    this.#context.log(
      "error",
      `${withoutKeys(request.path)} could not be answered: ${messageOf(error)}`,
    );
    return this.#whole(request, host, unserved(500, "It could not be answered"));
  }

  #encode(response: HttpResponse, keep: boolean, head = false): Uint8Array {
    return encodeHttpResponse(response, { date: this.#date, keep, head });
  }

  #look(): void {
    this.#date = new Date().toUTCString();
    const now = this.#context.now();
    let room = CLOSED_AT_ONCE;
    for (const connection of this.#connections) {
      if (connection.deadline > now) continue;
      if (room-- === 0) {
        this.#rest = setTimeout(() => this.#look(), 0);
        return;
      }
      connection.close();
    }
  }
}

function senderOf(
  { headers }: HttpRequest,
  peer: string,
  proxies: { has(host: string): boolean },
): string {
  return clientAddress(peer, headers, (host) => proxies.has(host));
}

function unserved(status: 400 | 431 | 500 | 503, reason: string): HttpResponse {
  const headers = "Content-Type: text/plain; charset=utf-8\r\n";
  return { status, headers, body: new TextEncoder().encode(`${reason}.\n`) };
}

/** The few bytes fit into the empty buffer of a fresh connection, so nothing waits. */
function turnAway(conn: Deno.TcpConn, bytes: Uint8Array): void {
  conn.write(bytes).catch(() => {}).finally(() => conn.close());
}
