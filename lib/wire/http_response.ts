import { digitsOf, putDecimal } from "../base/ascii.ts";
import { freshBytes } from "../base/slab.ts";

/** A response, whole. */
export interface HttpResponse {
  readonly status: keyof typeof REASONS;
  /** Lines of headers in ASCII, each with its `\r\n`; those that every response has are not among them. */
  readonly headers: string;
  readonly body: Uint8Array;
}

const REASONS = {
  200: "OK",
  301: "Moved Permanently",
  304: "Not Modified",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  429: "Too Many Requests",
  431: "Request Header Fields Too Large",
  500: "Internal Server Error",
  503: "Service Unavailable",
} as const;

const encoder = new TextEncoder();

const LENGTH = encoder.encode("Content-Length: ");
const KEEP = encoder.encode("\r\nConnection: keep-alive\r\n\r\n");
const CLOSE = encoder.encode("\r\nConnection: close\r\n\r\n");

/**
 * Writes a response (RFC 9112).
 *
 * @param options `date`: now, as HTTP writes it; `keep`: whether the connection stays open; `head`:
 * whether the request was a HEAD one, which gets no body.
 */
export function encodeHttpResponse(
  { status, headers, body }: HttpResponse,
  options: { readonly date: string; readonly keep: boolean; readonly head?: boolean },
): Uint8Array {
  const { date, keep, head = false } = options;
  const begin = beginOf(status, date, headers);
  // What is not modified has no body, and no length of one (RFC 9110, section 15.4.5).
  const told = status !== 304;
  const length = told ? LENGTH.length + digitsOf(body.length) : 0;
  const line = keep ? KEEP : CLOSE;
  const end = told ? line : line.subarray(2);
  const headLength = begin.length + length + end.length;
  const bytes = freshBytes(headLength + (told && !head ? body.length : 0));
  bytes.set(begin);
  let at = begin.length;
  if (told) {
    bytes.set(LENGTH, at);
    at = putDecimal(body.length, bytes, at + LENGTH.length);
  }
  bytes.set(end, at);
  if (told && !head) bytes.set(body, headLength);
  return bytes;
}

/** What was written last: nearly all responses of a moment begin as the one before. */
let last = { status: 0, date: "", headers: "", bytes: new Uint8Array() };

function beginOf(status: keyof typeof REASONS, date: string, headers: string): Uint8Array {
  if (last.status !== status || last.headers !== headers || last.date !== date) {
    const lines = `HTTP/1.1 ${status} ${REASONS[status]}\r\nDate: ${date}\r\n${headers}`;
    last = { status, date, headers, bytes: encoder.encode(lines) };
  }
  return last.bytes;
}

/** Writes the head of a response whose body ends with the connection (RFC 9112, section 6.3). */
export function encodeHttpStreamHead(headers: string, date: string): Uint8Array {
  const lines = `HTTP/1.1 200 ${REASONS[200]}\r\nDate: ${date}\r\n${headers}`;
  return encoder.encode(`${lines}Connection: close\r\n\r\n`);
}
