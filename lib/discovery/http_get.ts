import { LayerError, messageOf } from "../base/errors.ts";
import type { AddressKind } from "../base/ip.ts";
import { orAbort } from "../base/or_abort.ts";
import { printable } from "../base/printable.ts";
import { type HttpReply, HttpReplyReader } from "../wire/http_reply.ts";
import { DiscoveryError } from "./errors.ts";
import { type Place, type PlaceOptions, placesOf } from "./places.ts";

/** How long name, connection and TLS handshake may take together. */
const CONNECT_MS = 10_000;

/** Bytes that are read at once. */
const READ = 16 * 1024;

/** How a request is made. */
export interface HttpGetOptions extends PlaceOptions {
  /** The most bytes of the body. */
  readonly maxBody: number;
  /** Our name, as servers are told. */
  readonly client: string;
}

/**
 * Makes one GET request over HTTP/1.1 on a connection of its own. Not `fetch`: that looks the name
 * up itself, and may be told another address than the one that was checked.
 *
 * @param target A URL, whose path and query go out exactly as they are written.
 * @returns The reply, redirects too, and what kind of place it came from.
 * @throws {DiscoveryError} `unreachable`, `forbidden`, `timeout` for the 10 s to connect.
 * @throws {WireError} When it is no HTTP reply, or over a limit.
 * @throws The signal's reason.
 */
export async function httpGet(
  target: string,
  options: HttpGetOptions,
  signal: AbortSignal,
): Promise<{ readonly reply: HttpReply; readonly kind: AddressKind }> {
  const url = new URL(target);
  const { conn, kind } = await connect(url, options, signal);
  try {
    const request = requestText(target.slice(url.origin.length), url.host, options.client);
    return { reply: await orAbort(exchange(conn, request, options.maxBody), signal), kind };
  } catch (error) {
    signal.throwIfAborted();
    throw unreachable(error);
  } finally {
    conn.close();
  }
}

async function connect(url: URL, options: PlaceOptions, signal: AbortSignal) {
  const deadline = AbortSignal.timeout(CONNECT_MS);
  const ends = AbortSignal.any([signal, deadline]);
  try {
    let failure: unknown;
    for (const place of await placesOf(url, options, ends)) {
      try {
        return { conn: await open(url, place, ends), kind: place.kind };
      } catch (error) {
        failure = error;
        ends.throwIfAborted();
      }
    }
    throw unreachable(failure);
  } catch (error) {
    signal.throwIfAborted();
    if (!deadline.aborted) throw error;
    const text = `no connection within ${CONNECT_MS / 1000} s`;
    throw new DiscoveryError("timeout", text, { cause: error });
  }
}

/** A connection to that very address; TLS proves the name all the same. */
async function open(url: URL, { address }: Place, signal: AbortSignal): Promise<Deno.Conn> {
  const secure = url.protocol === "https:";
  const port = url.port === "" ? (secure ? 443 : 80) : Number(url.port);
  const dialing = Deno.connect({ hostname: address, port });
  const plain = await orAbort(dialing, signal, (late) => late.close());
  if (!secure) return plain;
  const hostname = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const shaking = Deno.startTls(plain, { hostname }).then(async (tls) => {
    try {
      await tls.handshake();
      return tls;
    } catch (error) {
      tls.close();
      throw error;
    }
  });
  return await orAbort(shaking, signal, (late) => late.close());
}

function requestText(path: string, host: string, client: string): Uint8Array {
  return new TextEncoder().encode([
    `GET ${path} HTTP/1.1`,
    `Host: ${host}`,
    `User-Agent: ${client.replace(/[^\x20-\x7e]/g, "")}`,
    "Accept: */*",
    "Accept-Encoding: gzip",
    "Connection: close",
    "",
    "",
  ].join("\r\n"));
}

async function exchange(
  conn: Deno.Conn,
  request: Uint8Array,
  maxBody: number,
): Promise<HttpReply> {
  for (let sent = 0; sent < request.length;) sent += await conn.write(request.subarray(sent));
  const reader = new HttpReplyReader(maxBody);
  const buffer = new Uint8Array(READ);
  for (;;) {
    const count = await conn.read(buffer).catch(endOfTls);
    if (count === null) return reader.end();
    const reply = reader.push(buffer.subarray(0, count));
    if (reply) return reply;
  }
}

/** Many servers end TLS without saying so; bencoding shows whether the body is whole. */
function endOfTls(error: unknown): null {
  if (error instanceof Deno.errors.UnexpectedEof) return null;
  throw error;
}

function unreachable(error: unknown): unknown {
  if (error instanceof LayerError) return error;
  const why = printable(messageOf(error).replace(/ \(os error \d+\)/, ""), 200);
  return new DiscoveryError("unreachable", why, { cause: error });
}
