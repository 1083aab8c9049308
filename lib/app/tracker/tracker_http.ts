import { isIpv4, normalizeIp } from "../../base/ip.ts";
import type { TrackerError } from "../../tracker/errors.ts";
import type { HttpRequest } from "../../wire/http_request.ts";
import type { HttpResponse } from "../../wire/http_response.ts";
import {
  type HttpAnnounce,
  parseAnnounceQuery,
  parseScrapeQuery,
} from "../../wire/http_tracker_query.ts";
import { parseKeyedPath } from "../../wire/tracker_path.ts";
import {
  encodeCompactAnswer,
  encodeHttpFailure,
  encodeHttpScrape,
  encodePeerDicts,
} from "../../wire/http_tracker_reply.ts";
import type { HttpAnswer } from "./http_answer.ts";
import { RequestData } from "./request_data.ts";
import { answerApi, errorAnswer } from "./tracker_api.ts";
import type { TrackerCore } from "./tracker_core.ts";
import type { TrackerLive } from "./tracker_live.ts";

/** Minutes after which one that asked too often, or found no room, may ask again. */
const RETRY_MINUTES = 1;

const PLAIN = "Content-Type: text/plain\r\nX-Content-Type-Options: nosniff\r\n";
const METRICS = "Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n";

/** Has browsers ask for a password, which is the key, and send it from then on. */
const ASK_FOR_KEY = 'WWW-Authenticate: Basic realm="tracker", charset="UTF-8"\r\n';

/** Answers a request of the HTTP door. @param host The address that it came from. */
export function answerHttp(live: TrackerLive, request: HttpRequest, host: string): HttpAnswer {
  const { core } = live;
  const { method, path, query } = request;
  if (method !== "GET" && method !== "HEAD") {
    const body = new TextEncoder().encode("Only GET and HEAD are served.\n");
    return { status: 405, headers: `Allow: GET, HEAD\r\n${PLAIN}`, body };
  }
  switch (path) {
    case "/announce":
      return plain(answerAnnounce(core, query, host));
    case "/scrape":
      return plain(answerScrape(core, query, host));
    case "/healthz":
      return plain("ok\n");
    case "/readyz":
      return answerReady(core);
  }
  const keyed = parseKeyedPath(path);
  switch (keyed?.verb) {
    case "announce":
      return plain(answerAnnounce(core, query, host, keyed.key));
    case "scrape":
      return plain(answerScrape(core, query, host, keyed.key));
  }
  if (!core.access.takesAddress(host)) {
    core.metrics.failed("http", "forbidden");
    return errorAnswer(403, "forbidden", "Your address may not use this tracker");
  }
  const data = new RequestData(live, request, host);
  if (!core.mayRead(request) && !data.isAdmin) {
    core.metrics.failed("http", "unauthorized");
    return errorAnswer(401, "unauthorized", "This tracker needs your key", ASK_FOR_KEY);
  }
  if (path === "/metrics") return plain(core.metricsText(), 200, METRICS);
  return answerApi(live, request, host) ?? answerPerson(live, request, host, data) ??
    errorAnswer(404, "not_found", "There is nothing here");
}

/**
 * A tracker that serves is ready, even if it cannot save what it hears: to take it out of service would
 * lose what still works. What is wrong stands below, and in the metrics.
 */
function answerReady(core: TrackerCore): HttpResponse {
  if (!core.ready) return plain("stopping\n", 503);
  return plain(["ready", ...core.problems().map((one) => `degraded: ${one}`), ""].join("\n"));
}

/** What the web face answers, if there is one. */
function answerPerson(
  { core, web }: TrackerLive,
  request: HttpRequest,
  host: string,
  data: RequestData,
): HttpAnswer | undefined {
  if (!web || request.path.startsWith("/api/")) return undefined;
  const refuse = ({ message }: TrackerError): HttpResponse => {
    const { headers, ...rest } = plain(`${message}.\n`, 429);
    return { ...rest, headers: `${headers}Retry-After: 1\r\n` };
  };
  const again = (error: unknown): HttpResponse => {
    const rethrow = () => {
      throw error;
    };
    return core.serve<HttpResponse>("http", host, rethrow, refuse);
  };
  return core.serve<HttpAnswer | undefined>("http", host, () => {
    const answer = web(request, host, data);
    return answer instanceof Promise ? answer.catch(again) : answer;
  }, refuse);
}

function answerAnnounce(
  core: TrackerCore,
  query: string,
  host: string,
  key?: string,
): Uint8Array {
  const began = core.now();
  const asked = parseAnnounceQuery(query);
  if (asked.kind === "bad") return badRequest(core, asked.reason, host);
  const { infoHash, peerId, port, left, event, numwant, compact, noPeerId, ipv6 } = asked.value;
  const announce = {
    hash: infoHash,
    host,
    port,
    peerId,
    left,
    stopped: event === "stopped",
    completed: event === "completed",
    numwant,
    families: isIpv4(host) && !ipv6 ? "ipv4" as const : "both" as const,
  };
  return core.serve("http", host, () => {
    core.admit(announce, key);
    const common = { ...intervalsOf(core), ...warningOf(asked.value, host) };
    let body: Uint8Array;
    if (compact) {
      const { peers, peers6, ...counts } = core.registry.announceCompact(announce, began);
      body = encodeCompactAnswer({ ...common, ...counts }, peers, peers6);
    } else {
      const { peers, ...counts } = core.registry.announce(announce, began);
      body = encodePeerDicts({ ...common, ...counts }, peers, noPeerId);
    }
    core.metrics.announced("http", core.now() - began);
    return body;
  }, refused);
}

function answerScrape(core: TrackerCore, query: string, host: string, key?: string): Uint8Array {
  const asked = parseScrapeQuery(query);
  if (asked.kind === "bad") return badRequest(core, asked.reason, host);
  return core.serve("http", host, () => {
    const counts = core.scrape(asked.value, host, key);
    core.metrics.served("http", "scrape");
    return encodeHttpScrape(asked.value, counts);
  }, refused);
}

/** Clients that want more peers may ask again after half the interval. */
function intervalsOf(core: TrackerCore) {
  const interval = Math.round(core.registry.intervalMs / 1000);
  return { interval, minInterval: Math.ceil(interval / 2) };
}

/** Tells one that asks to be known by another address that it is not. */
function warningOf({ ip }: HttpAnnounce, host: string): { readonly warning?: string } {
  if (ip === undefined || normalizeIp(ip) === host) return {};
  return { warning: `The parameter ip is ignored: you are known as ${host}` };
}

function badRequest(core: TrackerCore, reason: string, host: string): Uint8Array {
  core.metrics.failed("http", "bad_request");
  core.log("debug", `${host} refused over http: ${reason}`);
  return encodeHttpFailure(`Cannot use this request: ${reason}`);
}

function refused({ code, message }: TrackerError): Uint8Array {
  const passing = code === "too_fast" || code === "full";
  return encodeHttpFailure(message, passing ? RETRY_MINUTES : undefined);
}

function plain(
  body: Uint8Array | string,
  status: 200 | 429 | 503 = 200,
  headers = PLAIN,
): HttpResponse {
  return { status, headers, body: typeof body === "string" ? encoder.encode(body) : body };
}

const encoder = new TextEncoder();
