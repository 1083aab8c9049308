import { formatHostPort, parseHostPort } from "./host_port.ts";
import type { HostPort, LineTracker, TrackerName } from "./types.ts";

/**
 * A tracker of the line protocol as magnet links and `.torrent` files name it. Clients that know
 * other protocols only pass it over.
 */
export function lineTrackerUrl(tracker: HostPort): string {
  return `tcp://${formatHostPort(tracker)}`;
}

/** The tracker of the line protocol that a URL names, or undefined when it names none. */
export function parseLineTracker(url: string): HostPort | undefined {
  const match = /^tcp:\/\/([^/?#]+)\/?$/i.exec(url.trim());
  try {
    return match ? parseHostPort(match[1]!) : undefined;
  } catch {
    return undefined;
  }
}

/** A tracker's URL, however the person named it. */
export function trackerText(tracker: TrackerName): string {
  return typeof tracker === "string" ? tracker : lineTrackerUrl(tracker);
}

/** Those that speak the line protocol. */
export function lineTrackers(trackers: readonly TrackerName[]): LineTracker[] {
  return trackers.map((one) => typeof one === "string" ? parseLineTracker(one) : one)
    .filter((one) => one !== undefined);
}
