import type { ModuleParts } from "./module_text.ts";
import * as aged from "./views/aged_state.ts";
import * as app from "./views/app_view.ts";
import * as figures from "./views/figures.ts";
import * as health from "./views/health_view.ts";
import * as links from "./views/list_links.ts";
import * as list from "./views/list_view.ts";
import * as name from "./views/name_view.ts";
import * as peers from "./views/peers_view.ts";
import * as plotText from "./views/plot_text.ts";
import * as plot from "./views/plot_view.ts";
import * as share from "./views/share_view.ts";
import * as split from "./views/split_view.ts";
import * as still from "./views/still_plot.ts";
import * as tiles from "./views/tiles_view.ts";
import * as tracker from "./views/tracker_view.ts";

/** What draws pages, on the server and in the browser. */
export const VIEW_MODULES: readonly ModuleParts[] = [
  aged,
  app,
  figures,
  health,
  links,
  list,
  name,
  peers,
  plotText,
  plot,
  share,
  split,
  still,
  tiles,
  tracker,
];
