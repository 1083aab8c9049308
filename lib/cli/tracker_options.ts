import { DEFAULT_HTTP_PORT } from "../app/defaults.ts";
import type { TrackerOptions } from "../app/types.ts";
import type { Flags, ReadEnv } from "./flags.ts";
import { statePlace } from "./state_file.ts";
import { accessOptions } from "./tracker_access_flags.ts";
import { liveOptions } from "./tracker_live_flags.ts";

/**
 * What the settings of a tracker say, but for its pages.
 *
 * @param env Reads the environment, which tells where this system keeps the state of programs.
 * @throws {AppError} `usage` where some do not go together.
 */
export function trackerOptions(flags: Flags, env: ReadEnv): TrackerOptions {
  const host = flags.string("host");
  const port = flags.count("port");
  const [db, stateDir] = [flags.string("db"), flags.string("state-dir")];
  const given = { ...db !== undefined && { db }, ...stateDir !== undefined && { stateDir } };
  const state = statePlace(given, env);
  const httpPort = flags.number("http-port") ?? (port === 0 ? 0 : DEFAULT_HTTP_PORT);
  return {
    ...(host === undefined ? {} : { host }),
    port,
    ...(flags.boolean("no-http") ? {} : { httpPort }),
    ...(state === undefined ? {} : { state }),
    classicTtlMs: flags.count("classic-ttl"),
    nameTtlMs: flags.count("name-ttl"),
    maxConnections: flags.count("max-connections"),
    maxConnectionsPerAddress: flags.count("max-connections-per-address"),
    maxPeersPerName: flags.count("max-peers-per-name"),
    maxPortsPerAddress: flags.count("max-ports-per-address"),
    announceRate: flags.count("announce-rate"),
    announceBurst: flags.count("announce-burst"),
    ...accessOptions(flags, env),
    ...liveOptions(flags),
  };
}
