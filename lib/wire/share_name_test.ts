import { assertEquals } from "jsr:@std/assert@1";
import { MAX_NAME_BYTES, nameProblem } from "./share_name.ts";

Deno.test("nameProblem: names that a share can bear", () => {
  const fine = ["a", "two words.tar.gz", "größe", "...", ".hidden", "CON", "a:b", "\u{1f600}"];
  for (const name of [...fine, "n".repeat(MAX_NAME_BYTES)]) {
    assertEquals(nameProblem(name), undefined, name);
  }
});

Deno.test("nameProblem: names that it cannot, with the reason", () => {
  const table: [string, string][] = [
    ["", "is empty"],
    ["n".repeat(MAX_NAME_BYTES + 1), "is over 255 bytes"],
    ["é".repeat(128), "is over 255 bytes"],
    ["a\nb", "has control characters"],
    ["a\0", "has control characters"],
    ["\u001b[2J", "has control characters"],
    ["a\u0085b", "has control characters"],
    ["a/b", "has a path separator"],
    ["a\\b", "has a path separator"],
    [".", "is a folder, not a file"],
    ["..", "is a folder, not a file"],
  ];
  for (const [name, problem] of table) assertEquals(nameProblem(name), problem);
});
