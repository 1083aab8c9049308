import type { ListedShare } from "../../tracker/share_types.ts";
import type { HttpResponse } from "../../wire/http_response.ts";
import { FIND_LIMIT, isCount } from "../../wire/tracker_lines.ts";
import { API_DOCUMENT } from "./api_document.ts";
import type { TrackerCore } from "./tracker_core.ts";

/** Nothing of another site may read, frame or run it; what it holds changes all the time. */
const HEADERS = [
  "Content-Type: application/json; charset=utf-8",
  "Cache-Control: no-store",
  "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'",
  "Cross-Origin-Resource-Policy: same-origin",
  "Referrer-Policy: no-referrer",
  "X-Content-Type-Options: nosniff",
].map((line) => `${line}\r\n`).join("");

/** The most characters of a text that is searched for. */
const MAX_SEARCH = 255;

/**
 * Answers a request of the JSON interface, `/api/v1/…`.
 *
 * @param query What stands behind the `?`.
 * @returns Undefined when there is no such path.
 */
export function answerApi(
  core: TrackerCore,
  path: string,
  query: string,
  host: string,
): HttpResponse | undefined {
  const now = core.now();
  const answer = path === "/api/v1/stats"
    ? () => {
      core.registry.admit({ host, now });
      return json(200, core.stats());
    }
    : path === "/api/v1/shares"
    ? () => shares(core, new URLSearchParams(query), { host, now })
    : path === "/api/v1/openapi.json"
    ? () => json(200, API_DOCUMENT)
    : undefined;
  return answer && core.serve("http", host, answer, ({ code, message }) => {
    const { headers, ...rest } = json(429, { error: { code, message } });
    return { ...rest, headers: `${headers}Retry-After: 1\r\n` };
  });
}

/** A JSON response. */
export function json(status: HttpResponse["status"], value: unknown): HttpResponse {
  return { status, headers: HEADERS, body: new TextEncoder().encode(`${JSON.stringify(value)}\n`) };
}

function shares(
  core: TrackerCore,
  query: URLSearchParams,
  asker: { readonly host: string; readonly now: number },
): HttpResponse {
  const text = query.get("q") ?? "";
  if (text.length > MAX_SEARCH) return bad("q", `at most ${MAX_SEARCH} characters`);
  const after = number(query.get("after") ?? "0");
  if (!isCount(after, 0, Number.MAX_SAFE_INTEGER)) return bad("after", "the next of a page before");
  const limit = number(query.get("limit") ?? String(FIND_LIMIT.usual));
  if (!isCount(limit, 1, FIND_LIMIT.most)) return bad("limit", `1 to ${FIND_LIMIT.most}`);
  const { shares, next } = core.registry.list(text, { after, most: limit }, asker);
  core.metrics.served("http", "find");
  return json(200, {
    shares: shares.map((share) => told(share, asker.now)),
    ...(next === undefined ? {} : { next }),
  });
}

function told({ order: _order, firstSeen, ...share }: ListedShare, now: number) {
  return { ...share, age: Math.max(0, Math.round((now - firstSeen) / 1000)) };
}

function bad(field: string, wanted: string): HttpResponse {
  return json(400, { error: { code: "bad_request", message: `${field} is not ${wanted}` } });
}

function number(text: string): number {
  return /^\d{1,16}$/.test(text) ? Number(text) : NaN;
}
