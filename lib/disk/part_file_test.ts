import { assert, assertEquals, assertRejects, assertStringIncludes } from "jsr:@std/assert@1";
import { basename, join } from "node:path";
import { bytesOf, namesIn, skippable, temporaryFolder } from "../../tests/support/programs.ts";
import { replaced } from "../../tests/support/stand_ins.ts";
import { DiskError } from "./errors.ts";
import { PartFile } from "./part_file.ts";

const WINDOWS = Deno.build.os === "windows";
const NO_LINKS = WINDOWS ? "on Windows only some users may make symbolic links" : undefined;
const CONTENT = bytesOf(100_000);

/** Fails unless it ends with a DiskError of the code. @returns What it said. */
async function fails(code: string, act: () => Promise<unknown>): Promise<string> {
  const error = await assertRejects(act, DiskError);
  assertEquals([error.code, error.fault], [code, "local"], error.message);
  return error.message;
}

Deno.test("part file: it grows under its part name and ends under its own", async () => {
  await using folder = await temporaryFolder();
  const final = join(folder.path, "file");
  {
    await using part = await PartFile.create(final);
    assertEquals([part.path, part.finalPath], [`${final}.part`, final]);
    await part.write(CONTENT.subarray(0, 1));
    await part.write(new Uint8Array(0));
    await part.write(CONTENT.subarray(1));
    assertEquals(await Deno.readFile(part.path), CONTENT);
    assertEquals(namesIn(folder.path), ["file.part"], "nothing bears the name before it is whole");
    await part.commit(false);
  }
  assertEquals(namesIn(folder.path), ["file"]);
  assertEquals(await Deno.readFile(final), CONTENT);
  assertEquals((await Deno.stat(final)).nlink ?? 1, 1);
});

Deno.test("part file: a restart forgets what was written", async () => {
  await using folder = await temporaryFolder();
  await using part = await PartFile.create(join(folder.path, "file"));
  await part.write(CONTENT);
  await part.restart();
  assertEquals((await Deno.stat(part.path)).size, 0);
  await part.write(CONTENT.subarray(7, 9));
  await part.commit(false);
  assertEquals(await Deno.readFile(part.finalPath), CONTENT.subarray(7, 9));
});

Deno.test("part file: without a commit it is removed, and kept when that was asked for", async () => {
  await using folder = await temporaryFolder();
  {
    await using part = await PartFile.create(join(folder.path, "removed"));
    await part.write(CONTENT);
  }
  assertEquals(namesIn(folder.path), []);
  {
    await using part = await PartFile.create(join(folder.path, "kept"));
    await part.write(CONTENT);
    part.keep();
  }
  assertEquals(namesIn(folder.path), ["kept.part"]);
  assertEquals(await Deno.readFile(join(folder.path, "kept.part")), CONTENT);
});

Deno.test("part file: once it is closed, nothing can be written", async () => {
  await using folder = await temporaryFolder();
  const part = await PartFile.create(join(folder.path, "file"));
  await part[Symbol.asyncDispose]();
  for (
    const act of [() => part.write(CONTENT), () => part.restart(), () => part.commit(true)]
  ) {
    assertStringIncludes(await fails("write", act), "is closed");
  }
  assertEquals(namesIn(folder.path), []);
});

Deno.test("part file: part files that are there already are passed over and left alone", async () => {
  await using folder = await temporaryFolder();
  const final = join(folder.path, "file");
  await Deno.writeTextFile(`${final}.part`, "somebody else's");
  await Deno.mkdir(`${final}.1.part`);
  {
    await using two = await PartFile.create(final);
    await using three = await PartFile.create(final);
    assertEquals([two.path, three.path], [`${final}.2.part`, `${final}.3.part`]);
    await two.write(CONTENT);
    await two.commit(false);
  }
  assertEquals(namesIn(folder.path), ["file", "file.1.part", "file.part"]);
  assertEquals(await Deno.readTextFile(`${final}.part`), "somebody else's");
});

Deno.test("part file: twenty at once for the same name each get a file of their own", async () => {
  await using folder = await temporaryFolder();
  await using stack = new AsyncDisposableStack();
  const parts = await Promise.all(
    Array.from({ length: 20 }, () => PartFile.create(join(folder.path, "file"))),
  );
  for (const part of parts) stack.use(part);
  assertEquals(new Set(parts.map(({ path }) => path)).size, 20);
  const ends = await Promise.allSettled(parts.map((part) => part.commit(false)));
  assertEquals(ends.filter(({ status }) => status === "fulfilled").length, 1, "one has the name");
});

Deno.test("part file: a thousand part files are enough", async () => {
  await using folder = await temporaryFolder();
  let tried = 0;
  using _open = replaced(Deno, "open", () => {
    tried++;
    return Promise.reject(new Deno.errors.AlreadyExists("File exists (os error 17)"));
  });
  const said = await fails("open", () => PartFile.create(join(folder.path, "file")));
  assertStringIncludes(said, "too many part files");
  assertEquals(tried, 1000);
});

skippable("part file: nothing is written through a link, dangling or not", NO_LINKS, async () => {
  await using folder = await temporaryFolder();
  const final = join(folder.path, "file");
  const victim = join(folder.path, "victim");
  await Deno.writeTextFile(victim, "untouched");
  await Deno.symlink(victim, `${final}.part`);
  await Deno.symlink(join(folder.path, "nowhere"), `${final}.1.part`);
  {
    await using part = await PartFile.create(final);
    assertEquals(part.path, `${final}.2.part`);
    await part.write(CONTENT);
    await part.commit(false);
  }
  assertEquals(await Deno.readTextFile(victim), "untouched");
  assertEquals(namesIn(folder.path), ["file", "file.1.part", "file.part", "victim"]);
});

Deno.test("part file: a name that was taken meanwhile is not overwritten", async () => {
  await using folder = await temporaryFolder();
  await using part = await PartFile.create(join(folder.path, "file"));
  await part.write(CONTENT);
  await Deno.writeTextFile(part.finalPath, "mine");
  const said = await fails("exists", () => part.commit(false));
  assertEquals(said, `"${part.finalPath}" exists already`);
  assertEquals(await Deno.readTextFile(part.finalPath), "mine");
  assertEquals(await Deno.readFile(part.path), CONTENT, "what arrived is still there");
  part.keep();
  await part[Symbol.asyncDispose]();
  assertEquals(namesIn(folder.path), ["file", "file.part"]);
});

skippable("part file: a dangling link has the name, too", NO_LINKS, async () => {
  await using folder = await temporaryFolder();
  await using part = await PartFile.create(join(folder.path, "file"));
  await Deno.symlink(join(folder.path, "victim"), part.finalPath);
  await fails("exists", () => part.commit(false));
  assertEquals(namesIn(folder.path), ["file", "file.part"]);
});

Deno.test("part file: an existing file gives way only when it may", async () => {
  await using folder = await temporaryFolder();
  const final = join(folder.path, "file");
  await Deno.writeTextFile(final, "old");
  {
    await using part = await PartFile.create(final);
    await part.write(CONTENT);
    assertEquals(await Deno.readTextFile(final), "old", "it stays until the new one is whole");
    await part.commit(true);
  }
  assertEquals(await Deno.readFile(final), CONTENT);
  assertEquals(namesIn(folder.path), ["file"]);
});

skippable("part file: a link that gives way is replaced, not followed", NO_LINKS, async () => {
  await using folder = await temporaryFolder();
  const victim = join(folder.path, "victim");
  await Deno.writeTextFile(victim, "untouched");
  await Deno.symlink(victim, join(folder.path, "file"));
  await using part = await PartFile.create(join(folder.path, "file"));
  await part.write(CONTENT);
  await part.commit(true);
  assertEquals(await Deno.readTextFile(victim), "untouched");
  assert((await Deno.lstat(part.finalPath)).isFile);
});

Deno.test("part file: a folder never gives way", async () => {
  await using folder = await temporaryFolder();
  for (const replace of [true, false]) {
    await using part = await PartFile.create(join(folder.path, "folder"));
    await Deno.mkdir(part.finalPath, { recursive: true });
    await fails(replace ? "write" : "exists", () => part.commit(replace));
    assert((await Deno.lstat(part.finalPath)).isDirectory);
  }
  assertEquals(namesIn(folder.path), ["folder"]);
});

skippable(
  "part file: one that another program replaced is neither finished nor removed",
  WINDOWS ? "Windows may keep the name of a removed file while it is open" : undefined,
  async () => {
    const ways: [string, (path: string, other: string) => Promise<void>][] = [
      ["another file", (path) => Deno.writeTextFile(path, "theirs")],
      ["a hard link", (path, other) => Deno.link(other, path)],
      ["a symbolic link", (path, other) => Deno.symlink(other, path)],
      ["a folder", (path) => Deno.mkdir(path)],
    ];
    for (const [way, put] of ways) {
      await using folder = await temporaryFolder();
      const other = join(folder.path, "other");
      await Deno.writeTextFile(other, "theirs");
      {
        await using part = await PartFile.create(join(folder.path, "file"));
        await part.write(CONTENT);
        await Deno.remove(part.path);
        await put(part.path, other);
        const said = await fails("write", () => part.commit(true));
        assertStringIncludes(said, "was replaced by another program", way);
      }
      assertEquals(namesIn(folder.path), ["file.part", "other"], way);
      assertEquals(await Deno.readTextFile(other), "theirs", way);
    }
  },
);

Deno.test("part file: one that another program removed is an error, and nothing to remove", async () => {
  await using folder = await temporaryFolder();
  {
    await using part = await PartFile.create(join(folder.path, "file"));
    await Deno.remove(part.path);
    assertStringIncludes(await fails("write", () => part.commit(false)), "no such file");
  }
  assertEquals(namesIn(folder.path), []);
});

Deno.test("part file: a place where none can be made is told with its reason", async () => {
  await using folder = await temporaryFolder();
  await Deno.writeTextFile(join(folder.path, "file"), "");
  const absent = join(folder.path, "absent", "file");
  assertEquals(
    await fails("open", () => PartFile.create(absent)),
    `cannot create "${absent}.part": there is no such file or folder`,
  );
  await fails("open", () => PartFile.create(join(folder.path, "file", "file")));
  await fails("open", () => PartFile.create(join(folder.path, "n".repeat(255))));
  await fails("open", () => PartFile.create(join(folder.path, "a\0b")));
  assertEquals(namesIn(folder.path), ["file"]);
});

/** A folder where nothing may be created, also by root. */
async function closedFolder(): Promise<string | undefined> {
  if (WINDOWS) return undefined;
  const path = "/sys/kernel";
  return await Deno.lstat(path).then(
    ({ isDirectory }) => isDirectory ? path : undefined,
    () => undefined,
  );
}

const CLOSED = await closedFolder();
skippable(
  "part file: a folder that may not be written to is told as that",
  CLOSED === undefined ? "there is no folder that is closed to everybody" : undefined,
  async () => {
    const said = await fails("open", () => PartFile.create(join(CLOSED!, "file")));
    assertEquals(said, `cannot create "${join(CLOSED!, "file")}.part": permission denied`);
  },
);

/** Records the calls that change what is on the disk, in their order. */
function recorded(calls: string[]): DisposableStack {
  const stack = new DisposableStack();
  const { link, remove, rename, open } = Deno;
  const { sync } = Deno.FsFile.prototype;
  const names = new WeakMap<Deno.FsFile, string>();
  const note = (what: string, ...paths: (string | URL)[]) =>
    calls.push([what, ...paths.map((path) => basename(String(path)))].join(" "));
  stack.use(replaced(Deno, "open", async (path: string | URL, options?: Deno.OpenOptions) => {
    const file = await open(path, options);
    names.set(file, basename(String(path)));
    return file;
  }));
  stack.use(replaced(Deno.FsFile.prototype, "sync", function (this: Deno.FsFile) {
    note("sync", names.get(this) ?? "");
    return sync.call(this);
  }));
  stack.use(replaced(Deno, "link", (from: string, to: string) => {
    note("link", from, to);
    return link(from, to);
  }));
  stack.use(replaced(Deno, "rename", (from: string | URL, to: string | URL) => {
    note("rename", from, to);
    return rename(from, to);
  }));
  stack.use(replaced(Deno, "remove", (path: string | URL) => {
    note("remove", path);
    return remove(path);
  }));
  return stack;
}

Deno.test("part file: the bytes reach the disk before the name, and the name before the end", async () => {
  const orders: [boolean, string[]][] = [
    [false, ["sync file.part", "link file.part file", "remove file.part"]],
    [true, ["sync file.part", "rename file.part file"]],
  ];
  for (const [replace, order] of orders) {
    await using folder = await temporaryFolder();
    const calls: string[] = [];
    {
      using _recorded = recorded(calls);
      await using part = await PartFile.create(join(folder.path, "file"));
      await part.write(CONTENT);
      await part.commit(replace);
    }
    if (!WINDOWS) order.push(`sync ${basename(folder.path)}`); // Windows opens no folders
    assertEquals(calls, order);
  }
});

Deno.test("part file: bytes that do not reach the disk get no name", async () => {
  await using folder = await temporaryFolder();
  for (
    const [message, code] of [
      ["No space left on device (os error 28)", "full"],
      ["Input/output error (os error 5)", "write"],
    ]
  ) {
    await using part = await PartFile.create(join(folder.path, "file"));
    await part.write(CONTENT);
    {
      using _sync = replaced(
        Deno.FsFile.prototype,
        "sync",
        () => Promise.reject(new Error(message)),
      );
      await fails(code!, () => part.commit(true));
    }
    assertEquals(namesIn(folder.path), ["file.part"]);
  }
  assertEquals(namesIn(folder.path), []);
});

Deno.test("part file: a write that fails half way is told, and a full disk as that", async () => {
  await using folder = await temporaryFolder();
  await using part = await PartFile.create(join(folder.path, "file"));
  const { write } = Deno.FsFile.prototype;
  let written = 0;
  using _write = replaced(
    Deno.FsFile.prototype,
    "write",
    async function (this: Deno.FsFile, bytes: Uint8Array) {
      if (written >= 30_000) throw new Error("No space left on device (os error 28)");
      const count = await write.call(this, bytes.subarray(0, 10_000)); // short, as systems may
      written += count;
      return count;
    },
  );
  await part.write(CONTENT.subarray(0, 25_000));
  assertEquals(await Deno.readFile(part.path), CONTENT.subarray(0, 25_000), "all in the end");
  assertStringIncludes(await fails("full", () => part.write(CONTENT)), "the disk is full");
});

Deno.test("part file: where there are no hard links a name is still not overwritten", async () => {
  const refusals = [
    new Deno.errors.PermissionDenied("Operation not permitted (os error 1)"), // FAT on Linux
    new Deno.errors.NotSupported("Operation not supported (os error 95)"),
    new Error("Incorrect function. (os error 1)"), // FAT on Windows
  ];
  for (const refusal of refusals) {
    await using folder = await temporaryFolder();
    using _link = replaced(Deno, "link", () => Promise.reject(refusal));
    {
      await using part = await PartFile.create(join(folder.path, "free"));
      await part.write(CONTENT);
      await part.commit(false);
    }
    assertEquals(await Deno.readFile(join(folder.path, "free")), CONTENT);
    await Deno.writeTextFile(join(folder.path, "taken"), "mine");
    {
      await using part = await PartFile.create(join(folder.path, "taken"));
      await fails("exists", () => part.commit(false));
    }
    assertEquals(await Deno.readTextFile(join(folder.path, "taken")), "mine");
    assertEquals(namesIn(folder.path), ["free", "taken"]);
  }
});

Deno.test("part file: a folder that cannot be synced does not undo a finished file", async () => {
  await using folder = await temporaryFolder();
  await using part = await PartFile.create(join(folder.path, "file"));
  await part.write(CONTENT);
  const { open } = Deno;
  using _open = replaced(Deno, "open", (path: string | URL, options?: Deno.OpenOptions) => {
    if (String(path) !== folder.path) return open(path, options);
    return Promise.reject(new Error("Invalid argument (os error 22)"));
  });
  await part.commit(false);
  assertEquals(namesIn(folder.path), ["file"]);
});
