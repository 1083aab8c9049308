import { assertEquals } from "jsr:@std/assert@1";
import { stateFile, type StateFlags } from "./state_file.ts";

function check(
  os: typeof Deno.build.os,
  variables: Record<string, string>,
  flags: StateFlags,
  path: string | undefined,
  named: boolean,
): void {
  const found = stateFile(flags, (name) => variables[name], os);
  const slashes = found && { ...found, path: found.path.replaceAll("\\", "/") };
  assertEquals(slashes, path === undefined ? undefined : { path, named });
}

Deno.test("state file: where each system keeps the state of programs", () => {
  const home = { HOME: "/home/a" };
  check("linux", home, {}, "/home/a/.local/state/mini-torrent/tracker.db", false);
  const xdg = { ...home, XDG_STATE_HOME: "/s" };
  check("linux", xdg, {}, "/s/mini-torrent/tracker.db", false);
  check("linux", { ...xdg, STATE_DIRECTORY: "/var/lib/t:/x" }, {}, "/var/lib/t/tracker.db", true);
  const mac = "/home/a/Library/Application Support/Mini-Torrent/tracker.db";
  check("darwin", xdg, {}, mac, false);
  check("windows", { LOCALAPPDATA: "C:\\l" }, {}, "C:/l/mini-torrent/tracker.db", false);
});

Deno.test("state file: places that are no absolute paths are none", () => {
  for (const os of ["linux", "darwin", "windows"] as const) check(os, {}, {}, undefined, false);
  check("linux", { HOME: "here", XDG_STATE_HOME: "s", STATE_DIRECTORY: "" }, {}, undefined, false);
});

Deno.test("state file: what a person names comes first", () => {
  const variables = { HOME: "/home/a", STATE_DIRECTORY: "/var/lib/t", LOCALAPPDATA: "C:\\l" };
  for (const os of ["linux", "windows"] as const) {
    check(os, variables, { db: "file.db", stateDir: "/x" }, "file.db", true);
    check(os, variables, { stateDir: "/x" }, "/x/tracker.db", true);
    check(os, variables, { db: ":memory:", stateDir: "/x" }, undefined, false);
  }
});
