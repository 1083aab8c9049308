import type { ShareSort } from "../../app/tracker/api_types.ts";
import type { ListQuery } from "./page_state.ts";

/** The order in which a list is when nothing else is asked for: names from A on, the newest, the most. */
export function usualOrder(sort: ShareSort): "asc" | "desc" {
  return sort === "name" || sort === "age" ? "asc" : "desc";
}

/** The query of a list as it stands in a URL, without what is as usual; empty: all is. */
export function listParameters(query: ListQuery): string {
  const parameters = new URLSearchParams();
  if (query.q !== "") parameters.set("q", query.q);
  if (query.sort !== "age") parameters.set("sort", query.sort);
  if (query.order !== usualOrder(query.sort)) parameters.set("order", query.order);
  if (query.after > 0) parameters.set("after", String(query.after));
  return parameters.toString();
}

/** Where a list is found. */
export function listLink(query: ListQuery): string {
  const parameters = listParameters(query);
  return parameters === "" ? "/" : `/?${parameters}`;
}

/** Where the JSON interface has the same list; what is usual there is not what is usual here. */
export function listSource({ q, sort, order, after }: ListQuery): string {
  const parameters = { q, sort, order, after: String(after), limit: "50" };
  return `/api/v1/shares?${new URLSearchParams(parameters)}`;
}
