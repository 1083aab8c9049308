/**
 * Announcers for trackers of every kind. For whoever shares or fetches:
 *
 * ```ts
 * // Trackers that the person named: "host:port", "tcp://…", "http://…", "https://…", "udp://…".
 * options.trackers.map((tracker) => announcerFor(tracker, share, context));
 * // Trackers of a magnet link (each a tier of its own) or of a torrent (its tiers).
 * announcersFor(magnet.trackers.map((url) => [url]), share, context);
 * announcersFor(metainfo.trackers, share, context, [], metainfo.info.private);
 * ```
 *
 * All of them are used alike: `tryOnce` first, then `keep` until the signal, which says goodbye
 * within 2 s; `completed` once, when a download is whole.
 */
import { addressKind } from "../base/ip.ts";
import { printable } from "../base/printable.ts";
import { openTracker, trackerUrl } from "../discovery/open_tracker.ts";
import { Announcer } from "./announcer.ts";
import { AppError } from "./errors.ts";
import { formatHostPort, parseHostPort } from "./host_port.ts";
import { parseLineTracker } from "./tracker_url.ts";
import type { AppContext, TrackerName, TrackerState } from "./types.ts";
import { type UrlAnnounced, UrlAnnouncer, type UrlTracker } from "./url_announcer.ts";

/** Trackers that are used of those that a link or torrent names, and of one tier of them. */
const MAX_TRACKERS = 64;
const MAX_OF_TIER = 16;

/** Keeps one share announced at one tracker, or at the first of a tier that answers. */
export interface ShareAnnouncer {
  readonly state: TrackerState;
  /** Where clients that do not know the tracker's own protocol find it, as far as it is known. */
  readonly httpUrl?: string | undefined;
  /** Announces once. @returns The error, if it failed. @throws The signal's reason. */
  tryOnce(signal: AbortSignal): Promise<unknown>;
  /** Announces at every interval until the signal, then says goodbye. */
  keep(signal: AbortSignal): Promise<void>;
  /** Announces soon: the share is whole now. */
  completed(): void;
}

/**
 * The announcer for a tracker that the person named, which may be on this machine or in its network.
 *
 * @param tracker `host:port` of a tracker of the line protocol, or any tracker's URL.
 * @throws {AppError} `invalid_input`.
 */
export function announcerFor(
  tracker: TrackerName,
  share: UrlAnnounced,
  context: AppContext,
): ShareAnnouncer {
  if (typeof tracker !== "string") return new Announcer(tracker, share);
  const line = parseLineTracker(tracker);
  if (line) return new Announcer(line, share);
  const url = trackerUrl(tracker);
  if (url) return urlAnnouncer([[url]], true, share, context);
  if (!tracker.includes("://")) return new Announcer(parseHostPort(tracker), share);
  const kinds = "http://, https://, udp:// or tcp://";
  const text = `"${printable(tracker, 100)}" is no tracker: its URL begins with ${kinds}.`;
  throw new AppError("invalid_input", text);
}

/**
 * Announcers for trackers that a magnet link or a torrent names: one for every tier with HTTP or UDP
 * trackers (all tiers are told, so that swarms which know one of them only meet), one for every
 * tracker of the line protocol. What is no tracker that we know is passed over, as is what comes
 * after the 64th.
 *
 * A stranger can have written them. So one on this machine or in a private network is asked only
 * if its URL says so openly and can be meant for a tracker only, never by a name that leads there.
 *
 * @param tiers URLs, tier by tier (BEP 12).
 * @param taken URLs that are announced at already.
 * @param isPrivate Whether the torrent is private: then one tracker at a time is used (BEP 27).
 */
export function announcersFor(
  tiers: readonly (readonly string[])[],
  share: UrlAnnounced,
  context: AppContext,
  taken: Iterable<string> = [],
  isPrivate = false,
): ShareAnnouncer[] {
  const seen = new Set<string>([...taken].map(canonical));
  const isNew = (text: string) => {
    const name = canonical(text);
    if (seen.has(name)) return false;
    seen.add(name);
    return true;
  };
  let left = MAX_TRACKERS;
  const fresh = tiers.map((tier) => {
    const some = tier.slice(0, MAX_OF_TIER).filter(isNew).slice(0, left);
    left -= some.length;
    return {
      lines: some.map(parseLineTracker).filter((line) => line !== undefined),
      urls: some.map(trackerUrl).filter((url) => url !== undefined),
    };
  });
  const lines = fresh.flatMap(({ lines }) => lines);
  const urls = fresh.map(({ urls }) => urls).filter((urls) => urls.length > 0);
  if (isPrivate && urls.length > 0) return [urlAnnouncer(urls, false, share, context)];
  return [
    ...lines.slice(0, isPrivate ? 1 : lines.length).map((line) =>
      new Announcer(line, share, false)
    ),
    ...urls.map((tier) => urlAnnouncer([tier], false, share, context)),
  ];
}

function urlAnnouncer(
  tiers: readonly (readonly URL[])[],
  named: boolean,
  share: UrlAnnounced,
  context: AppContext,
): UrlAnnouncer {
  const open = (url: URL): UrlTracker => ({
    url,
    client: openTracker(url, {
      local: named || openlyLocal(url),
      client: context.client ?? "Mini-Torrent",
      clock: context.clock,
      transaction: random32,
    }),
  });
  return new UrlAnnouncer(tiers.map((tier) => tier.map(open)), share, random32());
}

/** Whether a URL names a local tracker as such, with nothing for another service in it. */
function openlyLocal(url: URL): boolean {
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const kind = host.toLowerCase() === "localhost" ? "loopback" : addressKind(host);
  const near = kind === "loopback" || kind === "private" || kind === "link-local";
  const announces = url.protocol === "udp:" || /\/announce$/.test(url.pathname);
  return near && announces && url.search === "";
}

/** A tracker's name that is the same however it was written. */
function canonical(text: string): string {
  const line = parseLineTracker(text);
  return line ? `tcp://${formatHostPort(line).toLowerCase()}` : trackerUrl(text)?.href ?? text;
}

function random32(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0]!;
}
