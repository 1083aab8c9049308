/** What the torrents of torrents.json are made of, hashed here the plain way. */
import { createHash } from "node:crypto";
import { concatBytes } from "../../lib/base/bytes.ts";
import { type Encodable, textKey } from "../../lib/meta/bencode.ts";
import type { FileToShare, TorrentToBuild } from "../../lib/meta/create.ts";
import { compareTreePaths } from "../../lib/meta/tree_order.ts";

const BLOCK = 16_384;
const ZEROS = new Uint8Array(32);

/** A file of a torrent and what its bytes are made of. */
export interface SourceFile {
  readonly path: readonly string[];
  readonly length: number;
  readonly seed: number;
  readonly attributes?: string;
}

/** The bytes that scripts/vectors/make_torrents.py gives a file. */
export function content(length: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let j = 0; j < length; j++) bytes[j] = 7 * j + 13 * (j >> 8) + 29 * (j >> 14) + 31 * seed;
  return bytes;
}

/** The root of a file's tree and, over a piece, the layer of its pieces (BEP 52). */
export function treeOf(bytes: Uint8Array, pieceLength: number) {
  let row: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += BLOCK) {
    row.push(sha256(bytes.subarray(at, at + BLOCK)));
  }
  while (!Number.isInteger(Math.log2(row.length))) row.push(ZEROS);
  let layer = row;
  for (let width = BLOCK; row.length > 1; width *= 2) {
    if (width === pieceLength) layer = row;
    row = pairs(row);
  }
  return {
    root: row[0]!,
    layer: concatBytes(layer.slice(0, Math.ceil(bytes.length / pieceLength))),
  };
}

/** A hybrid torrent of some files, its hashes computed from their content. */
export function toBuild(
  name: string,
  single: boolean,
  pieceLength: number,
  sources: readonly SourceFile[],
): TorrentToBuild {
  const sorted = [...sources].sort((a, b) => compareTreePaths(a.path, b.path));
  const space: Uint8Array[] = [];
  const files = sorted.map(({ path, length, seed, attributes }): FileToShare => {
    const bytes = content(length, seed);
    const over = length % pieceLength;
    space.push(bytes);
    if (over > 0 && sorted.length > 1) space.push(new Uint8Array(pieceLength - over));
    const extra = attributes ? { attributes } : {};
    return { path, length, ...length > 0 && treeOf(bytes, pieceLength), ...extra };
  });
  return {
    name,
    single,
    pieceLength,
    files,
    v1Pieces: sha1Pieces(concatBytes(space), pieceLength),
  };
}

/** The SHA-1 of every piece, one after the other. */
export function sha1Pieces(bytes: Uint8Array, pieceLength: number): Uint8Array {
  const hashes: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += pieceLength) {
    hashes.push(createHash("sha1").update(bytes.subarray(at, at + pieceLength)).digest());
  }
  return concatBytes(hashes);
}

/** What can be written as a bencoded value: text stands for its UTF-8, an object for a dictionary. */
export type Plain = string | number | Uint8Array | readonly Plain[] | {
  readonly [key: string]: Plain;
};

/** The value to encode. Keys of objects are text. */
export function plain(value: Plain): Encodable {
  if (typeof value === "string") return new TextEncoder().encode(value);
  if (typeof value === "number" || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(plain);
  return new Map(Object.entries(value).map(([key, one]) => [textKey(key), plain(one)]));
}

function pairs(row: readonly Uint8Array[]): Uint8Array[] {
  const above: Uint8Array[] = [];
  for (let at = 0; at < row.length; at += 2) above.push(sha256(row[at]!, row[at + 1]!));
  return above;
}

function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}
