import type { ApiShare, ShareSort } from "../../app/tracker/api_types.ts";
import { type ComponentChild, h } from "../preact.ts";
import { agoText, bytesText, countText, plural } from "./figures.ts";
import { healthView } from "./health_view.ts";
import { listLink, usualOrder } from "./list_links.ts";
import { nameView } from "./name_view.ts";
import type { ListQuery, ListState } from "./page_state.ts";
import { tilesView } from "./tiles_view.ts";
import type { Tools } from "./tools.ts";

/** The page with everything that is shared. */
export function listView({ page, query, stats }: ListState, { search }: Tools): ComponentChild {
  const { shares, total, next } = page;
  return h(
    "main",
    { id: "main" },
    h("h1", null, "What is shared"),
    tilesView([
      { label: "Shares", value: countText(total) },
      { label: "Seeders", value: countText(stats.seeders) },
      { label: "Leechers", value: countText(stats.leechers) },
      {
        label: "Original protocol",
        value: countText(stats.classic_names),
        more: stats.classic_names === 1 ? "name" : "names",
      },
    ]),
    searchView(query, search),
    h("p", { class: "outcome", role: "status" }, outcomeView(shares.length, query)),
    shares.length === 0 ? emptyView(query) : tableView(shares, query),
    pagesView(query, next),
  );
}

/** Works as a form of its own; the browser's own button for clearing empties it. */
export function searchView(
  { q, sort, order }: ListQuery,
  search: Tools["search"],
): ComponentChild {
  const choices: readonly (readonly [ShareSort, string])[] = [
    ["age", "First seen"],
    ["name", "Name"],
    ["size", "Size"],
    ["seeders", "Seeders"],
    ["leechers", "Leechers"],
    ["completed", "Completed"],
  ];
  return h(
    "form",
    { class: "search", method: "get", action: "/", role: "search" },
    h(
      "div",
      { class: "field grow" },
      h("label", { for: "q" }, "Search"),
      h("input", {
        id: "q",
        name: "q",
        type: "search",
        defaultValue: q,
        maxLength: 255,
        autocomplete: "off",
        spellcheck: false,
        onInput: ({ currentTarget }: { currentTarget: HTMLInputElement }) =>
          search?.(currentTarget.value),
        placeholder: "part of a name, or the beginning of an info-hash",
      }),
    ),
    h(
      "div",
      { class: "field" },
      h("label", { for: "sort" }, "Sort by"),
      h(
        "select",
        { id: "sort", name: "sort" },
        choices.map(([value, label]) => h("option", { value, selected: value === sort }, label)),
      ),
    ),
    order !== usualOrder(sort) && h("input", { type: "hidden", name: "order", value: order }),
    h("button", { type: "submit" }, "Show"),
  );
}

export function tableView(shares: readonly ApiShare[], query: ListQuery): ComponentChild {
  // Roles are spelled out: a phone shows rows as cards, and browsers then forget what a table is.
  return h(
    "table",
    { class: "shares", role: "table", "aria-label": "Shares" },
    h(
      "thead",
      { role: "rowgroup" },
      h(
        "tr",
        { role: "row" },
        headView("name", "Name", query),
        headView("size", "Size", query, "number"),
        headView("seeders", "Seeders", query, "number"),
        headView("leechers", "Leechers", query, "number"),
        headView("completed", "Completed", query, "number"),
        headView("age", "First seen", query),
        h("th", { scope: "col", role: "columnheader" }, "Health"),
      ),
    ),
    h("tbody", { role: "rowgroup" }, shares.map(rowView)),
  );
}

/** A heading that sorts, and turns the order when it is followed once more. */
export function headView(
  sort: ShareSort,
  label: string,
  query: ListQuery,
  kind = "text",
): ComponentChild {
  const sorted = query.sort === sort;
  const order = !sorted ? usualOrder(sort) : query.order === "asc" ? "desc" : "asc";
  // Ages that fall are times that rise.
  const rising = (query.order === "asc") !== (sort === "age");
  return h(
    "th",
    {
      scope: "col",
      role: "columnheader",
      class: kind,
      "aria-sort": sorted ? (rising ? "ascending" : "descending") : undefined,
    },
    h(
      "a",
      { href: listLink({ ...query, sort, order, after: 0 }) },
      label,
      sorted && h("span", { class: "arrow", "aria-hidden": "true" }, rising ? " ↑" : " ↓"),
    ),
  );
}

export function rowView(share: ApiShare): ComponentChild {
  const { id, name, size, seeders, leechers, completed, age, health } = share;
  const figure = (className: string, label: string, text: string) =>
    h("td", { role: "cell", class: `number ${className}`, "data-label": label }, text);
  return h(
    "tr",
    { role: "row", key: id },
    h(
      "td",
      { role: "cell", class: "name" },
      h("a", { href: `/shares/${id}` }, nameView(name)),
      h("span", { class: "hash" }, id.slice(0, 12)),
    ),
    figure("size", "Size", bytesText(size)),
    figure("seeders", "Seeders", countText(seeders)),
    figure("leechers", "Leechers", countText(leechers)),
    figure("completed", "Completed", countText(completed)),
    h("td", { role: "cell", class: "age", "data-label": "First seen" }, agoText(age)),
    h("td", { role: "cell", class: "state", "data-label": "Health" }, healthView(health)),
  );
}

export function outcomeView(count: number, { q }: ListQuery): ComponentChild {
  if (q === "" || count === 0) return null;
  // What was searched for may stand in a link that somebody else made up.
  return [`${plural(count, "share")} on this page for “`, nameView(q), "”"];
}

export function emptyView({ q, after }: ListQuery): ComponentChild {
  if (after > 0) return h("p", { class: "empty" }, "That was all: there are no more.");
  if (q !== "") {
    return h(
      "div",
      { class: "empty" },
      h("p", { class: "strong" }, "Nothing fits"),
      h("p", null, "No share has that in its name, and no info-hash begins with it."),
      h("p", null, h("a", { href: "/" }, "Show all")),
    );
  }
  return h(
    "div",
    { class: "empty" },
    h("p", { class: "strong" }, "Nothing is shared yet"),
    h("p", null, "Share a file or a folder, and it stands here at once:"),
    h("pre", null, h("code", null, "peer seed PATH --tracker THIS-HOST")),
  );
}

export function pagesView(query: ListQuery, next: number | undefined): ComponentChild {
  if (query.after === 0 && next === undefined) return null;
  return h(
    "nav",
    { class: "pages", "aria-label": "Pages" },
    query.after > 0 &&
      h("a", { class: "button", href: listLink({ ...query, after: 0 }) }, "First page"),
    next !== undefined &&
      h(
        "a",
        { class: "button", rel: "next", href: listLink({ ...query, after: next }) },
        "Next page",
      ),
  );
}
