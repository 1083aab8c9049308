import { assertEquals } from "jsr:@std/assert@1";
import { parseKeyedPath } from "./tracker_path.ts";

Deno.test("tracker path: a key stands before what is wanted", () => {
  assertEquals(parseKeyedPath("/abc/announce"), { key: "abc", verb: "announce" });
  assertEquals(parseKeyedPath("/abc/scrape"), { key: "abc", verb: "scrape" });
});

Deno.test("tracker path: others have none", () => {
  const others = ["", "/", "/announce", "//announce", "/a/b/announce", "/abc/announce/", "/abc"];
  others.push("abc/announce", `/${"a".repeat(101)}/announce`, "/abc/announce.php", "/a?b/announce");
  for (const path of others) assertEquals(parseKeyedPath(path), undefined, path);
});
