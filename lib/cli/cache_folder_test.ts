import { assertEquals } from "jsr:@std/assert@1";
import { resolve } from "node:path";
import { cacheFolder } from "./cache_folder.ts";

Deno.test("cache folder: where each system keeps such things", () => {
  const slashes = (path: string | undefined) => path?.replaceAll("\\", "/");
  const table: [typeof Deno.build.os, Record<string, string>, string | undefined][] = [
    ["linux", { HOME: "/home/a" }, "/home/a/.cache/mini-torrent"],
    ["linux", { HOME: "/home/a", XDG_CACHE_HOME: "/var/c" }, "/var/c/mini-torrent"],
    ["linux", { HOME: "/home/a", XDG_CACHE_HOME: "not/whole" }, "/home/a/.cache/mini-torrent"],
    ["darwin", { HOME: "/Users/a" }, "/Users/a/Library/Caches/mini-torrent"],
    ["windows", { LOCALAPPDATA: "C:\\a" }, "C:/a/mini-torrent/Cache"],
    ["windows", { HOME: "/home/a" }, undefined],
    ["linux", { HOME: "/home/a", MINI_TORRENT_CACHE: "" }, undefined],
    ["linux", {}, undefined],
    ["linux", { HOME: "" }, undefined],
  ];
  for (const [os, variables, path] of table) {
    assertEquals(slashes(cacheFolder((name) => variables[name], os)), path);
  }
});

Deno.test("cache folder: the one that a person names", () => {
  assertEquals(
    cacheFolder((name) => name === "MINI_TORRENT_CACHE" ? "here" : "/x"),
    resolve("here"),
  );
});

Deno.test({
  name: "cache folder: none where it may not be read or written, and nobody is asked",
  permissions: { read: true, write: false, env: true },
  fn: () => assertEquals(cacheFolder(() => "/home/a"), undefined),
});
