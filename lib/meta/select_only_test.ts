import { assertEquals } from "jsr:@std/assert@1";
import { formatSelectOnly, parseSelectOnly } from "./select_only.ts";

Deno.test("parseSelectOnly: ranges in order, none touching another (BEP 53)", () => {
  const table: [string, [number, number][]][] = [
    ["0", [[0, 0]]],
    ["0,2,4,6-8", [[0, 0], [2, 2], [4, 4], [6, 8]]],
    ["6-8,4,5,7", [[4, 8]]],
    ["3,3,3", [[3, 3]]],
    ["0-9,2-3,20", [[0, 9], [20, 20]]],
    ["999999", [[999_999, 999_999]]],
  ];
  for (const [text, ranges] of table) assertEquals(parseSelectOnly(text), ranges, text);
  assertEquals(formatSelectOnly([[0, 0], [2, 2], [6, 8]]), "0,2,6-8");
});

Deno.test("parseSelectOnly: what is no list", () => {
  const table = ["", ",", "1,", "a", "-1", "1-", "3-2", "1.5", " 1", "1--2", "1-2-3", "1000000"];
  for (const text of table) assertEquals(parseSelectOnly(text), undefined, text);
  assertEquals(parseSelectOnly("0-99999999999999999999"), undefined);
  assertEquals(parseSelectOnly("1,".repeat(4_096) + "1"), undefined);
});
