import { assertEquals } from "jsr:@std/assert@1";
import { checkShareable, cleanPath, suggestPaths } from "./menu_paths.ts";

Deno.test("quotes and blanks go, ~ becomes the home folder", () => {
  assertEquals(cleanPath("  '/a b/c'  ", "/home/u"), "/a b/c");
  assertEquals(cleanPath('"~/x"', "/home/u"), "/home/u/x");
  assertEquals(cleanPath("~", "/home/u"), "/home/u");
  assertEquals(cleanPath("~other/x", "/home/u"), "~other/x");
  assertEquals(cleanPath("~/x", undefined), "~/x");
  assertEquals(cleanPath("it's", "/home/u"), "it's");
});

Deno.test("only a file or folder that is there will do", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/f`, "x");
    assertEquals(await checkShareable(`${folder}/f`), true);
    assertEquals(await checkShareable(`${folder}/g`), "There is no such file or folder.");
    assertEquals(await checkShareable(folder), true);
    assertEquals(await checkShareable(""), "The path of a file or folder, please.");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("paths are suggested after quotes and ~ too, hidden ones only where asked for", async () => {
  const folder = await Deno.makeTempDir();
  try {
    for (const name of ["abc", "a b", ".hidden", "h\u202e"]) {
      await Deno.writeTextFile(`${folder}/${name}`, "");
    }
    await Deno.mkdir(`${folder}/abd`);
    const table: [string, string[]][] = [
      [`${folder}/ab`, [`${folder}/abc`, `${folder}/abd/`]],
      [`"${folder}/a `, [`"${folder}/a b`]],
      ["'~/abc", ["'~/abc"]],
      ["~/", ["~/a b", "~/abc", "~/abd/"]],
      ["~/.", ["~/.hidden"]],
      [`${folder}/abd/`, []],
      [`${folder}/h`, []],
      [`${folder}/nothing/x`, []],
    ];
    for (const [typed, found] of table) assertEquals(await suggestPaths(typed, folder), found);
    assertEquals(await suggestPaths("~/", undefined), []);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
