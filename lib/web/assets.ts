import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import * as askPart from "./browser/ask.ts";
import * as drawPart from "./browser/draw_plot.ts";
import * as livePart from "./browser/live_page.ts";
import * as peerPart from "./browser/peer_access.ts";
import * as refresherPart from "./browser/refresher.ts";
import type { Libraries } from "./libraries.ts";
import { moduleText } from "./module_text.ts";
import { STYLE_SHEET } from "./style/style_sheet.ts";
import { VIEW_MODULES } from "./view_modules.ts";

/** A file that pages load; its path changes with its content, so browsers keep it for good. */
export interface Asset {
  readonly path: string;
  readonly type: string;
  readonly plain: Uint8Array;
  readonly gzip: Uint8Array;
}

/** The files that pages load. */
export interface Assets {
  readonly style: Asset;
  readonly icon: Asset;
  /** What begins in the browser, and what it loads; absent: nothing does. */
  readonly script?: { readonly start: Asset; readonly loads: readonly Asset[] };
}

const SCRIPT = "text/javascript; charset=utf-8";

const ICON = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">' +
  "<style>g{fill:#0b7a6b}path{stroke:#0b7a6b}" +
  "@media(prefers-color-scheme:dark){g{fill:#5fd3bd}path{stroke:#5fd3bd}}</style>" +
  '<path d="M16 7 7 23.5h18z" fill="none" stroke-width="3" stroke-linejoin="round"/>' +
  '<g><circle cx="16" cy="7" r="5"/><circle cx="7" cy="24" r="5"/>' +
  '<circle cx="25" cy="24" r="5"/></g></svg>\n';

/** Puts together what pages load. @param libraries Absent: pages stay as the server drew them. */
export function makeAssets(libraries: Libraries | undefined): Assets {
  const styles = (libraries?.uplotStyle ?? "") + STYLE_SHEET;
  const style = asset("style.css", "text/css; charset=utf-8", styles);
  const icon = asset("icon.svg", "image/svg+xml", ICON);
  if (!libraries) return { style, icon };
  const preact = asset("preact.js", SCRIPT, withoutMap(libraries.preact));
  const uplot = asset("uplot.js", SCRIPT, libraries.uplot);
  const parts = [...VIEW_MODULES, askPart, drawPart, livePart, peerPart, refresherPart];
  const imports = `import { Component, Fragment, h, hydrate, render } from "${preact.path}";\n` +
    `import uPlot from "${uplot.path}";\n`;
  const text = moduleText(parts, imports) + "startPage(plotterOf(uPlot));\n";
  return { style, icon, script: { start: asset("page.js", SCRIPT, text), loads: [preact, uplot] } };
}

function asset(name: string, type: string, text: string): Asset {
  const plain = new TextEncoder().encode(text);
  const hash = createHash("sha256").update(plain).digest("hex").slice(0, 16);
  const [stem, extension] = name.split(".");
  return { path: `/assets/${stem}-${hash}.${extension}`, type, plain, gzip: gzipSync(plain) };
}

/** A map of sources that is not served would only be asked for in vain. */
function withoutMap(text: string): string {
  return text.replace(/^\/\/# sourceMappingURL=.*$/m, "");
}
