import { join, posix, win32 } from "node:path";
import type { StateFile, StateServer } from "../app/types.ts";

/** The file of the state in its folder. */
const FILE = "tracker.db";

/** What a person says of the place; `db`: a path or `:memory:`. */
export interface StateFlags {
  readonly db?: string;
  readonly stateDir?: string;
}

/**
 * Where the state is kept: `--db`, `--state-dir`, or where this system keeps the state of programs:
 * `STATE_DIRECTORY` as systemd gives it; `XDG_STATE_HOME` or `~/.local/state`,
 * `~/Library/Application Support` on macOS, `%LOCALAPPDATA%` on Windows.
 *
 * @param env Reads the environment.
 * @returns Undefined where nothing is to be kept, or nobody knows where.
 */
export function stateFile(
  { db, stateDir }: StateFlags,
  env: (name: string) => string | undefined,
  os: typeof Deno.build.os = Deno.build.os,
): StateFile | undefined {
  if (db === ":memory:") return undefined;
  if (db) return { path: db, named: true };
  if (stateDir) return { path: join(stateDir, FILE), named: true };
  if (os === "windows") {
    const local = env("LOCALAPPDATA");
    return local ? { path: win32.join(local, "mini-torrent", FILE), named: false } : undefined;
  }
  // systemd names several, if a unit asks for several.
  const given = env("STATE_DIRECTORY")?.split(":")[0];
  if (given?.startsWith("/")) return { path: posix.join(given, FILE), named: true };
  const folder = stateFolder(env, os);
  return folder === undefined ? undefined : { path: posix.join(folder, FILE), named: false };
}

/** As {@linkcode stateFile}, where `db` may be the URL of a server, too. */
export function statePlace(
  flags: StateFlags,
  env: (name: string) => string | undefined,
): StateFile | StateServer | undefined {
  const { db } = flags;
  return db !== undefined && /^rediss?:/i.test(db) ? { url: db } : stateFile(flags, env);
}

function stateFolder(
  env: (name: string) => string | undefined,
  os: typeof Deno.build.os,
): string | undefined {
  const home = env("HOME");
  const homely = home?.startsWith("/");
  if (os === "darwin") {
    return homely ? posix.join(home!, "Library/Application Support/Mini-Torrent") : undefined;
  }
  const xdg = env("XDG_STATE_HOME");
  if (xdg?.startsWith("/")) return posix.join(xdg, "mini-torrent");
  return homely ? posix.join(home!, ".local/state/mini-torrent") : undefined;
}
