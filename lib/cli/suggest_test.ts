import { assertEquals } from "jsr:@std/assert@1";
import { editDistance, nearest } from "./suggest.ts";

Deno.test("edits are counted, a swap of neighbours as one", () => {
  assertEquals(editDistance("", "abc"), 3);
  assertEquals(editDistance("abc", "abc"), 0);
  assertEquals(editDistance("force", "froce"), 1);
});

Deno.test("only a near word is suggested", () => {
  const known = ["force", "from", "tracker", "json"];
  assertEquals(nearest("forc", known), "force");
  assertEquals(nearest("trakcer", known), "tracker");
  assertEquals(nearest("Tr", known), "tracker");
  assertEquals(nearest("xylophone", known), undefined);
});
