import { isCount } from "../../wire/tracker_lines.ts";
import {
  SHARE_RANGES,
  type ShareRange,
  type SharesQuery,
  SORTS,
  TRACKER_RANGES,
  type TrackerRange,
} from "./api_types.ts";
import { PEERS_LIMIT, SHARES_LIMIT } from "./request_data.ts";

/** The most characters of a text that is searched for. */
const MAX_SEARCH = 255;

const ORDERS = ["asc", "desc"] as const;

/** A parameter that cannot be used. */
export class BadParameter extends Error {
  override readonly name = "BadParameter";
}

/** Which shares are wanted. @throws {BadParameter} */
export function sharesQuery(query: URLSearchParams): SharesQuery {
  const q = query.get("q") ?? "";
  if (q.length > MAX_SEARCH) throw bad("q", `at most ${MAX_SEARCH} characters`);
  return {
    q,
    sort: oneOf(query, "sort", SORTS, "age"),
    ...query.has("order") ? { order: oneOf(query, "order", ORDERS, "asc") } : {},
    limit: count(query, "limit", 1, SHARES_LIMIT.most, SHARES_LIMIT.usual),
    after: count(query, "after", 0, Number.MAX_SAFE_INTEGER, 0),
  };
}

/** Which peers are wanted. @throws {BadParameter} */
export function peersQuery(query: URLSearchParams): { after: number; limit: number } {
  return {
    limit: count(query, "limit", 1, PEERS_LIMIT.most, PEERS_LIMIT.usual),
    after: count(query, "after", 0, Number.MAX_SAFE_INTEGER, 0),
  };
}

/** @throws {BadParameter} */
export function trackerRange(query: URLSearchParams): TrackerRange {
  return oneOf(query, "range", TRACKER_RANGES, "1h");
}

/** @throws {BadParameter} */
export function shareRange(query: URLSearchParams): ShareRange {
  return oneOf(query, "range", SHARE_RANGES, "1h");
}

function oneOf<T extends string>(
  query: URLSearchParams,
  name: string,
  all: readonly T[],
  usual: T,
): T {
  const given = query.get(name) ?? usual;
  const found = all.find((one) => one === given);
  if (found === undefined) throw bad(name, all.join(", "));
  return found;
}

function count(
  query: URLSearchParams,
  name: string,
  least: number,
  most: number,
  usual: number,
): number {
  const text = query.get(name) ?? String(usual);
  const value = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
  if (isCount(value, least, most)) return value;
  throw bad(name, most > 2 ** 32 ? "the next of a page before" : `${least} to ${most}`);
}

function bad(name: string, wanted: string): BadParameter {
  return new BadParameter(`${name} is not ${wanted}`);
}
