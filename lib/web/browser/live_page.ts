/// <reference lib="dom" />
import type {
  ApiShareDetails,
  ApiStats,
  ShareHistory,
  SharesPage,
  TrackerHistory,
} from "../../app/tracker/api_types.ts";
import { hydrate, render } from "../preact.ts";
import { agedState } from "../views/aged_state.ts";
import { appView } from "../views/app_view.ts";
import { listLink, listSource } from "../views/list_links.ts";
import type { ListQuery, PageState } from "../views/page_state.ts";
import type { Plotter } from "../views/plot_view.ts";
import type { Tools } from "../views/tools.ts";
import { ask, pause } from "./ask.ts";
import { PeerAccess } from "./peer_access.ts";
import { Refresher } from "./refresher.ts";

/**
 * Takes over a page that the server has drawn: draws it again from newer figures as the tracker tells
 * of them, and offers what needs a program.
 */
export class LivePage {
  readonly #root: Element;
  #state: PageState;
  /** When the shares on the page were told, monotonic milliseconds. */
  #told = performance.now();
  #tools: Tools;

  constructor(root: Element, state: PageState, plotter: Plotter) {
    this.#root = root;
    this.#state = state;
    this.#tools = { liveness: "still" };
    hydrate(appView(state, this.#tools), root);
    this.#use({ plotter, copy: (text) => this.#copy(text) });
    document.addEventListener("visibilitychange", () => this.#draw());
    if (state.kind !== "problem") this.#listen(state);
  }

  /** What nobody looks at is drawn when somebody does. */
  #draw(): void {
    if (document.hidden) return;
    const seconds = Math.floor((performance.now() - this.#told) / 1000);
    render(appView(agedState(this.#state, seconds), this.#tools), this.#root);
  }

  #use(tools: Partial<Tools>): void {
    this.#tools = { ...this.#tools, ...tools };
    this.#draw();
  }

  /** Draws what was told just now: shares and their ages, too. */
  #renew(state: PageState): void {
    this.#told = performance.now();
    this.#show(state);
  }

  #show(state: PageState): void {
    this.#state = state;
    this.#draw();
  }

  #listen(state: PageState): void {
    const about = state.kind === "share" ? `?share=${state.share.id}` : "";
    const events = new EventSource(`/api/v1/events${about}`);
    events.addEventListener("open", () => this.#use({ liveness: "live" }));
    events.addEventListener("error", () => this.#use({ liveness: "lost" }));
    // Else a page that is left would hold its connection until it is collected.
    addEventListener("pagehide", () => events.close());
    addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
    switch (state.kind) {
      case "list":
        return this.#listenToList(events, state.query);
      case "share":
        return this.#listenToShare(events, state.share.id);
      case "tracker":
        return this.#listenToTracker(events);
    }
  }

  #listenToList(events: EventSource, shown: ListQuery): void {
    let wanted = shown;
    const list = new Refresher(500, async () => {
      const query = wanted;
      const answer = await ask<SharesPage>(listSource(query));
      // Who has typed on meanwhile is shown what fits to that.
      if (answer.kind !== "ok" || query !== wanted || this.#state.kind !== "list") return;
      this.#renew({ ...this.#state, page: answer.value, query });
    });
    this.#use({
      search: (q) => {
        wanted = { ...wanted, q, after: 0 };
        history.replaceState(null, "", listLink(wanted));
        list.want();
      },
    });
    events.addEventListener("shares", () => list.want());
    events.addEventListener("open", () => list.want());
    this.#listenToStats(events);
  }

  #listenToShare(events: EventSource, id: string): void {
    const peers = new PeerAccess(id, (state) => this.#use({ peers: state }));
    this.#use({
      showPeers: (token) => peers.open(token),
      morePeers: () => peers.more(),
      hidePeers: () => peers.close(),
    });
    peers.resume();
    const history = new Refresher(5_000, async () => {
      if (this.#state.kind !== "share") return;
      const url = `/api/v1/shares/${id}/history?range=${this.#state.range}`;
      const answer = await ask<ShareHistory>(url);
      if (answer.kind === "ok") this.#show({ ...this.#state, history: answer.value });
    });
    const addresses = new Refresher(5_000, () => peers.refresh());
    events.addEventListener("share", ({ data }) => {
      this.#onShare(JSON.parse(data));
      addresses.want();
    });
    events.addEventListener("stats", () => {
      history.want();
      this.#draw();
    });
  }

  #onShare(share: ApiShareDetails | null): void {
    if (this.#state.kind !== "share") return;
    const nobody = { seeders: 0, leechers: 0, classic: 0, clients: [], health: "idle" } as const;
    const nowhere = {
      families: { ipv4: 0, ipv6: 0 },
      reach: { public: 0, private: 0, loopback: 0 },
    };
    const gone = { ...this.#state.share, ...nobody, ...nowhere };
    this.#renew({ ...this.#state, share: share ?? gone });
  }

  #listenToTracker(events: EventSource): void {
    const history = new Refresher(2_000, async () => {
      if (this.#state.kind !== "tracker") return;
      const answer = await ask<TrackerHistory>(`/api/v1/history?range=${this.#state.range}`);
      if (answer.kind === "ok") this.#show({ ...this.#state, history: answer.value });
    });
    events.addEventListener("stats", () => history.want());
    this.#listenToStats(events);
  }

  #listenToStats(events: EventSource): void {
    events.addEventListener("stats", ({ data }) => {
      const stats: ApiStats = JSON.parse(data);
      const state = this.#state;
      if (state.kind === "list" || state.kind === "tracker") this.#show({ ...state, stats });
    });
  }

  async #copy(text: string): Promise<void> {
    await copyText(text);
    this.#use({ copied: text });
    await pause(2_000);
    this.#use({ copied: "" });
  }
}

/** Copies a text; the newer way is there on https and on this machine only, and may be forbidden. */
export async function copyText(text: string): Promise<void> {
  try {
    if (isSecureContext) return await navigator.clipboard.writeText(text);
  } catch {
    // The older way asks nobody.
  }
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "offscreen";
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}

/** Begins on the page that was loaded. */
export function startPage(plotter: Plotter): void {
  const root = document.getElementById("app");
  const state = root?.dataset.state;
  if (root && state !== undefined) new LivePage(root, JSON.parse(state), plotter);
}
