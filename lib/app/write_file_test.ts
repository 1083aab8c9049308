import { assertEquals, assertRejects } from "jsr:@std/assert@1";
import { namesIn, temporaryFolder } from "../../tests/support/programs.ts";
import { AppError } from "./errors.ts";
import { writeWhole } from "./write_file.ts";

Deno.test("a small file is written, and replaces another only where it may", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/file`;
  const [one, two] = [new Uint8Array([1, 2]), new Uint8Array([3])];
  await writeWhole(path, one, false);
  assertEquals(await Deno.readFile(path), one);
  const error = await assertRejects(() => writeWhole(path, two, false), AppError);
  assertEquals(error.code, "file_exists");
  assertEquals(await Deno.readFile(path), one);
  await writeWhole(path, two, true);
  assertEquals(await Deno.readFile(path), two);
  assertEquals(namesIn(folder.path), ["file"]);
  const lost = await assertRejects(() => writeWhole(`${path}/x`, one, false), AppError);
  assertEquals(lost.code, "file_open");
});
