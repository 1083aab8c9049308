import type { ShareSort } from "../../app/tracker/api_types.ts";
import type { ListQuery } from "./page_state.ts";

/** The order in which something is sorted when nothing else is asked for. */
export function usualOrder(sort: ShareSort): "asc" | "desc" {
  return sort === "name" ? "asc" : "desc";
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
