import type { Assets } from "./assets.ts";
import { Fragment, h } from "./preact.ts";
import { renderToString } from "./render.ts";
import { appView } from "./views/app_view.ts";
import { nameText } from "./views/name_view.ts";
import type { PageState } from "./views/page_state.ts";

/** Writes a page whole: drawn, and with all that a browser needs to draw it again. */
export function pageDocument(state: PageState, assets: Assets): string {
  const { style, icon, script } = assets;
  const drawn = renderToString(h(Fragment, null, appView(state, { liveness: "still" })));
  const loads = script?.loads.map(({ path }) => `<link rel="modulepreload" href="${path}">\n`) ??
    [];
  const begin = script
    ? `${loads.join("")}<script type="module" src="${script.start.path}"></script>\n`
    : "";
  const still = "The figures on this page stay as they were when it was loaded";
  const without = script
    ? `<noscript><p>${still}: they change by themselves with JavaScript.</p></noscript>`
    : `<p>${still}: the way in which this tracker was started has no scripts for browsers.</p>`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${escaped(titleOf(state))}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="What is shared through this Mini-Torrent tracker">
<link rel="icon" type="image/svg+xml" href="${icon.path}">
<link rel="stylesheet" href="${style.path}">
${begin}</head>
<body>
<div id="app" data-state="${escaped(JSON.stringify(state))}">${drawn}</div>
<div class="below">${without}</div>
</body>
</html>
`;
}

function titleOf(state: PageState): string {
  switch (state.kind) {
    case "list":
      return "What is shared · Mini-Torrent tracker";
    case "share":
      return `${nameText(state.share.name)} · Mini-Torrent tracker`;
    case "tracker":
      return "The tracker · Mini-Torrent tracker";
    case "problem":
      return `${state.title} · Mini-Torrent tracker`;
    default:
      return state satisfies never;
  }
}

/** Text for an element or for an attribute in double quotes. */
function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
