import { assert, assertEquals, assertRejects, assertStrictEquals } from "jsr:@std/assert@1";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { classicSum } from "../../tests/support/originals.ts";
import { bytesOf, skippable, temporaryFolder } from "../../tests/support/programs.ts";
import { readContent } from "./content.ts";
import { DiskError } from "./errors.ts";
import { hashContent } from "./hasher.ts";
import { SourceFile, type SourceReader } from "./source_file.ts";

const WINDOWS = Deno.build.os === "windows";
const CONTENT = bytesOf(3_000_001);
const LONG_AGO = new Date(2001, 1, 3);

/** Fails unless it ends with a DiskError of the code. @returns What it said, without the path. */
async function fails(code: string, act: () => Promise<unknown>, path: string): Promise<string> {
  const error = await assertRejects(act, DiskError);
  assertEquals([error.code, error.fault], [code, "local"], error.message);
  return error.message.replace(`"${path}"`, "FILE");
}

/** A file of a folder of its own, last written long ago. */
async function fileWith(content: Uint8Array) {
  const folder = await temporaryFolder();
  const path = join(folder.path, "file");
  await Deno.writeFile(path, content);
  await Deno.utime(path, LONG_AGO, LONG_AGO);
  return Object.assign(folder, { path, other: join(folder.path, "other") });
}

const register = (path: string) => SourceFile.register(path, () => {});

/** Everything that a reader hands out, in reads of so many bytes. */
async function readAll(reader: SourceReader, size: number, onRead = (_: number) => {}) {
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for (;;) {
      const buffer = new Uint8Array(size);
      const count = await reader.read(buffer);
      if (count === 0) break;
      parts.push(buffer.subarray(0, count));
      onRead(length += count);
    }
  } catch (error) {
    return { error, length };
  }
  return { content: new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer()), length };
}

/** Overwrites the middle of a file, so that its length stays. */
async function scribble(path: string, bytes = new Uint8Array([1, 2, 3])): Promise<void> {
  using file = await Deno.open(path, { write: true });
  await file.seek(2_000_000, Deno.SeekMode.Start);
  await file.write(bytes);
}

Deno.test("source file: it is known by its size, its SHA-256 and its classic checksum", async () => {
  const reading = 1024 * 1024;
  for (const length of [0, 1, 1023, 1024, reading - 1, reading, reading + 1, 3_000_001]) {
    await using file = await fileWith(CONTENT.subarray(0, length));
    const seen: [number, number][] = [];
    const source = await SourceFile.register(file.path, (...told) => void seen.push(told));
    const content = CONTENT.subarray(0, length);
    assertEquals(source.digest, {
      size: length,
      sha256: createHash("sha256").update(content).digest("hex"),
      checksum: classicSum(content),
    });
    assertEquals(source.path, file.path);
    assertEquals(seen.at(-1), length === 0 ? undefined : [length, length]);
    assertEquals(seen, seen.toSorted(([a], [b]) => a - b));
    assert(seen.every(([, total]) => total === length));
  }
});

Deno.test("source file: it is read from end to end, whatever the size of the reads", async () => {
  await using file = await fileWith(CONTENT);
  const source = await register(file.path);
  for (const size of [1_000_003, CONTENT.length, CONTENT.length + 1, 128 * 1024]) {
    using reader = await source.open();
    assertEquals((await readAll(reader, size)).content, CONTENT);
    assertEquals(await reader.read(new Uint8Array(9)), 0, "and then there is nothing more");
  }
  using one = await source.open();
  using two = await source.open();
  await one.read(new Uint8Array(1000));
  assertEquals((await readAll(two, 1 << 20)).content, CONTENT, "readers are apart");
  assertEquals((await readAll(one, 1 << 20)).content, CONTENT.subarray(1000));
});

Deno.test("source file: an empty file is read at once", async () => {
  await using file = await fileWith(new Uint8Array(0));
  using reader = await (await register(file.path)).open();
  assertEquals(await reader.read(new Uint8Array(9)), 0);
});

Deno.test("source file: what is no file is refused", async () => {
  await using file = await fileWith(CONTENT);
  const folder = join(file.path, "..");
  const table: [string, string][] = [
    [folder, "FILE is a folder, not a file"],
    [join(folder, "absent"), "cannot open FILE: there is no such file or folder"],
  ];
  if (!WINDOWS) {
    await Deno.symlink(folder, join(folder, "link to folder"));
    await Deno.symlink("nowhere", join(folder, "link to nothing"));
    await Deno.symlink("loop", join(folder, "loop"));
    table.push(
      [join(folder, "link to folder"), "FILE is a folder, not a file"],
      [join(folder, "link to nothing"), "cannot open FILE: there is no such file or folder"],
      [join(folder, "loop"), "cannot open FILE: Too many levels of symbolic links"],
    );
  }
  for (const [path, says] of table) {
    assertEquals(await fails("open", () => register(path), path), says);
  }
});

skippable(
  "source file: a device, a pipe and a socket are refused and not waited for",
  WINDOWS ? "Windows has none of them among its files" : undefined,
  async () => {
    await using file = await fileWith(CONTENT);
    const folder = join(file.path, "..");
    const pipe = join(folder, "pipe");
    assert((await new Deno.Command("mkfifo", { args: [pipe] }).output()).success);
    const socket = join(folder, "socket");
    using _listener = Deno.listen({ transport: "unix", path: socket });
    const link = join(folder, "link");
    await Deno.symlink("/dev/zero", link);
    for (const path of ["/dev/zero", "/dev/null", pipe, socket, link]) {
      assertEquals(
        await fails("open", () => register(path), path),
        "FILE is not a regular file",
      );
    }
  },
);

skippable(
  "source file: a link to a file is that file, until it points elsewhere",
  WINDOWS ? "on Windows only some users may make symbolic links" : undefined,
  async () => {
    await using file = await fileWith(CONTENT);
    await Deno.symlink(file.path, file.other);
    const source = await register(file.other);
    using reader = await source.open();
    assertEquals((await readAll(reader, 1 << 20)).content, CONTENT);
    await Deno.copyFile(file.path, `${file.path} too`);
    await Deno.utime(`${file.path} too`, LONG_AGO, LONG_AGO);
    await Deno.remove(file.other);
    await Deno.symlink(`${file.path} too`, file.other);
    const said = await fails("changed", () => source.open(), file.other);
    assertEquals(said, "FILE was replaced since it was registered");
  },
);

Deno.test("source file: a file that is written to while it is registered is refused", async () => {
  const ways: ((path: string) => void)[] = [
    (path) => Deno.writeFileSync(path, CONTENT, { append: true }),
    (path) => Deno.truncateSync(path, 2_000_000),
    (path) => Deno.truncateSync(path, 0),
    (path) => Deno.writeFileSync(path, CONTENT.subarray(1)),
    (path) => Deno.utimeSync(path, new Date(), new Date()),
  ];
  for (const change of ways) {
    await using file = await fileWith(CONTENT);
    let changed = false;
    const registering = () =>
      SourceFile.register(file.path, () => {
        if (!changed) change(file.path);
        changed = true;
      });
    const said = await fails("changed", registering, file.path);
    assertEquals(said, "FILE was written to while it was read; share it again");
  }
});

Deno.test("source file: registering ends with the signal's reason", async () => {
  await using file = await fileWith(CONTENT);
  const reason = new Error("enough");
  for (const when of ["before", "during"]) {
    const controller = new AbortController();
    if (when === "before") controller.abort(reason);
    const onProgress = () => controller.abort(reason);
    const registering = () => SourceFile.register(file.path, onProgress, controller.signal);
    assertStrictEquals(await assertRejects(registering), reason, when);
  }
});

/** How a file changes: what is done to it, and what is said of it. */
interface Change {
  readonly says: string;
  /** Why it cannot happen to an open file on Windows. */
  readonly windows?: string;
  act(path: string, other: string): Promise<void>;
}

const CHANGES: Readonly<Record<string, Change>> = {
  "one byte less": {
    says: "FILE shrank since it was registered",
    act: (path) => Deno.truncate(path, CONTENT.length - 1),
  },
  "nothing left": {
    says: "FILE shrank since it was registered",
    act: (path) => Deno.truncate(path, 0),
  },
  "one byte more": {
    says: "FILE grew since it was registered",
    act: (path) => Deno.writeFile(path, new Uint8Array(1), { append: true }),
  },
  "other bytes": {
    says: "FILE was written to since it was registered",
    act: (path) => scribble(path),
  },
  "another file of the same bytes and time": {
    says: "FILE was replaced since it was registered",
    windows: "Windows may keep an open file where it is",
    act: async (path, other) => {
      await Deno.writeFile(other, CONTENT);
      await Deno.utime(other, LONG_AGO, LONG_AGO);
      await Deno.rename(other, path);
    },
  },
};

for (const [how, { says, windows, act }] of Object.entries(CHANGES)) {
  Deno.test(`source file: ${how} after it was registered: not opened`, async () => {
    await using file = await fileWith(CONTENT);
    const source = await register(file.path);
    await act(file.path, file.other);
    assertEquals(await fails("changed", () => source.open(), file.path), says);
  });

  const name = `source file: ${how} while it is read: never read whole`;
  skippable(name, WINDOWS ? windows : undefined, async () => {
    for (const after of [1_000_000, 2_900_000]) {
      await using file = await fileWith(CONTENT);
      const source = await register(file.path);
      using reader = await source.open();
      const first = new Uint8Array(after);
      for (let at = 0; at < after;) at += await reader.read(first.subarray(at));
      await act(file.path, file.other);
      const { error, length } = await readAll(reader, 100_000);
      assert(error instanceof DiskError);
      assertEquals(error.message.replace(`"${file.path}"`, "FILE"), says);
      assertEquals(error.code, "changed");
      assert(after + length < CONTENT.length, "the last bytes are kept back");
    }
  });
}

Deno.test("source file: one that is gone is not opened", async () => {
  await using file = await fileWith(CONTENT);
  const source = await register(file.path);
  await Deno.remove(file.path);
  const said = await fails("open", () => source.open(), file.path);
  assertEquals(said, "cannot open FILE: there is no such file or folder");
  await Deno.mkdir(file.path);
  assertEquals(await fails("open", () => source.open(), file.path), "FILE is a folder, not a file");
});

skippable(
  "source file: one that is gone while it is read is never read whole",
  WINDOWS ? "Windows may keep the name of a removed file while it is open" : undefined,
  async () => {
    await using file = await fileWith(CONTENT);
    const source = await register(file.path);
    using reader = await source.open();
    await reader.read(new Uint8Array(1000));
    await Deno.remove(file.path);
    const { error, length } = await readAll(reader, 1 << 20);
    assert(error instanceof DiskError && error.code === "changed");
    assert(1000 + length < CONTENT.length, "the last bytes are kept back");
  },
);

Deno.test("source file: other bytes are noticed also where size and time are as before", async () => {
  for (const when of ["before it is opened", "while it is read"]) {
    await using file = await fileWith(CONTENT);
    const source = await register(file.path);
    const forge = async () => {
      await scribble(file.path);
      await Deno.utime(file.path, LONG_AGO, LONG_AGO);
    };
    if (when === "before it is opened") await forge();
    using reader = await source.open();
    await reader.read(new Uint8Array(1000));
    if (when === "while it is read") await forge();
    const { error, length } = await readAll(reader, 1 << 20);
    assert(error instanceof DiskError && error.code === "changed", when);
    assert(1000 + length < CONTENT.length, "the last bytes are kept back");
  }
});

Deno.test("source file: other bytes after those were read harm nobody", async () => {
  await using file = await fileWith(CONTENT);
  const source = await register(file.path);
  using reader = await source.open();
  const { content, error } = await readAll(reader, 1 << 20, (length) => {
    if (length === CONTENT.length) Deno.truncateSync(file.path, 0);
  });
  assertEquals([content, error], [CONTENT, undefined]);
  await fails("changed", () => source.open(), file.path);
});

Deno.test("source file: difference tells one state from another", async () => {
  await using file = await fileWith(CONTENT.subarray(0, 10));
  const source = await register(file.path);
  const info = await Deno.stat(file.path);
  const table: [Partial<Deno.FileInfo>, string | undefined][] = [
    [{}, undefined],
    [{ size: 9 }, "shrank"],
    [{ size: 11 }, "grew"],
    [{ dev: info.dev + 1 }, "was replaced"],
    [{ ino: (info.ino ?? 0) + 1 }, "was replaced"],
    [{ mtime: new Date(LONG_AGO.getTime() + 1) }, "was written to"],
    [{ mtime: null }, "was written to"],
    [{ atime: new Date(), mode: 0 }, undefined],
  ];
  for (const [part, says] of table) assertEquals(source.difference({ ...info, ...part }), says);
});

Deno.test("source file: one that was hashed with its share is the same as one that was read", async () => {
  await using folder = await temporaryFolder();
  const path = join(await Deno.realPath(folder.path), "file");
  await Deno.writeFile(path, bytesOf(100_001));
  const options = { pieceLength: 16_384, workers: 0, sha256: true, checksum: true };
  const { files: [file] } = await hashContent(await readContent(path), options);
  const [one, other] = [await SourceFile.hashed(file!), await SourceFile.register(path, () => {})];
  assertEquals([one.path, one.digest], [other.path, other.digest]);
  using reader = await one.open();
  const content = new Uint8Array(100_001);
  for (let at = 0; at < content.length;) at += await reader.read(content.subarray(at));
  assertEquals(content, bytesOf(100_001));
  await assertRejects(() => SourceFile.hashed({ ...file!, sha256: undefined! }), RangeError);
  await Deno.utime(path, 1, 1);
  const error = await assertRejects(() => SourceFile.hashed(file!), DiskError);
  assertEquals(error.code, "changed");
});
