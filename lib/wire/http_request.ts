import { latin1 } from "../base/ascii.ts";
import { WireError } from "./errors.ts";

/** The most bytes of a request: it has no body. */
export const MAX_HTTP_REQUEST = 8 * 1024;

const MAX_HEADERS = 100;

/** Names and values of headers, and methods (RFC 9110, section 5.6.2). */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const NO_VALUE = /[\0\r\n]/;

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
  const [first = "", ...lines] = head.split("\n").map((line) =>
    line.endsWith("\r") ? line.slice(0, -1) : line
  );
  const [method = "", asked = "", version = "", ...rest] = first.split(" ");
  const minor = version === "HTTP/1.1" ? 1 : version === "HTTP/1.0" ? 0 : undefined;
  if (minor === undefined || rest.length > 0 || !TOKEN.test(method)) {
    throw bad("it does not begin as one");
  }
  const target = asked.startsWith("/") || asked === "*" ? asked : pathOf(asked);
  if (target === undefined) throw bad("it names no path");
  const headers = headersOf(lines);
  if (headers.has("transfer-encoding") || (headers.get("content-length") ?? "0") !== "0") {
    throw bad("it has a body");
  }
  const mark = target.indexOf("?");
  const wishes = headers.get("connection")?.toLowerCase() ?? "";
  return {
    method,
    path: mark < 0 ? target : target.slice(0, mark),
    query: mark < 0 ? "" : target.slice(mark + 1),
    headers,
    keep: minor === 1 ? !wishes.includes("close") : wishes.includes("keep-alive"),
  };
}

/** What an absolute URL asks for, as through a proxy (RFC 9112, section 3.2.2). */
function pathOf(url: string): string | undefined {
  const found = /^https?:\/\/[^/?#]+([/?].*)?$/i.exec(url);
  if (!found) return undefined;
  const path = found[1] ?? "";
  return path.startsWith("/") ? path : `/${path}`;
}

function headersOf(lines: readonly string[]): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  if (lines.length > MAX_HEADERS) throw bad("it has too many headers");
  let count = 0;
  for (const line of lines) {
    if (line === "") continue;
    count++;
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(0, colon));
    if (!TOKEN.test(name) || NO_VALUE.test(line)) throw bad("a header of it is none");
    headers.set(name.toLowerCase(), line.slice(colon + 1).trim());
  }
  return headers.size === count ? headers : joined(lines);
}

/** Headers of which several have one name; few requests have such. */
function joined(lines: readonly string[]): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const line of lines) {
    if (line === "") continue;
    const colon = line.indexOf(":");
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
