import type { HttpRequest } from "../../wire/http_request.ts";
import type { HttpResponse } from "../../wire/http_response.ts";
import type {
  ApiShareDetails,
  ApiStats,
  PeersPage,
  ShareHistory,
  ShareRange,
  SharesPage,
  SharesQuery,
  TrackerHistory,
  TrackerRange,
} from "./api_types.ts";

/** What a web face is asked, GET or HEAD. */
export type WebRequest = HttpRequest;

/** What it answers; a HEAD request gets no body, whatever is answered. */
export type WebResponse = HttpResponse;

/**
 * Answers what the tracker itself does not, for people.
 *
 * What it or its promise throws because of a limit of requests is answered with status 429; anything
 * else with status 500.
 *
 * @param host The address that the request came from.
 * @param data What the tracker knows, for this request.
 * @returns Undefined, at once, when there is nothing at the path.
 */
export type WebFace = (
  request: WebRequest,
  host: string,
  data: TrackerData,
) => WebResponse | Promise<WebResponse> | undefined;

/**
 * What the tracker tells one request. Each call but {@linkcode isAdmin} is one request in the limit of
 * the asker's address, and throws or rejects when that is used up.
 */
export interface TrackerData {
  stats(): ApiStats;
  history(range: TrackerRange): TrackerHistory;
  /** As `/api/v1/shares`; numbers that are out of bounds count as the nearest that is not. */
  shares(query: SharesQuery): Promise<SharesPage>;
  /** @param hash v1, v2 or v2 cut short, in any case; undefined: there is no such share. */
  share(hash: string): ApiShareDetails | undefined;
  shareHistory(hash: string, range: ShareRange): ShareHistory | undefined;
  /** Peers with their addresses; undefined when there is no such share, or {@linkcode isAdmin} is not. */
  peers(hash: string, after: number, limit: number): PeersPage | undefined;
  /** Whether the request bears the admin token. */
  readonly isAdmin: boolean;
}
