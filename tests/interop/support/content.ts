import { Buffer } from "node:buffer";
import { bytesOf } from "../../support/programs.ts";
import type { Habits } from "./agent.ts";

const KIB = 1024;
const LARGE = 64 * KIB * KIB;
const CHUNK = 1024 * KIB;

/** Paths and lengths: every way in which files begin and end inside of blocks and pieces. */
const FILES: readonly (readonly [path: string, length: number])[] = [
  ["nothing.bin", 0],
  ["one byte", 1],
  ["almost a block.bin", 16 * KIB - 1],
  ["a block.bin", 16 * KIB],
  ["over a block.bin", 16 * KIB + 1],
  ["some pieces.bin", 1_000_003],
  ["deep/er/and deeper/last.bin", 70_000],
  ["deep/er/also nothing", 0],
  ["deep/two words.txt", 40_000],
  ["Grüße/漢字 🙂.bin", 33_333],
];

/** Something to share: `name` in `folder`. */
export interface Content {
  readonly folder: string;
  readonly name: string;
  readonly path: string;
}

/** Makes a folder of mixed files, the same every time. */
export async function makeFolder(folder: string, name = "mixed files"): Promise<Content> {
  const path = `${folder}/${name}`;
  for (const [index, [file, length]] of FILES.entries()) {
    const target = `${path}/${file}`;
    await Deno.mkdir(target.slice(0, target.lastIndexOf("/")), { recursive: true });
    await Deno.writeFile(target, bytes(length, index + 1));
  }
  return { folder, name, path };
}

/** Makes one large file, the same every time. */
export async function makeLargeFile(
  folder: string,
  name = "large.bin",
  length = LARGE,
): Promise<Content> {
  const path = `${folder}/${name}`;
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeFile(path, bytes(length, 99));
  return { folder, name, path };
}

function bytes(length: number, seed: number): Uint8Array {
  return bytesOf(length + 3, seed).subarray(0, length);
}

/**
 * Compares a file or a folder with its copy byte for byte, and throws with all that differs.
 *
 * @param habits Of the program that wrote the copy.
 */
export async function compareTrees(
  original: string,
  copy: string,
  habits: Habits = {},
): Promise<void> {
  const [theirs, ours] = [await filesIn(original), await filesIn(copy)];
  const differences: string[] = [];
  for (const [path, length] of theirs) {
    if (!ours.has(path)) {
      if (length > 0 || !habits.noEmptyFiles) differences.push(`${path} is missing`);
    } else if (ours.get(path) !== length) {
      differences.push(`${path} has ${ours.get(path)} bytes, not ${length}`);
    } else {
      const at = await firstDifference(original + path, copy + path);
      if (at !== undefined) differences.push(`${path} differs from byte ${at} on`);
    }
  }
  for (const path of ours.keys()) {
    if (theirs.has(path) || (habits.padding && path.startsWith("/.pad/"))) continue;
    differences.push(`${path} is too much`);
  }
  if (differences.length > 0) {
    throw new Error(`${copy} is not as ${original}:\n${differences.join("\n")}`);
  }
}

/** Every file under a path by its path from there, with its length; a file alone is `""`. */
async function filesIn(path: string, inside = ""): Promise<Map<string, number>> {
  const { isDirectory, size } = await Deno.lstat(path + inside);
  if (!isDirectory) return new Map([[inside, size]]);
  const all = new Map<string, number>();
  for await (const entry of Deno.readDir(path + inside)) {
    for (const [file, length] of await filesIn(path, `${inside}/${entry.name}`)) {
      all.set(file, length);
    }
  }
  return all;
}

async function firstDifference(a: string, b: string): Promise<number | undefined> {
  using one = await Deno.open(a);
  using other = await Deno.open(b);
  const [left, right] = [new Uint8Array(CHUNK), new Uint8Array(CHUNK)];
  for (let at = 0;;) {
    const read = await readFully(one, left);
    if (read !== await readFully(other, right)) return at; // it changes while it is read
    if (read === 0) return undefined;
    if (Buffer.compare(left.subarray(0, read), right.subarray(0, read)) !== 0) {
      return at + left.findIndex((byte, index) => byte !== right[index]);
    }
    at += read;
  }
}

async function readFully(file: Deno.FsFile, buffer: Uint8Array): Promise<number> {
  for (let filled = 0;;) {
    const count = await file.read(buffer.subarray(filled));
    filled += count ?? 0;
    if (count === null || filled === buffer.length) return filled;
  }
}
