import { assert, assertEquals, assertRejects } from "jsr:@std/assert@1";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { bytesOf, temporaryFolder } from "../../tests/support/programs.ts";
import { toHex } from "../base/bytes.ts";
import { ClassicChecksum } from "../meta/classic_checksum.ts";
import { buildTorrent } from "../meta/create.ts";
import { parseInfo } from "../meta/info.ts";
import { hashBlock, MerkleTree } from "../meta/merkle.ts";
import { BLOCK_LENGTH } from "../meta/torrent.ts";
import { type Content, readContent } from "./content.ts";
import { DiskError } from "./errors.ts";
import { hashContent, type HashedContent } from "./hasher.ts";

const LENGTHS = [0, 1, BLOCK_LENGTH - 1, BLOCK_LENGTH, BLOCK_LENGTH + 1, 4 * BLOCK_LENGTH, 300_001];

async function folderOf(path: string, lengths: readonly number[]): Promise<Uint8Array[]> {
  const contents = lengths.map((length, file) => bytesOf(length, file + 1));
  for (const [file, content] of contents.entries()) {
    await Deno.writeFile(join(path, `${file}`), content);
  }
  return contents;
}

/** The straightforward way: all of it in memory. */
function checkHashes(hashed: HashedContent, contents: readonly Uint8Array[]): void {
  const { pieceLength } = hashed;
  const sha1s: string[] = [];
  hashed.files.forEach((file, index) => {
    const content = contents[index]!;
    for (let at = 0; at < content.length; at += pieceLength) {
      const piece = createHash("sha1").update(content.subarray(at, at + pieceLength));
      const padding = Math.max(0, at + pieceLength - content.length);
      if (contents.length > 1) piece.update(new Uint8Array(padding));
      sha1s.push(piece.digest("hex"));
    }
    if (content.length === 0) {
      return assertEquals([file.root, file.layer], [undefined, undefined]);
    }
    const leaves = [];
    for (let at = 0; at < content.length; at += BLOCK_LENGTH) {
      leaves.push(...hashBlock(content.subarray(at, at + BLOCK_LENGTH)));
    }
    const tree = MerkleTree.fromLeaves(Uint8Array.from(leaves), pieceLength, content.length);
    assertEquals(file.root, tree.root);
    assertEquals(file.layer, content.length > pieceLength ? tree.pieceLayer() : undefined);
    if (file.leaves) assertEquals(file.leaves, Uint8Array.from(leaves));
  });
  assertEquals(toHex(hashed.v1Pieces), sha1s.join(""));
}

for (const workers of [0, 2]) {
  Deno.test(`hasher: all hashes of a folder in one pass, with ${workers} threads`, async () => {
    await using folder = await temporaryFolder();
    const contents = await folderOf(folder.path, [...LENGTHS, 2_000_000]);
    const content = await readContent(folder.path);
    for (const pieceLength of [BLOCK_LENGTH, 4 * BLOCK_LENGTH, 64 * BLOCK_LENGTH]) {
      const options = { pieceLength, workers, leaves: true, sha256: true, checksum: true };
      let last = [0, 0];
      const onProgress = (...progress: [number, number]) => last = progress;
      const hashed = await hashContent(content, { ...options, onProgress });
      assertEquals(last, [2 * content.size, 2 * content.size]);
      checkHashes(hashed, contents);
      hashed.files.forEach((file, index) => {
        const checksum = new ClassicChecksum();
        checksum.update(contents[index]!);
        assertEquals(file.fingerprint, checksum.fingerprint());
        assertEquals(file.sha256, createHash("sha256").update(contents[index]!).digest("hex"));
      });
      const info = parseInfo(buildTorrent(hashed).info);
      assertEquals(info.files.map(({ length }) => length), content.files.map((one) => one.length));
    }
  });
}

Deno.test("hasher: a single file has no padding; runs of zeros are hashed as any other", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "file");
  for (const length of LENGTHS) {
    for (const zeros of [[0, 0], [0, length], [16_384, length], [0, 70_000], [40_000, 120_000]]) {
      const bytes = bytesOf(length).fill(0, ...zeros as [number, number]);
      await Deno.writeFile(path, bytes);
      const content = await readContent(path);
      for (const pieceLength of [BLOCK_LENGTH, 4 * BLOCK_LENGTH]) {
        checkHashes(await hashContent(content, { pieceLength, workers: 0 }), [bytes]);
      }
    }
  }
});

Deno.test("hasher: what changes while it is hashed, or before, is told", async () => {
  await using folder = await temporaryFolder();
  await folderOf(folder.path, [100, 50_000]);
  const path = join(folder.path, "1");
  const changes: (() => Promise<void>)[] = [
    () => Deno.writeFile(path, bytesOf(40_000)),
    () => Deno.writeFile(path, bytesOf(60_000)),
    () => Deno.utime(path, 1, 1),
    async () => {
      await Deno.rename(path, `${folder.path}/away`);
      await Deno.writeFile(path, bytesOf(50_000));
    },
  ];
  for (const change of changes) {
    await Deno.remove(`${folder.path}/away`).catch(() => {});
    await Deno.writeFile(path, bytesOf(50_000));
    const content = await readContent(folder.path);
    await change();
    for (const workers of [0, 1]) {
      const error = await assertRejects(
        () => hashContent(content, { pieceLength: BLOCK_LENGTH, workers }),
        DiskError,
      );
      assertEquals(error.code, "changed");
      assert(error.message.includes(path), error.message);
    }
  }
  await Deno.remove(path);
  const gone: Content = await readContent(folder.path).then((content) => ({
    ...content,
    files: [{ ...content.files[0]!, location: path }],
  }));
  const error = await assertRejects(
    () => hashContent(gone, { pieceLength: BLOCK_LENGTH }),
    DiskError,
  );
  assertEquals(error.code, "open");
});

Deno.test("hasher: a signal ends it, in this thread and in others", async () => {
  await using folder = await temporaryFolder();
  await folderOf(folder.path, [20_000_000]);
  const content = await readContent(folder.path);
  for (const workers of [0, 2]) {
    const abort = new AbortController();
    const reason = new Error("stop");
    const onProgress = () => abort.abort(reason);
    const options = { pieceLength: BLOCK_LENGTH, workers, onProgress, signal: abort.signal };
    assertEquals(await assertRejects(() => hashContent(content, options)), reason);
    assertEquals(await assertRejects(() => hashContent(content, options)), reason);
  }
});
