import type {
  ApiShareDetails,
  ApiStats,
  ShareHistory,
  ShareRange,
  ShareSort,
  SharesPage,
  TrackerHistory,
  TrackerRange,
} from "../../app/tracker/api_types.ts";

/** What the list was asked for. */
export interface ListQuery {
  readonly q: string;
  readonly sort: ShareSort;
  readonly order: "asc" | "desc";
  readonly after: number;
}

/** The list of shares. */
export interface ListState {
  readonly kind: "list";
  readonly stats: ApiStats;
  readonly page: SharesPage;
  readonly query: ListQuery;
}

/** One share. */
export interface ShareState {
  readonly kind: "share";
  readonly share: ApiShareDetails;
  /** The link as a QR code: one path of an SVG of `size` units; absent: the link is too long. */
  readonly code?: { readonly path: string; readonly size: number };
  readonly range: ShareRange;
  readonly history: ShareHistory;
}

/** The tracker itself. */
export interface TrackerState {
  readonly kind: "tracker";
  readonly stats: ApiStats;
  readonly range: TrackerRange;
  readonly history: TrackerHistory;
}

/** Something went wrong, or there is nothing. */
export interface ProblemState {
  readonly kind: "problem";
  readonly title: string;
  readonly text: string;
}

/** All that a page is drawn from: on the server, and again in the browser with newer figures. */
export type PageState = ListState | ShareState | TrackerState | ProblemState;

/** How the figures on the page come about: as they were, live, or live but the connection is lost. */
export type Liveness = "still" | "live" | "lost";
