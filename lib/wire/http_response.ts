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
  // What is not modified has no body, and no length of one (RFC 9110, section 15.4.5).
  const length = status === 304 ? "" : `Content-Length: ${body.length}\r\n`;
  const lines = `HTTP/1.1 ${status} ${REASONS[status]}\r\nDate: ${date}\r\n${headers}` +
    `${length}Connection: ${keep ? "keep-alive" : "close"}\r\n\r\n`;
  const bare = head || status === 304;
  const bytes = new Uint8Array(lines.length + (bare ? 0 : body.length));
  encoder.encodeInto(lines, bytes);
  if (!bare) bytes.set(body, lines.length);
  return bytes;
}

/** Writes the head of a response whose body ends with the connection (RFC 9112, section 6.3). */
export function encodeHttpStreamHead(headers: string, date: string): Uint8Array {
  const lines = `HTTP/1.1 200 ${REASONS[200]}\r\nDate: ${date}\r\n${headers}`;
  return encoder.encode(`${lines}Connection: close\r\n\r\n`);
}
