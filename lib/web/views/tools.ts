import type { PeersPage } from "../../app/tracker/api_types.ts";
import type { Liveness } from "./page_state.ts";
import type { Plotter } from "./plot_view.ts";

/** Addresses of peers, as far as the person may see them. */
export interface PeersState {
  /** Absent: they were not asked for, or may not be seen. */
  readonly page?: PeersPage;
  readonly busy: boolean;
  /** Why they are not shown, in a sentence. */
  readonly problem?: string;
}

/** What a page can do where a program runs it; on the server it can do nothing. */
export interface Tools {
  readonly liveness: Liveness;
  readonly plotter?: Plotter;
  /** What was copied just now. */
  readonly copied?: string;
  readonly peers?: PeersState;
  /** Shows what fits to a text, while it is typed. */
  search?(text: string): void;
  copy?(text: string): void;
  /** Asks for addresses with the token; they are kept in the tab until it is closed. */
  showPeers?(token: string): void;
  morePeers?(): void;
  /** Forgets token and addresses. */
  hidePeers?(): void;
}
