import { assertEquals, assertRejects } from "jsr:@std/assert@1";
import { join } from "node:path";
import { temporaryFolder } from "../../../tests/support/programs.ts";
import { AppError } from "../errors.ts";
import { readListFile } from "./list_file.ts";

async function read(text: string, most?: number): Promise<string[]> {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "list.txt");
  await Deno.writeTextFile(path, text);
  const entries: string[] = [];
  const add = (entry: string) => {
    if (entry === "bad") return "is bad";
    entries.push(entry);
    return undefined;
  };
  await readListFile(path, add, most);
  return entries;
}

Deno.test("list file: one entry a line, without blanks and what is for people", async () => {
  assertEquals(await read(""), []);
  assertEquals(await read("a"), ["a"]);
  assertEquals(await read("a\n\n  b \r\n# c\nd # e\r\n\t\n"), ["a", "b", "d"]);
});

Deno.test("list file: lines may lie across the parts that are read", async () => {
  const lines = Array.from({ length: 40_000 }, (_, n) => `entry ${n} ü`);
  assertEquals(await read(lines.join("\n")), lines);
});

Deno.test("list file: what is wrong is told with its line", async () => {
  const refused = (text: string, message: string, most?: number) =>
    assertRejects(() => read(text, most), AppError, message);
  await refused("a\nbad\n", 'list.txt line 2: "bad" is bad');
  await refused(
    "a\n# b\nc\nd",
    'list.txt line 4: "d" is one too many: a list has at most 2 entries',
    2,
  );
  await refused(`a\n${"x".repeat(1025)}`, "list.txt line 2: it is over 1024 characters");
  await refused(`${"x".repeat(1_000_000)}`, "list.txt line 1: it is over 1024 characters");
});
