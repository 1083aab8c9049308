import type { Clock } from "../base/clock.ts";
import { DiscoveryError } from "./errors.ts";
import { HttpTracker } from "./http_tracker.ts";
import type { PlaceOptions } from "./places.ts";
import type { TrackerClient } from "./tracker_client.ts";
import { UdpTracker } from "./udp_tracker.ts";

/** The longest URL of a tracker. */
const MAX_URL = 2_048;

/** How trackers are asked. */
export interface TrackerOptions extends PlaceOptions {
  /** Our name, as servers are told. */
  readonly client: string;
  readonly clock: Clock;
  /** 32 bits that nobody can guess. */
  readonly transaction: () => number;
}

/** The URL of a tracker that {@linkcode openTracker} takes, or undefined. */
export function trackerUrl(text: string): URL | undefined {
  const url = text.length <= MAX_URL ? URL.parse(text.trim()) : null;
  if (!url || url.hostname === "" || url.port === "0") return undefined;
  return /^(https?|udp):$/.test(url.protocol) ? url : undefined;
}

/**
 * A tracker by its URL: http, https or udp. Nothing is asked yet.
 *
 * @throws {DiscoveryError} `bad_url`.
 */
export function openTracker(url: URL, options: TrackerOptions): TrackerClient {
  switch (url.protocol) {
    case "http:":
    case "https:":
      return new HttpTracker(url, options);
    case "udp:":
      return new UdpTracker(url, options);
    default:
      throw new DiscoveryError("bad_url", "a tracker's URL begins with http, https or udp");
  }
}
