import { assertEquals } from "jsr:@std/assert@1";
import { nameProblem } from "../wire/share_name.ts";
import { announcedName } from "./announced_name.ts";

Deno.test("announced name: one that a tracker takes stays as it is", () => {
  for (const name of ["film.mkv", "a b", "Ä 🎬", "x".repeat(255), "é".repeat(127)]) {
    assertEquals(announcedName(name), name);
  }
});

Deno.test("announced name: any other is made one that a tracker takes", () => {
  const cases: [string, string][] = [
    ["", "_"],
    [".", "_"],
    ["..", "_"],
    ["a/b\\c", "a_b_c"],
    ["a\u0000b\u001bc\u0085", "a_b_c_"],
    ["\ud800", "\ufffd"],
    ["x".repeat(300), "x".repeat(255)],
    ["é".repeat(200), "é".repeat(127)],
    ["🎬".repeat(100), "🎬".repeat(63)],
  ];
  for (const [name, announced] of cases) {
    assertEquals(announcedName(name), announced);
    assertEquals(nameProblem(announced), undefined);
  }
});
