import { assert, assertEquals, assertRejects, assertThrows } from "jsr:@std/assert@1";
import { join } from "node:path";
import { bytesOf, temporaryFolder } from "../../tests/support/programs.ts";
import { buildTorrent } from "../meta/create.ts";
import { parseInfo } from "../meta/info.ts";
import { Layout } from "../meta/layout.ts";
import { BLOCK_LENGTH } from "../meta/torrent.ts";
import { readContent } from "./content.ts";
import { DiskError } from "./errors.ts";
import { hashContent } from "./hasher.ts";
import { LOOKED_MS } from "./piece_reader.ts";
import { SharedContent } from "./shared_content.ts";
import { localFileSystem } from "./local_file_system.ts";

const PIECE = 4 * BLOCK_LENGTH;

async function share(path: string) {
  const content = await readContent(path);
  const hashed = await hashContent(content, { pieceLength: PIECE, workers: 0, leaves: true });
  const info = parseInfo(buildTorrent(hashed).info);
  return { info, hashed, layout: new Layout(info) };
}

Deno.test("shared content: every range of every piece, padding included", async () => {
  await using folder = await temporaryFolder();
  const contents = [bytesOf(600_000, 1), bytesOf(0), bytesOf(100, 2), bytesOf(PIECE, 3)];
  for (const [file, content] of contents.entries()) {
    await Deno.writeFile(join(folder.path, `${file}`), content);
  }
  const { info, hashed, layout } = await share(folder.path);
  await using files = new SharedContent(info, hashed);
  assert(files.have.isFull);
  const reads: Promise<void>[] = [];
  for (let piece = 0; piece < layout.pieceCount; piece++) {
    const expected = new Uint8Array(layout.pieceSize(piece));
    for (const { file, offset, length, at } of layout.segments(piece, 0, expected.length)) {
      expected.set(contents[file]!.subarray(offset, offset + length), at);
    }
    for (const begin of [0, 1, BLOCK_LENGTH - 1, 3 * BLOCK_LENGTH]) {
      for (const length of [1, BLOCK_LENGTH, 2 * BLOCK_LENGTH, expected.length]) {
        if (begin + length > expected.length) continue;
        const into = new Uint8Array(length);
        reads.push(
          files.readBlock(piece, begin, into).then(() =>
            assertEquals(into, expected.subarray(begin, begin + length))
          ),
        );
      }
    }
  }
  await Promise.all(reads);
  assertEquals(await files.readLeaves(1), hashed.files[0]!.leaves!.subarray(4 * 32, 8 * 32));
  const into = new Uint8Array(2);
  await assertRejects(() => files.readBlock(layout.pieceCount, 0, into), RangeError);
  await assertRejects(() => files.readBlock(0, PIECE - 1, into), RangeError);
  await assertRejects(() => files.readBlock(0, -1, into), RangeError);
  await assertRejects(() => files.readBlock(0, 0.5, into), RangeError);
});

Deno.test("shared content: nothing is read from a file that is no longer what was hashed", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "file");
  const removals = [
    () => Deno.remove(path),
    async () => {
      await Deno.remove(path);
      await Deno.mkdir(path);
    },
  ];
  const changes = [
    () => Deno.writeFile(path, bytesOf(900_000, 2)),
    () => Deno.truncate(path, 899_999),
    // On Windows the name of a removed file may stay until nobody has it open any more.
    ...Deno.build.os === "windows" ? [] : removals,
    async () => {
      await Deno.rename(path, `${path}.away`);
      await Deno.writeFile(path, bytesOf(900_000));
    },
  ];
  for (const change of changes) {
    await Deno.remove(path, { recursive: true }).catch(() => {});
    await Deno.writeFile(path, bytesOf(900_000));
    await Deno.utime(path, 1, 1);
    const { info, hashed, layout } = await share(path);
    await using files = new SharedContent(info, hashed);
    const into = new Uint8Array(BLOCK_LENGTH);
    await files.readBlock(0, 0, into);
    await change();
    await new Promise((resolve) => setTimeout(resolve, 2 * LOOKED_MS));
    const last = layout.pieceCount - 1;
    const error = await assertRejects(() => files.readBlock(last, 0, into), DiskError);
    assert(error.code === "changed" || error.code === "open", error.message);
    assert(error.message.includes(path), error.message);
    await assertRejects(() => files.readBlock(last, 0, into), DiskError);
  }
});

Deno.test("shared content: few of many files are open at a time", async () => {
  await using folder = await temporaryFolder();
  for (let file = 0; file < 200; file++) {
    await Deno.writeFile(join(folder.path, `${file}`), bytesOf(10, file));
  }
  const { info, hashed, layout } = await share(folder.path);
  let open = 0;
  let most = 0;
  const counting = {
    ...localFileSystem,
    open(path: string, mode: "read") {
      most = Math.max(most, ++open);
      const file = localFileSystem.open(path, mode);
      const close = file.close.bind(file);
      file.close = () => (open--, close());
      return file;
    },
  };
  {
    await using files = new SharedContent(info, hashed, counting);
    const into = new Uint8Array(10);
    for (let piece = 0; piece < layout.pieceCount; piece++) await files.readBlock(piece, 0, into);
    assert(most <= 32, `${most}`);
  }
  assertEquals(open, 0);
});

Deno.test("shared content: they must be the torrent's", async () => {
  await using folder = await temporaryFolder();
  await Deno.writeFile(join(folder.path, "file"), bytesOf(10));
  const { info, hashed } = await share(join(folder.path, "file"));
  assertThrows(() => new SharedContent(info, { ...hashed, files: [] }), RangeError);
  assertThrows(
    () => new SharedContent(info, { ...hashed, files: [{ ...hashed.files[0]!, length: 9 }] }),
    RangeError,
  );
});
