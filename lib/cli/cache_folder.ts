import { join, resolve } from "node:path";

/** Our folder among those of other programs. */
const NAME = "mini-torrent";

/**
 * Where the person or this system keeps what a program can do without: `MINI_TORRENT_CACHE` (empty:
 * nowhere); `XDG_CACHE_HOME` or `~/.cache`, `~/Library/Caches` on macOS, `%LOCALAPPDATA%` on Windows.
 *
 * @param env Reads the environment.
 * @returns An absolute path that we may read and write; undefined where there is none. Nobody is asked
 * for a permission.
 */
export function cacheFolder(
  env: (name: string) => string | undefined,
  os: typeof Deno.build.os = Deno.build.os,
): string | undefined {
  const path = placeOf(env, os);
  if (path === undefined) return undefined;
  const may = (name: "read" | "write") =>
    Deno.permissions.querySync({ name, path }).state === "granted";
  return may("read") && may("write") ? path : undefined;
}

function placeOf(
  env: (name: string) => string | undefined,
  os: typeof Deno.build.os,
): string | undefined {
  const given = env("MINI_TORRENT_CACHE");
  if (given !== undefined) return given === "" ? undefined : resolve(given);
  if (os === "windows") {
    const local = env("LOCALAPPDATA");
    return local ? join(local, NAME, "Cache") : undefined;
  }
  const xdg = env("XDG_CACHE_HOME");
  if (xdg?.startsWith("/")) return join(xdg, NAME);
  const home = env("HOME");
  if (!home?.startsWith("/")) return undefined;
  return join(home, os === "darwin" ? "Library/Caches" : ".cache", NAME);
}
