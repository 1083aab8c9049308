import { assert, assertEquals } from "jsr:@std/assert@1";
import { compareTreePaths } from "./tree_order.ts";

Deno.test("compareTreePaths: part by part, as the bytes of UTF-8", () => {
  const sorted = [
    ["Z"],
    ["a"],
    ["a", "b"],
    ["a", "c"],
    ["a b", "c"],
    ["a.txt"],
    ["aa"],
    ["b"],
    ["é"],
    ["\uff5e"], // before what lies beyond U+FFFF, though its UTF-16 is greater
    ["\u{1f600}"],
  ];
  assertEquals(sorted.toReversed().sort(compareTreePaths), sorted);
  for (const path of sorted) assertEquals(compareTreePaths(path, [...path]), 0);
  assert(compareTreePaths(["a"], ["b"]) < 0 && compareTreePaths(["b"], ["a"]) > 0);
});
