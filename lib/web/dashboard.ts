import { LayerError, messageOf } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import {
  SHARE_RANGES,
  type ShareRange,
  SORTS,
  TRACKER_RANGES,
  type TrackerRange,
} from "../app/tracker/api_types.ts";
import type { TrackerData, WebFace, WebRequest, WebResponse } from "../app/tracker/web_face.ts";
import { type Asset, type Assets, makeAssets } from "./assets.ts";
import { pageDocument } from "./document.ts";
import { type Libraries, readLibraries } from "./libraries.ts";
import { linkCode } from "./link_code.ts";
import { usualOrder } from "./views/list_links.ts";
import type { ListQuery, PageState, ProblemState } from "./views/page_state.ts";

/** Shares on a page of the list; browsers ask for as many when it changes. */
const PAGE_SHARES = 50;

/** The most characters of a text that is searched for. */
const MAX_SEARCH = 255;

/** Pages load from here alone, run no script and take no style but ours, and are framed by nobody. */
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
  "img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const COMMON = [
  "Cross-Origin-Resource-Policy: same-origin",
  "Referrer-Policy: no-referrer",
  "X-Content-Type-Options: nosniff",
].map((line) => `${line}\r\n`).join("");

const PAGE = "Content-Type: text/html; charset=utf-8\r\nCache-Control: no-store\r\n" +
  `Content-Security-Policy: ${POLICY}\r\n${COMMON}`;

/** The pages of a tracker, for people. */
export function dashboard(log: Log): WebFace {
  const assets = makeAssets(librariesOrNot(log));
  const files = new Map(
    [assets.style, assets.icon, assets.script?.start, ...assets.script?.loads ?? []]
      .filter((file) => file !== undefined).map((file) => [file.path, file]),
  );
  return (request, _host, data) => {
    const file = files.get(request.path);
    if (file) return fileResponse(file, request);
    try {
      const answer = answerPage(request, data, assets);
      return answer instanceof Promise ? answer.catch((error) => tooFast(error, assets)) : answer;
    } catch (error) {
      return tooFast(error, assets);
    }
  };
}

/** Tells a person who asked too often so. @throws {unknown} What has another reason. */
function tooFast(error: unknown, assets: Assets): WebResponse {
  if (!(error instanceof LayerError) || error.code !== "too_fast") throw error;
  const state = problem("Too fast", "So many requests came from your address. Wait a moment.");
  const { headers, ...rest } = pageResponse(state, 429, assets);
  return { ...rest, headers: `${headers}Retry-After: 1\r\n` };
}

function pageResponse(
  state: PageState,
  status: WebResponse["status"],
  assets: Assets,
): WebResponse {
  const body = new TextEncoder().encode(pageDocument(state, assets));
  return { status, headers: PAGE, body };
}

function librariesOrNot(log: Log): Libraries | undefined {
  try {
    return readLibraries();
  } catch (error) {
    log(
      "warn",
      `the dashboard's figures stand still: no scripts for browsers: ${messageOf(error)}`,
    );
    return undefined;
  }
}

function fileResponse({ type, plain, gzip }: Asset, { headers }: WebRequest): WebResponse {
  const zipped = /\bgzip\b/.test(headers.get("accept-encoding") ?? "");
  const lines = `Content-Type: ${type}\r\nCache-Control: public, max-age=31536000, immutable\r\n` +
    `Vary: Accept-Encoding\r\n${zipped ? "Content-Encoding: gzip\r\n" : ""}` +
    `Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\n${COMMON}`;
  return { status: 200, headers: lines, body: zipped ? gzip : plain };
}

function answerPage(
  request: WebRequest,
  data: TrackerData,
  assets: Assets,
): Promise<WebResponse> | WebResponse | undefined {
  const query = new URLSearchParams(request.query);
  const page = (state: PageState, status: WebResponse["status"] = 200) =>
    pageResponse(state, status, assets);
  const hash = /^\/shares\/([0-9a-fA-F]{40}|[0-9a-fA-F]{64})$/.exec(request.path)?.[1];
  if (request.path === "/") return listState(query, data).then((state) => page(state));
  if (request.path === "/tracker") return page(trackerState(query, data));
  if (hash !== undefined) {
    const state = shareState(hash, query, data);
    return page(state, state.kind === "problem" ? 404 : 200);
  }
  // Programs are answered by the tracker itself.
  if (!request.headers.get("accept")?.includes("text/html")) return undefined;
  return page(problem("There is nothing here", "The address leads nowhere."), 404);
}

async function listState(query: URLSearchParams, data: TrackerData): Promise<PageState> {
  const q = (query.get("q") ?? "").slice(0, MAX_SEARCH);
  const sort = oneOf(SORTS, query.get("sort"), "age");
  const order = oneOf(["asc", "desc"] as const, query.get("order"), usualOrder(sort));
  const after = /^\d{1,15}$/.test(query.get("after") ?? "") ? Number(query.get("after")) : 0;
  const asked: ListQuery = { q, sort, order, after };
  const page = await data.shares({ ...asked, limit: PAGE_SHARES });
  return { kind: "list", stats: data.stats(), page, query: asked };
}

function trackerState(query: URLSearchParams, data: TrackerData): PageState {
  const range: TrackerRange = oneOf(TRACKER_RANGES, query.get("range"), "1h");
  return { kind: "tracker", stats: data.stats(), range, history: data.history(range) };
}

function shareState(hash: string, query: URLSearchParams, data: TrackerData): PageState {
  const range: ShareRange = oneOf(SHARE_RANGES, query.get("range"), "1h");
  const share = data.share(hash);
  const history = data.shareHistory(hash, range);
  if (!share || !history) {
    const why = "Nobody announces it at this tracker: everybody has left, or nobody ever did.";
    return problem("This share is not here", why);
  }
  const code = linkCode(share.magnet);
  return { kind: "share", share, range, history, ...code && { code } };
}

function problem(title: string, text: string): ProblemState {
  return { kind: "problem", title, text };
}

function oneOf<T extends string>(all: readonly T[], given: string | null, usual: T): T {
  return all.find((one) => one === given) ?? usual;
}
