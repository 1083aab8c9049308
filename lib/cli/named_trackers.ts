import type { TrackerName } from "../app/types.ts";
import type { Flags } from "./flags.ts";
import type { FlagSpec } from "./spec.ts";

/** The key of private trackers. */
export const TRACKER_KEY_FLAG: FlagSpec = {
  name: "tracker-key",
  kind: "string",
  value: "KEY",
  help: "key for the trackers HOST:PORT of --tracker, where they are private; " +
    "URLs have theirs in the path",
  form: { pattern: /^[\x21-\x7e]{1,100}$/, called: "a key, at most 100 characters without blanks" },
  secret: true,
};

/** The trackers that a person named, with the key for them. */
export function namedTrackers(flags: Flags): readonly TrackerName[] {
  return withKey(flags.trackers("tracker"), flags);
}

/** Trackers with the key that the flags tell: it is never sent to those of links and torrents. */
export function withKey(trackers: readonly TrackerName[], flags: Flags): readonly TrackerName[] {
  const key = flags.string("tracker-key");
  if (key === undefined) return trackers;
  return trackers.map((one) => typeof one === "string" ? one : { ...one, key });
}
