import { SHARE_MAX_CONNECTIONS, STALL_TIMEOUT_MS } from "../app/defaults.ts";
import { AppError } from "../app/errors.ts";
import { findSource } from "../app/find_source.ts";
import type { FoundContent } from "../app/find_shares.ts";
import { listPeers } from "../app/list.ts";
import { listSwarmPeers } from "../app/swarm_peers.ts";
import { lineTrackers } from "../app/tracker_url.ts";
import { linkOf } from "../app/what.ts";
import { messageOf } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import { describeDownload, downloadWithProgress } from "./classic_download.ts";
import type { MenuContext } from "./menu_context.ts";
import type { MenuDownloads } from "./menu_downloads.ts";
import { cleanPath } from "./menu_paths.ts";
import { askPeers } from "./menu_peers.ts";
import { watchDownloads } from "./menu_screen.ts";
import { describeFound } from "./swarm_result.ts";

/**
 * Asks what to download, and from whom and to where. What comes from a swarm goes on behind the
 * menu; what only the original's programs have is waited for.
 */
export async function menuDownload(menu: MenuContext, downloads: MenuDownloads): Promise<void> {
  const { prompts, home } = menu;
  const typed = await prompts.text("Name, magnet link, hash or .torrent file", {
    check: checkWhat,
  });
  const what = whatOf(typed, home);
  const named = !await isTorrent(what);
  if (named) await menu.askTrackers();
  const { trackers, trackersGiven } = menu;
  const options = { what, trackers, trackersGiven, peers: [] };
  const found = await menu.cancellable((context) =>
    findSource({ ...options, choose: (contents) => chooseContent(contents, menu) }, context)
  );
  if (found.kind === "classic") return await classicDownload(found.name, menu);
  const { source } = found;
  const known = named ? await menu.cancellable((context) => listSwarmPeers(source, context)) : [];
  const chosen = await askPeers(known, prompts);
  const dest = await askDestination(menu);
  downloads.start({
    ...source,
    ...chosen && { peers: chosen, onlyPeers: true },
    dest,
    force: false,
    maxConnections: SHARE_MAX_CONNECTIONS,
  });
  await watchDownloads(downloads, prompts, menu.session);
}

/** Says whether something was typed that can be looked for. */
export function checkWhat(text: string): true | string {
  if (text.trim() === "") return "A name as it is shared, a link, a hash or a file, please.";
  try {
    linkOf(text.trim());
    return true;
  } catch (error) {
    return messageOf(error);
  }
}

/** What was typed; a path of a torrent may be in quotes, or begin with `~`. */
function whatOf(typed: string, home: string | undefined): string {
  const path = cleanPath(typed, home);
  return /\.torrent$/i.test(path) ? path : typed.trim();
}

/** Whether it is more than a name. */
async function isTorrent(what: string): Promise<boolean> {
  if (linkOf(what) || /^https?:\/\//i.test(what)) return true;
  if (!/\.torrent$/i.test(what)) return false;
  return /[/\\]/.test(what) || await Deno.stat(what).then(({ isFile }) => isFile, () => false);
}

async function chooseContent(
  contents: readonly FoundContent[],
  { prompts }: MenuContext,
): Promise<FoundContent> {
  const chosen = await prompts.choose(
    `${contents.length} different contents have that name`,
    contents.map((content, index) => ({ name: describeFound(content), value: String(index) })),
    "0",
  );
  return contents[Number(chosen)]!;
}

async function askDestination({ prompts, home }: MenuContext): Promise<string> {
  const message = "Folder or file to write to";
  return cleanPath(await prompts.path(message, { default: ".", home }), home);
}

/** A file that only programs of the original have: one peer sends it, and nothing can go on later. */
async function classicDownload(name: string, menu: MenuContext): Promise<void> {
  const { prompts, session } = menu;
  const trackers = lineTrackers(menu.trackers);
  const { peers } = await menu.cancellable((context) => listPeers({ name, trackers }, context));
  if (peers.length === 0) {
    throw new AppError("not_found", `Nobody shares "${printable(name, 255)}".`);
  }
  const from = await askPeers(peers, prompts) ?? peers;
  const dest = await askDestination(menu);
  const options = { name, dest, trackers, from, force: false, stallTimeoutMs: STALL_TIMEOUT_MS };
  const result = await menu.cancellable((context) =>
    downloadWithProgress(session, options, prompts, context)
  );
  for (const line of describeDownload(result)) session.output.line(line);
}
