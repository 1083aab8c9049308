import type { PageState } from "./page_state.ts";

/** A page so many seconds after what it shows was told: ages have grown meanwhile. */
export function agedState(state: PageState, seconds: number): PageState {
  switch (state.kind) {
    case "list": {
      const shares = state.page.shares.map((share) => ({ ...share, age: share.age + seconds }));
      return { ...state, page: { ...state.page, shares } };
    }
    case "share":
      return { ...state, share: { ...state.share, age: state.share.age + seconds } };
    case "tracker":
    case "problem":
      return state;
    default:
      return state satisfies never;
  }
}
