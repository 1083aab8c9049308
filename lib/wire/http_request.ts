import { latin1 } from "../base/ascii.ts";
import { WireError } from "./errors.ts";

/** The most bytes of a request: it has no body. */
export const MAX_HTTP_REQUEST = 8 * 1024;

const MAX_HEADERS = 100;

/** Names of methods (RFC 9110, section 5.6.2). */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** The lines of headers with the empty one behind them (RFC 9112, section 5); names are tokens. */
const HEADERS = /^(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\0\r\n]*\r?\n){0,98}\r?\n$/;

/** Begins one that says where the request ends, or whether the connection does. */
const FRAMING = /^(?:transfer-encoding|content-length|connection):/im;

/** A request without a body. All text holds one byte of the request a character. */
export interface HttpRequest {
  readonly method: string;
  /** What stands before the `?`. */
  readonly path: string;
  /** What stands behind the `?`, as it came; empty: nothing. */
  readonly query: string;
  /** By name in lower case; several of one name are joined with commas (RFC 9110, section 5.3). */
  readonly headers: ReadonlyMap<string, string>;
  /** Whether the connection stays open for another request (RFC 9112, section 9.3). */
  readonly keep: boolean;
}

/**
 * Reads the request at the beginning of what arrived (RFC 9112, sections 2 to 6).
 *
 * @returns The request and its bytes, or undefined when there is more to come.
 * @throws {WireError} `line_too_long` when it is over {@linkcode MAX_HTTP_REQUEST}, `bad_message` when it
 * is no HTTP/1 request, or one with a body.
 */
export function readHttpRequest(
  bytes: Uint8Array,
): { readonly request: HttpRequest; readonly length: number } | undefined {
  // Empty lines before a request are passed over (RFC 9112, section 2.2).
  let begin = 0;
  while (begin < bytes.length && (bytes[begin] === 13 || bytes[begin] === 10)) begin++;
  const end = endOfHead(bytes, begin);
  if (end === undefined ? bytes.length > MAX_HTTP_REQUEST : end > MAX_HTTP_REQUEST) {
    throw new WireError("line_too_long", `it sent a request of over ${MAX_HTTP_REQUEST} bytes`);
  }
  if (end === undefined) return undefined;
  return { request: parseHead(latin1(bytes.subarray(begin, end))), length: end };
}

function parseHead(head: string): HttpRequest {
  const end = head.indexOf("\n");
  const first = end > 0 && head[end - 1] === "\r" ? head.slice(0, end - 1) : head.slice(0, end);
  const [space, back] = [first.indexOf(" "), first.lastIndexOf(" ")];
  const [method, version] = [first.slice(0, Math.max(0, space)), first.slice(back + 1)];
  const asked = first.slice(space + 1, Math.max(space + 1, back));
  const minor = version === "HTTP/1.1" ? 1 : version === "HTTP/1.0" ? 0 : undefined;
  if (minor === undefined || asked.includes(" ") || !(method === "GET" || TOKEN.test(method))) {
    throw bad("it does not begin as one");
  }
  const target = asked.startsWith("/") || asked === "*" ? asked : pathOf(asked);
  if (target === undefined) throw bad("it names no path");
  const lines = head.slice(end + 1);
  return new Request(method, target, lines, keepOf(lines, minor));
}

/** What the headers before came to: a client sends the same ones each time, and so do many. */
let last = { lines: "", minor: -1, keep: false };

/**
 * Whether a request with these headers leaves the connection open.
 *
 * @throws {WireError} When they are no headers, or it has a body.
 */
function keepOf(lines: string, minor: 0 | 1): boolean {
  if (lines === last.lines && minor === last.minor) return last.keep;
  if (!HEADERS.test(lines)) throw bad(whyNoHeaders(lines));
  const keep = FRAMING.test(lines) ? framing(headersOf(lines), minor) : minor === 1;
  last = { lines, minor, keep };
  return keep;
}

function framing(headers: ReadonlyMap<string, string>, minor: 0 | 1): boolean {
  if (headers.has("transfer-encoding") || (headers.get("content-length") ?? "0") !== "0") {
    throw bad("it has a body");
  }
  const wishes = headers.get("connection")?.toLowerCase() ?? "";
  return minor === 1 ? !wishes.includes("close") : wishes.includes("keep-alive");
}

/** A request whose headers are read when they are asked for: few are. */
class Request implements HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly keep: boolean;
  readonly #lines: string;
  #headers: ReadonlyMap<string, string> | undefined;

  constructor(method: string, target: string, lines: string, keep: boolean) {
    const mark = target.indexOf("?");
    this.method = method;
    this.path = mark < 0 ? target : target.slice(0, mark);
    this.query = mark < 0 ? "" : target.slice(mark + 1);
    this.keep = keep;
    this.#lines = lines;
  }

  get headers(): ReadonlyMap<string, string> {
    return this.#headers ??= headersOf(this.#lines);
  }
}

/** What an absolute URL asks for, as through a proxy (RFC 9112, section 3.2.2). */
function pathOf(url: string): string | undefined {
  const found = /^https?:\/\/[^/?#]+([/?].*)?$/i.exec(url);
  if (!found) return undefined;
  const path = found[1] ?? "";
  return path.startsWith("/") ? path : `/${path}`;
}

/** Why lines are no headers. */
function whyNoHeaders(lines: string): string {
  const tooMany = lines.split("\n").length > MAX_HEADERS;
  return tooMany ? "it has too many headers" : "a header of it is none";
}

/** @param lines As {@linkcode HEADERS} has them. */
function headersOf(lines: string): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const line of lines.split("\n")) {
    const colon = line.indexOf(":");
    if (colon < 0) continue; // the empty line at the end
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return headers;
}

/** @returns Where the empty line behind the head ends. */
function endOfHead(bytes: Uint8Array, begin: number): number | undefined {
  const last = Math.min(bytes.length, MAX_HTTP_REQUEST + 1);
  for (let at = bytes.indexOf(10, begin); at >= 0 && at < last; at = bytes.indexOf(10, at + 1)) {
    if (bytes[at + 1] === 10) return at + 2;
    if (bytes[at + 1] === 13 && bytes[at + 2] === 10) return at + 3;
  }
  return undefined;
}

function bad(why: string): WireError {
  return new WireError("bad_message", `it sent what is no usable HTTP request: ${why}`);
}
