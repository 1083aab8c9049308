import { assertEquals, assertRejects, assertStringIncludes } from "jsr:@std/assert@1";
import { join, resolve, sep } from "node:path";
import { wanted } from "../../tests/support/in_process.ts";
import { namesIn, skippable, temporaryFolder } from "../../tests/support/programs.ts";
import { alreadyExists, chooseDestination, type Destination } from "./destination.ts";
import { AppError } from "./errors.ts";
import type { DownloadOptions } from "./types.ts";

const NO_LINKS = Deno.build.os === "windows"
  ? "on Windows only some users may make symbolic links"
  : undefined;

/** Where a file of the name goes; `dest` as the person wrote it. */
function choose(
  dest: string | undefined,
  name = "report.pdf",
  options: Partial<DownloadOptions> = {},
): Promise<Destination> {
  const { dest: _, ...others } = wanted(name, "", []);
  return chooseDestination(
    { ...others, ...(dest === undefined ? {} : { dest }), ...options },
    name,
  );
}

/** Fails unless it ends with an AppError of the code. @returns What it said. */
async function fails(code: string, choosing: () => Promise<unknown>): Promise<string> {
  const error = await assertRejects(choosing, AppError);
  assertEquals([error.code, error.fault], [code, "local"], error.message);
  return error.message;
}

/** A folder with a folder, a file and nothing else. */
async function place() {
  const folder = await temporaryFolder();
  await Deno.mkdir(join(folder.path, "folder"));
  await Deno.writeTextFile(join(folder.path, "file"), "mine");
  return folder;
}

Deno.test("destination: without one it is the current folder", async () => {
  for (const dest of [undefined, "", "."]) {
    assertEquals(await choose(dest), { path: resolve("report.pdf"), replace: false });
  }
});

Deno.test("destination: a folder takes the file under its own name, a new name is the file", async () => {
  await using here = await place();
  const table: [string, string[]][] = [
    ["folder", ["folder", "report.pdf"]],
    ["folder/", ["folder", "report.pdf"]],
    [`folder${sep}`, ["folder", "report.pdf"]],
    ["folder//", ["folder", "report.pdf"]],
    ["", ["report.pdf"]],
    ["folder/..", ["report.pdf"]],
    ["new", ["new"]],
    ["folder/new.txt", ["folder", "new.txt"]],
    ["folder/../new", ["new"]],
    ["-dash", ["-dash"]],
    ["two words", ["two words"]],
  ];
  for (const [dest, path] of table) {
    const expected = { path: join(here.path, ...path), replace: false };
    assertEquals(await choose(`${here.path}/${dest}`), expected, dest);
  }
  assertEquals(namesIn(here.path), ["file", "folder"], "choosing makes nothing");
});

Deno.test("destination: in a folder the name is made safe, a person's own is theirs", async () => {
  await using here = await place();
  const table: [string, string][] = [
    ["CON", "_CON"],
    ["a:b", "a_b"],
    ["..", "__"],
    ["../../escape", ".._.._escape"],
    ["dot.", "dot_"],
    ["\u202egnp.exe", "_gnp.exe"],
  ];
  for (const [name, safe] of table) {
    const folder = join(here.path, "folder");
    assertEquals((await choose(folder, name)).path, join(folder, safe), name);
    assertEquals((await choose(join(folder, "dot."), name)).path, join(folder, "dot."));
  }
});

Deno.test("destination: a folder that is not there is an error, also with a separator at the end", async () => {
  await using here = await place();
  const at = (path: string) => `${here.path}/${path}`;
  for (const dest of ["absent/", "absent/new", "folder/absent/", "file/", "file/new"]) {
    const said = await fails("file_open", () => choose(at(dest)));
    assertStringIncludes(said, `There is no folder "${here.path}`, dest);
    assertStringIncludes(said, "Create it, or choose another destination");
  }
  const said = await fails("file_open", () => choose(at("absent\\")));
  assertStringIncludes(said, "There is no folder");
});

Deno.test("destination: an existing file gives way by force or by a yes only", async () => {
  await using here = await place();
  const path = join(here.path, "file");
  const asked: string[] = [];
  const answering = (answer: boolean) => ({
    confirmOverwrite: (path: string) => {
      asked.push(path);
      return Promise.resolve(answer);
    },
  });
  assertEquals(await fails("file_exists", () => choose(path)), alreadyExists(path).message);
  await fails("file_exists", () => choose(path, "file", answering(false)));
  await fails("file_exists", () => choose(here.path, "file", answering(false)));
  assertEquals(asked, [path, path]);
  assertEquals(await choose(path, "x", answering(true)), { path, replace: true });
  assertEquals(await choose(here.path, "file", answering(true)), { path, replace: true });
  assertEquals(asked.length, 4);
  const force = { force: true, ...answering(false) };
  assertEquals(await choose(path, "x", force), { path, replace: true });
  assertEquals(asked.length, 4, "force asks nobody");
  const free = join(here.path, "new");
  assertEquals(await choose(free, "x", answering(true)), { path: free, replace: false });
  assertEquals(await choose(free, "x", { force: true }), { path: free, replace: true });
  assertEquals(asked.length, 4, "nobody is asked about a free name");
  assertEquals(await Deno.readTextFile(path), "mine");
});

Deno.test("destination: a folder in the file's place never gives way", async () => {
  await using here = await place();
  const options = { force: true, confirmOverwrite: () => Promise.resolve(true) };
  const said = await fails("invalid_input", () => choose(here.path, "folder", options));
  assertStringIncludes(said, `"${join(here.path, "folder")}" is a folder`);
});

skippable(
  "destination: links to folders are folders, other links are files",
  NO_LINKS,
  async () => {
    await using here = await place();
    await Deno.symlink("folder", join(here.path, "to folder"));
    await Deno.symlink("file", join(here.path, "to file"));
    await Deno.symlink("nothing", join(here.path, "to nothing"));
    assertEquals(
      (await choose(join(here.path, "to folder"))).path,
      join(here.path, "to folder", "report.pdf"),
    );
    for (const link of ["to file", "to nothing"]) {
      const path = join(here.path, link);
      await fails("file_exists", () => choose(path));
      assertEquals(await choose(path, "x", { force: true }), { path, replace: true });
    }
    const path = join(here.path, "to folder");
    await fails("file_exists", () => choose(here.path, "to folder"));
    assertEquals(await choose(here.path, "to folder", { force: true }), { path, replace: true });
  },
);
