import { assert, assertEquals, assertRejects } from "jsr:@std/assert@1";
import { join } from "node:path";
import { skippable, temporaryFolder } from "../../tests/support/programs.ts";
import { compareTreePaths } from "../meta/tree_order.ts";
import { readContent } from "./content.ts";
import { DiskError } from "./errors.ts";

const NOT_WINDOWS = Deno.build.os === "windows" ? "Windows has no such names or links" : undefined;

async function make(folder: string, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await Deno.mkdir(join(folder, path, ".."), { recursive: true });
    await Deno.writeTextFile(join(folder, path), path);
  }
}

Deno.test("content: a file is itself", async () => {
  await using folder = await temporaryFolder();
  await make(folder.path, ["file"]);
  const { name, single, files, size } = await readContent(join(folder.path, "file"));
  assertEquals([name, single, size], ["file", true, 4]);
  assertEquals(files.map(({ path, length }) => [path, length]), [[["file"], 4]]);
});

Deno.test("content: a folder's files are in the order of a file tree", async () => {
  await using folder = await temporaryFolder();
  const paths = ["b/a", "b/b/c", "b c", "b-", "a", "Z", "b.c/x", "ä", "\u{1f600}", "\uff5e"];
  await make(folder.path, paths);
  await Deno.mkdir(join(folder.path, "empty"));
  const notices: string[] = [];
  const content = await readContent(folder.path, { onNotice: (text) => notices.push(text) });
  const found = content.files.map(({ path }) => [...path]);
  assertEquals(found, found.toSorted(compareTreePaths));
  assertEquals(found.map((path) => path.join("/")).sort(), paths.sort());
  assertEquals(notices.length, 1);
  assert(notices[0]!.includes("empty"));
});

Deno.test("content: nothing to share is an error that says so", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "missing");
  const error = await assertRejects(() => readContent(path), DiskError);
  assertEquals(error.code, "open");
  assert(error.message.includes(path), error.message);
  assertEquals((await readContent(folder.path)).files, []);
});

skippable("content: links are followed only when they are named", NOT_WINDOWS, async () => {
  await using folder = await temporaryFolder();
  await make(folder.path, ["in/file", "out"]);
  await Deno.symlink(join(folder.path, "out"), join(folder.path, "in/link"));
  await Deno.symlink(folder.path, join(folder.path, "in/loop"));
  await Deno.symlink(join(folder.path, "in"), join(folder.path, "named"));
  const notices: string[] = [];
  const content = await readContent(join(folder.path, "named"), {
    onNotice: (text) => notices.push(text),
  });
  assertEquals(content.name, "named");
  assertEquals(content.files.map(({ path }) => path), [["file"]]);
  assertEquals(notices.length, 2);
  const single = await readContent(join(folder.path, "in/link"));
  assertEquals([single.name, single.single, single.size], ["link", true, 3]);
});

skippable("content: pipes are left out, and alone they are an error", NOT_WINDOWS, async () => {
  await using folder = await temporaryFolder();
  await make(folder.path, ["file"]);
  const pipe = join(folder.path, "pipe");
  assert((await new Deno.Command("mkfifo", { args: [pipe] }).output()).success);
  const notices: string[] = [];
  const content = await readContent(folder.path, { onNotice: (text) => notices.push(text) });
  assertEquals([content.files.length, notices.length], [1, 1]);
  await assertRejects(() => readContent(pipe), DiskError, "no regular file");
});

Deno.test("content: a signal ends the search", async () => {
  await using folder = await temporaryFolder();
  await make(folder.path, ["file"]);
  const signal = AbortSignal.abort(new Error("stop"));
  await assertRejects(() => readContent(folder.path, { signal }), Error, "stop");
});
