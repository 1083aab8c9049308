import type { TrackerError } from "../../tracker/errors.ts";
import type { HttpRequest } from "../../wire/http_request.ts";
import type { HttpResponse } from "../../wire/http_response.ts";
import { API_DOCUMENT } from "./api_document.ts";
import { BadParameter, peersQuery, shareRange, sharesQuery, trackerRange } from "./api_query.ts";
import type { HttpAnswer } from "./http_answer.ts";
import { RequestData } from "./request_data.ts";
import type { TrackerLive } from "./tracker_live.ts";

/** Nothing of another site may read, frame or run it; what it holds changes all the time. */
const COMMON = [
  "Cache-Control: no-store",
  "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'",
  "Cross-Origin-Resource-Policy: same-origin",
  "Referrer-Policy: no-referrer",
  "X-Content-Type-Options: nosniff",
].map((line) => `${line}\r\n`).join("");

const HEADERS = `Content-Type: application/json; charset=utf-8\r\n${COMMON}`;

/** A path of one share, and what of it is wanted. */
const SHARE = /^\/api\/v1\/shares\/([^/]*)(?:\/(history|peers|torrent))?$/;

const HASH = /^(?:[0-9a-fA-F]{40}|[0-9a-fA-F]{64})$/;

const encoder = new TextEncoder();

/**
 * Answers a request of the JSON interface, `/api/v1/…`, as {@linkcode API_DOCUMENT} says.
 *
 * @returns Undefined when there is no such path.
 */
export function answerApi(
  live: TrackerLive,
  request: HttpRequest,
  host: string,
): HttpAnswer | undefined {
  const answer = answerOf(live, request, host);
  if (!answer) return undefined;
  const guarded = () => {
    try {
      const given = answer();
      return given instanceof Promise ? given.catch(refused) : given;
    } catch (error) {
      if (!(error instanceof BadParameter)) throw error;
      live.core.metrics.failed("http", "bad_request");
      return errorAnswer(400, "bad_request", error.message);
    }
  };
  const refused = (error: unknown): HttpResponse => {
    const rethrow = () => {
      throw error;
    };
    return live.core.serve<HttpResponse>("http", host, rethrow, refusal);
  };
  return live.core.serve<HttpAnswer>("http", host, guarded, refusal);
}

/** A JSON response. */
export function json(status: HttpResponse["status"], value: unknown): HttpResponse {
  return { status, headers: HEADERS, body: encoder.encode(`${JSON.stringify(value)}\n`) };
}

/** What is answered when there is nothing to be told. @param more More lines of headers. */
export function errorAnswer(
  status: HttpResponse["status"],
  code: string,
  message: string,
  more = "",
): HttpResponse {
  const { headers, ...rest } = json(status, { error: { code, message } });
  return { ...rest, headers: `${headers}${more}` };
}

function refusal({ code, message }: TrackerError): HttpResponse {
  if (code === "forbidden") return errorAnswer(403, code, message);
  if (code === "full") return errorAnswer(503, code, message, "Retry-After: 1\r\n");
  return errorAnswer(429, code, message, "Retry-After: 1\r\n");
}

function answerOf(
  live: TrackerLive,
  request: HttpRequest,
  host: string,
): (() => HttpAnswer) | undefined {
  const { path } = request;
  const query = () => new URLSearchParams(request.query);
  const data = () => new RequestData(live, request, host);
  switch (path) {
    case "/api/v1/openapi.json":
      return () => json(200, API_DOCUMENT);
    case "/api/v1/stats":
      return () => json(200, data().stats());
    case "/api/v1/history":
      return () => json(200, data().history(trackerRange(query())));
    case "/api/v1/shares":
      return () => data().shares(sharesQuery(query())).then((page) => json(200, page));
    case "/api/v1/events":
      return () => answerEvents(live, request, host);
  }
  const [, hash, what] = SHARE.exec(path) ?? [];
  if (hash === undefined) return undefined;
  return () => {
    if (!HASH.test(hash)) throw new BadParameter("The hash is not 40 or 64 hex digits");
    switch (what) {
      case undefined:
        return found(data().share(hash));
      case "history":
        return found(data().shareHistory(hash, shareRange(query())));
      case "peers":
        return answerPeers(live, data(), hash, query());
      default:
        return answerTorrent(live, host, hash);
    }
  };
}

function found(value: unknown): HttpResponse {
  if (value !== undefined) return json(200, value);
  return errorAnswer(404, "not_found", "There is no such share");
}

function answerPeers(
  { admin, core }: TrackerLive,
  data: RequestData,
  hash: string,
  query: URLSearchParams,
): HttpResponse {
  const { after, limit } = peersQuery(query);
  if (!admin.isOpen) {
    const why = "The tracker was started without an admin token: nobody is shown addresses";
    return errorAnswer(403, "forbidden", why);
  }
  const page = data.peers(hash, after, limit);
  if (data.isAdmin) return found(page);
  core.metrics.failed("http", "unauthorized");
  const why = "The admin token is missing or wrong, or was wrong too often";
  return errorAnswer(401, "unauthorized", why, 'WWW-Authenticate: Bearer realm="admin"\r\n');
}

async function answerTorrent(
  { core, torrents }: TrackerLive,
  host: string,
  hash: string,
): Promise<HttpResponse> {
  core.registry.admit({ host, now: core.now() });
  const torrent = await torrents?.read(hash);
  if (!torrent || !core.shows(torrent)) {
    return errorAnswer(404, "not_found", "The tracker does not have this torrent");
  }
  const name = encodeURIComponent(`${torrent.name}.torrent`.toWellFormed())
    .replace(/['()*]/g, (one) => `%${one.charCodeAt(0).toString(16)}`);
  const headers = "Content-Type: application/x-bittorrent\r\n" +
    `Content-Disposition: attachment; filename*=UTF-8''${name}\r\n${COMMON}`;
  return { status: 200, headers, body: torrent.bytes };
}

function answerEvents(live: TrackerLive, request: HttpRequest, host: string): HttpAnswer {
  const { core, events } = live;
  const hash = new URLSearchParams(request.query).get("share");
  if (hash !== null && !HASH.test(hash)) throw new BadParameter("share is not 40 or 64 hex digits");
  core.registry.admit({ host, now: core.now() });
  const data = new RequestData(live, request, host);
  const share = hash === null ? undefined : () => data.watch(hash);
  const stays = () => core.access.takesAddress(host) && (core.mayRead(request) || data.isAdmin);
  const answer = events.listen(host, share, stays);
  switch (answer) {
    case "many":
      return errorAnswer(429, "too_many", "Your address listens to too many streams, close some");
    case "full":
      return errorAnswer(503, "full", "Too many listen to events, try later");
    default:
      return answer;
  }
}
