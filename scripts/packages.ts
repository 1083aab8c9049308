/**
 * Where the `jsr:` packages come from. This file and task.ts import nothing remote: they must run before anyone knows
 * whether JSR can be reached.
 */

/** JSR itself, or npm through the adapters of scripts/npm. */
export type PackageSource = "jsr" | "npm";

/** Carries the choice to the commands that a task starts, so that they do not probe again. */
export const PACKAGES_VARIABLE = "MINI_TORRENT_PACKAGES";

const PROBE_TIMEOUT_MS = 3_000;

/** The root of the project, without a slash at the end. */
export const ROOT: string = nativePath(new URL("..", import.meta.url)).replace(/[\\/]$/, "");

/** Where and why the packages come from; asks JSR once, unless the environment decides. */
export async function choosePackages(): Promise<{ source: PackageSource; why: string }> {
  const given = Deno.env.get(PACKAGES_VARIABLE);
  if (given === "jsr" || given === "npm") return { source: given, why: PACKAGES_VARIABLE };
  const registry = Deno.env.get("JSR_URL") || "https://jsr.io/";
  try {
    const response = await fetch(new URL("@std/cli/meta.json", registry), {
      signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
      headers: { accept: "application/json" },
    });
    await response.body?.cancel();
    if (response.ok) return { source: "jsr", why: registry };
    return { source: "npm", why: `JSR at ${registry} answered ${response.status}` };
  } catch {
    return { source: "npm", why: `JSR cannot be reached at ${registry}` };
  }
}

/** The source that the environment names; npm where it names none. */
export function chosenPackages(): PackageSource {
  return Deno.env.get(PACKAGES_VARIABLE) === "jsr" ? "jsr" : "npm";
}

/** The arguments that make a Deno command use the project's configuration and the source. */
export function packageFlags(source: PackageSource): string[] {
  const config = ["--config", inRoot("deno.json")];
  return source === "npm" ? [...config, "--import-map", inRoot("deno.npm.json")] : config;
}

/**
 * What the programs ask of V8: short-lived objects are collected in less memory than it would take,
 * which costs no speed that was measured and saves some 50 MB; threads that hash may ask for a
 * collection, for V8 does not know how much memory the hashes take that they are done with. While other
 * threads look for garbage, tasks that only wait for them would keep all sockets waiting, too: Deno does
 * one after the other until none is left.
 */
export const V8_FLAGS = "--v8-flags=--max-semi-space-size=4,--expose-gc," +
  "--no-incremental-marking-task,--no-cppheap-incremental-marking";

/** Lets the tracker use Deno's own sockets for datagrams: `lib/net/deno_datagrams.ts`. */
export const NET_FLAG = "--unstable-net";

/** The native path of a file of the project. */
export function inRoot(path: string): string {
  return nativePath(new URL(`../${path}`, import.meta.url));
}

function nativePath(url: URL): string {
  const path = decodeURIComponent(url.pathname);
  return Deno.build.os === "windows" ? path.slice(1).replaceAll("/", "\\") : path;
}
