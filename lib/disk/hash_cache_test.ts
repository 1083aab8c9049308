import { assert, assertEquals } from "jsr:@std/assert@1";
import { join } from "node:path";
import { bytesOf, namesIn, temporaryFolder } from "../../tests/support/programs.ts";
import { BLOCK_LENGTH } from "../meta/torrent.ts";
import { readContent } from "./content.ts";
import { HashCache, hashOnce } from "./hash_cache.ts";
import { hashContent } from "./hasher.ts";

const OPTIONS = { pieceLength: BLOCK_LENGTH, workers: 0 };

/** Content that was written long before now, and a cache that knows it. */
async function setUp(folder: string) {
  await Deno.mkdir(join(folder, "in"));
  await Deno.writeFile(join(folder, "in/a"), bytesOf(50_000));
  await Deno.writeFile(join(folder, "in/b"), bytesOf(10, 2));
  await Deno.writeFile(join(folder, "in/c"), bytesOf(0));
  const later = () => Date.now() + 10_000;
  const cache = new HashCache(join(folder, "state/hashes"), { now: later });
  const content = await readContent(join(folder, "in"));
  const hashed = await hashContent(content, OPTIONS);
  return { cache, content, hashed };
}

Deno.test("hash cache: what was hashed is found again, and is the same", async () => {
  await using folder = await temporaryFolder();
  const { cache, content, hashed } = await setUp(folder.path);
  assertEquals(cache.find(content, OPTIONS), undefined);
  assert(await cache.store(hashed));
  assertEquals(cache.find(await readContent(join(folder.path, "in")), OPTIONS), hashed);
  assertEquals(cache.find(content, OPTIONS), hashed, "also after it was used");
});

Deno.test("hash cache: other hashes than those that are there are not found", async () => {
  await using folder = await temporaryFolder();
  const { cache, content, hashed } = await setUp(folder.path);
  await cache.store(hashed);
  for (const more of [{ pieceLength: 2 * BLOCK_LENGTH }, { sha256: true }, { checksum: true }]) {
    assertEquals(cache.find(content, { ...OPTIONS, ...more }), undefined);
  }
  const all = await hashContent(content, { ...OPTIONS, sha256: true, checksum: true });
  await cache.store(all);
  assertEquals(cache.find(content, { ...OPTIONS, sha256: true, checksum: true }), all);
});

Deno.test("hash cache: a file that changed in any way is hashed anew", async () => {
  await using folder = await temporaryFolder();
  const { cache, hashed } = await setUp(folder.path);
  await cache.store(hashed);
  const path = join(folder.path, "in/a");
  const changes = [
    () => Deno.utime(path, 5, 5),
    () => Deno.writeFile(path, bytesOf(50_001)),
    () => Deno.rename(path, join(folder.path, "in/d")),
    () => Deno.writeFile(path, bytesOf(1)),
  ];
  for (const change of changes) {
    await change();
    const now = await readContent(join(folder.path, "in"));
    assertEquals(cache.find(now, OPTIONS), undefined);
    const fresh = await hashOnce(now, OPTIONS, cache);
    assertEquals(cache.find(now, OPTIONS), fresh);
  }
});

Deno.test("hash cache: a damaged entry counts for nothing and is replaced", async () => {
  await using folder = await temporaryFolder();
  const { cache, content, hashed } = await setUp(folder.path);
  await cache.store(hashed);
  const [name] = namesIn(join(folder.path, "state/hashes"));
  const path = join(folder.path, "state/hashes", name!);
  const good = await Deno.readFile(path);
  for (let at = 0; at < good.length; at++) {
    const bad = good.slice();
    bad[at]! ^= 1 << at % 8;
    await Deno.writeFile(path, bad);
    assertEquals(cache.find(content, OPTIONS), undefined, `byte ${at}`);
  }
  for (const length of [0, 1, 25, 26, 57, good.length - 1]) {
    await Deno.writeFile(path, good.subarray(0, length));
    assertEquals(cache.find(content, OPTIONS), undefined, `${length} bytes`);
  }
  await cache.store(hashed);
  assertEquals(cache.find(content, OPTIONS), hashed);
});

Deno.test("hash cache: what may still change unseen is not kept", async () => {
  await using folder = await temporaryFolder();
  const { content, hashed } = await setUp(folder.path);
  const { mtime } = content.files[0]!.state;
  const cache = new HashCache(join(folder.path, "state"), { now: () => mtime + 50 });
  assertEquals(await cache.store(hashed), false);
  assertEquals(cache.find(content, OPTIONS), undefined);
});

Deno.test("hash cache: nor is what has an old time since a moment ago", async () => {
  await using folder = await temporaryFolder();
  const { hashed } = await setUp(folder.path);
  const changed = (ctime: number) => ({
    ...hashed,
    files: hashed.files.map((file) => ({
      ...file,
      state: { ...file.state, mtime: ctime - 3_600_000 },
      ctime,
    })),
  });
  const kept = async (ctime: number, age: number) => {
    const cache = new HashCache(join(folder.path, "state"), { now: () => ctime + age });
    return await cache.store(changed(ctime));
  };
  assertEquals(await kept(1_700_000_000_000, 1_500), false, "in whole seconds");
  assertEquals(await kept(1_700_000_000_000, 2_500), true, "in whole seconds");
  assertEquals(await kept(1_700_000_000_123, 50), false, "with fractions");
  assertEquals(await kept(1_700_000_000_123, 1_500), true, "with fractions");
});

Deno.test("hash cache: old entries make room; a folder that cannot be had is no harm", async () => {
  await using folder = await temporaryFolder();
  const { cache, content, hashed } = await setUp(folder.path);
  const state = join(folder.path, "state/hashes");
  await Deno.mkdir(state, { recursive: true });
  for (let at = 0; at < 300; at++) {
    const path = join(state, `${at}.hashes`);
    await Deno.writeTextFile(path, "old");
    await Deno.utime(path, at, at);
  }
  assert(await cache.store(hashed));
  const names = namesIn(state);
  assertEquals(names.length, 256);
  assert(names.includes("299.hashes") && !names.includes("44.hashes"));
  await Deno.remove(state, { recursive: true });
  await Deno.writeTextFile(state, "a file");
  assertEquals(await cache.store(hashed), false);
  assertEquals(cache.find(content, OPTIONS), undefined);
  assertEquals(await hashOnce(content, OPTIONS, cache), hashed);
});
