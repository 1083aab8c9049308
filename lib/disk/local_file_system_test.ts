import { assert, assertEquals, assertRejects, assertThrows } from "jsr:@std/assert@1";
import { join } from "node:path";
import { bytesOf, namesIn, skippable, temporaryFolder } from "../../tests/support/programs.ts";
import { sameState, systemCode } from "./file_system.ts";
import { localFileSystem as files } from "./local_file_system.ts";

const WINDOWS = Deno.build.os === "windows";
const NO_LINKS = WINDOWS ? "on Windows only some users may make symbolic links" : undefined;

function codeOf(act: () => unknown): string | undefined {
  return systemCode(assertThrows(act));
}

Deno.test("local files: reads and writes by position, also while one is under way", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "file");
  const file = files.open(path, "create");
  const content = bytesOf(1_000_000);
  file.write(content, 5);
  const later = new Uint8Array(content.length);
  const reading = file.readLater(later, 5);
  const now = new Uint8Array(100);
  assertEquals(file.read(now, 0), 100);
  assertEquals(now.subarray(5), content.subarray(0, 95));
  assertEquals(file.read(now, 1_000_000), 5);
  assertEquals(file.read(now, 2_000_000), 0);
  await reading;
  file.truncate(7);
  await file.sync();
  assertEquals(file.state().size, 7);
  const entry = files.look(path)!;
  assert(sameState(entry, file.state()));
  assertEquals([entry.kind, entry.links], ["file", 1]);
  const last = file.readLater(new Uint8Array(10), 0);
  file.close();
  file.close();
  assertEquals(await last, 7, "what is under way ends before it is closed");
  await assertRejects(() => file.readLater(now, 0));
});

Deno.test("local files: create takes only a free name, and only regular files open", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "file");
  files.open(path, "create").close();
  assertEquals(codeOf(() => files.open(path, "create")), "EEXIST");
  assertEquals(codeOf(() => files.open(join(folder.path, "none"), "update")), "ENOENT");
  assertThrows(() => files.open(folder.path, "read"));
  assertEquals(files.look(join(folder.path, "none")), undefined);
  assertEquals(files.look(join(path, "below")), undefined);
  assertEquals(files.look(folder.path)?.kind, "folder");
});

skippable(
  "local files: links are seen, not followed, and pipes do not hold up",
  NO_LINKS,
  async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "file");
    const link = join(folder.path, "link");
    files.open(path, "create").close();
    for (const target of [path, join(folder.path, "dangling")]) {
      await Deno.symlink(target, link);
      assertEquals(files.look(link)?.kind, "link");
      for (const mode of ["read", "update", "create"] as const) {
        assertThrows(() => files.open(link, mode));
      }
      files.remove(link);
    }
    assertEquals(namesIn(folder.path), ["file"]);
    assert((await new Deno.Command("mkfifo", { args: [link] }).output()).success);
    assertEquals(files.look(link)?.kind, "other");
    assertThrows(() => files.open(link, "read"));
  },
);

Deno.test("local files: a move to a new name takes no other's place", async () => {
  await using folder = await temporaryFolder();
  const [from, to] = [join(folder.path, "from"), join(folder.path, "to")];
  await Deno.writeTextFile(from, "a");
  await Deno.writeTextFile(to, "b");
  assertEquals(codeOf(() => files.moveNew(from, to)), "EEXIST");
  assertEquals([await Deno.readTextFile(from), await Deno.readTextFile(to)], ["a", "b"]);
  files.moveOver(from, to);
  assertEquals([namesIn(folder.path), await Deno.readTextFile(to)], [["to"], "a"]);
  files.moveNew(to, from);
  assertEquals([namesIn(folder.path), files.look(from)?.links], [["from"], 1]);
  await files.syncFolder(folder.path);
  const room = files.room(join(folder.path, "not", "there"));
  assert(room === undefined || room > 0);
});
