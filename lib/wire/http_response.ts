/** A response, whole. */
export interface HttpResponse {
  readonly status: keyof typeof REASONS;
  /** Lines of headers in ASCII, each with its `\r\n`; those that every response has are not among them. */
  readonly headers: string;
  readonly body: Uint8Array;
}

const REASONS = {
  200: "OK",
  400: "Bad Request",
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
  const lines = `HTTP/1.1 ${status} ${REASONS[status]}\r\nDate: ${date}\r\n${headers}` +
    `Content-Length: ${body.length}\r\nConnection: ${keep ? "keep-alive" : "close"}\r\n\r\n`;
  const bytes = new Uint8Array(lines.length + (head ? 0 : body.length));
  encoder.encodeInto(lines, bytes);
  if (!head) bytes.set(body, lines.length);
  return bytes;
}
