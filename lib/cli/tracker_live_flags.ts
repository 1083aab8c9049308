import type { TrackerOptions } from "../app/types.ts";
import type { Flags } from "./flags.ts";
import type { FlagSpec } from "./spec.ts";

/** Flags of the tracker that say what it shows over HTTP. */
export const LIVE_FLAGS: readonly FlagSpec[] = [
  {
    name: "admin-token",
    kind: "string",
    value: "TOKEN",
    secret: true,
    help:
      "what opens addresses of peers over HTTP, 16 characters or more; on a command line others " +
      "can read it, so rather set the variable or name a file",
  },
  {
    name: "admin-token-file",
    kind: "string",
    value: "FILE",
    help: "file that holds the admin token",
  },
  {
    name: "torrents",
    kind: "string",
    value: "DIR",
    help: "folder of .torrent files to hand out over HTTP",
  },
];

/** What the flags say of it. */
export function liveOptions(
  flags: Flags,
): Pick<TrackerOptions, "adminToken" | "adminTokenFile" | "torrents" | "logRequests"> {
  const [adminToken, adminTokenFile, torrents] = [
    flags.string("admin-token"),
    flags.string("admin-token-file"),
    flags.string("torrents"),
  ];
  return {
    ...adminToken !== undefined && { adminToken },
    ...adminTokenFile !== undefined && { adminTokenFile },
    ...torrents !== undefined && { torrents },
    logRequests: flags.string("log-level") === "debug",
  };
}
