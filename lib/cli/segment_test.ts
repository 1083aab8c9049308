import { assert, assertEquals } from "jsr:@std/assert@1";
import { fitted, lineWidth, padded, type Segment } from "./segment.ts";

function text(line: readonly Segment[]): string {
  return line.map((segment) => segment.text).join("");
}

const PARTS: Segment[] = [{ text: "50%" }, { text: "a long reason", cut: true }, {
  text: "5 peers",
}];

Deno.test("parts follow as long as there is room, the most important first", () => {
  const line = [{ text: "name" }];
  assertEquals(text(fitted(line, PARTS, 80)), "name  50%  a long reason  5 peers");
  assertEquals(text(fitted(line, PARTS, 32)), "name  50%  a long reason");
  assertEquals(text(fitted(line, PARTS, 23)), "name  50%  a long reas…");
  assertEquals(text(fitted(line, PARTS, 22)), "name  50%");
  assertEquals(text(fitted(line, PARTS, 8)), "name");
  assertEquals(text(fitted(line, PARTS, 3)), "na…");
});

Deno.test("an indent is the only gap before the first part", () => {
  assertEquals(text(fitted([{ text: "  " }], PARTS, 80)), "  50%  a long reason  5 peers");
  assertEquals(text(fitted([], PARTS, 80)), "50%  a long reason  5 peers");
});

Deno.test("no line is wider than it may be, whatever its characters", () => {
  const parts = [...PARTS, { text: "日本語".repeat(20), cut: true }, { text: "e\u0301".repeat(9) }];
  for (let columns = 0; columns <= 120; columns++) {
    assert(lineWidth(fitted([{ text: "名前" }, { text: " x" }], parts, columns)) <= columns);
  }
});

Deno.test("text is padded to columns, not to characters", () => {
  assertEquals(padded("日本", 6), "日本  ");
  assertEquals(padded("long", 2), "long");
});
