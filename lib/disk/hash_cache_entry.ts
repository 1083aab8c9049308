import { createHash } from "node:crypto";
import { concatBytes, equalBytes } from "../base/bytes.ts";
import type { Content } from "./content.ts";
import type { HashedContent, HashedFile } from "./hasher.ts";
import { hybridLayout } from "./hasher.ts";

/** What an entry begins with; another version begins otherwise. */
const MAGIC = new TextEncoder().encode("mini-torrent hashes 1\n");

/** Bytes of the SHA-256 over all that is before it, at the end. */
const SUM_LENGTH = 32;

/** What of an entry is text: by file. */
interface EntryText {
  readonly files: readonly {
    readonly location: string;
    readonly size: number;
    readonly mtime: number;
    readonly id: string;
    readonly ctime: number;
    readonly sha256?: string;
    readonly fingerprint?: string;
  }[];
}

/**
 * Hashes of a share as bytes: a first line, the length of a JSON text in 4 bytes, the text, then
 * v1 pieces, roots and piece layers, and a SHA-256 over all.
 */
export function encodeHashes(hashed: HashedContent): Uint8Array {
  const text: EntryText = {
    files: hashed.files.map(({ location, state, ctime, sha256, fingerprint }) => ({
      location,
      size: state.size,
      mtime: state.mtime,
      id: state.id,
      ctime,
      ...sha256 === undefined ? {} : { sha256 },
      ...fingerprint === undefined ? {} : { fingerprint },
    })),
  };
  const json = new TextEncoder().encode(JSON.stringify(text));
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, json.length);
  const none = new Uint8Array(0);
  const hashes = hashed.files.flatMap(({ root, layer }) => [root ?? none, layer ?? none]);
  const bytes = concatBytes([MAGIC, length, json, hashed.v1Pieces, ...hashes]);
  return concatBytes([bytes, createHash("sha256").update(bytes).digest()]);
}

/**
 * Reads an entry.
 *
 * @returns Undefined when it is damaged, or not of exactly this content as it is now.
 */
export function decodeHashes(
  bytes: Uint8Array,
  content: Content,
  pieceLength: number,
): HashedContent | undefined {
  const end = bytes.length - SUM_LENGTH;
  const start = MAGIC.length + 4;
  if (end < start || !equalBytes(bytes.subarray(0, MAGIC.length), MAGIC)) return undefined;
  const sum = createHash("sha256").update(bytes.subarray(0, end)).digest();
  if (!equalBytes(sum, bytes.subarray(end))) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const length = view.getUint32(MAGIC.length);
  if (length > end - start) return undefined;
  const text = readText(bytes.subarray(start, start + length), content);
  if (!text) return undefined;
  const lengths = content.files.map((file) => file.length);
  const { pieceCount } = hybridLayout(lengths, pieceLength);
  let at = start + length;
  const take = (count: number) => bytes.slice(at, at += count);
  const v1Pieces = take(20 * pieceCount);
  const files = content.files.map((file, index): HashedFile => {
    const { sha256, fingerprint } = text.files[index]!;
    const root = take(file.length > 0 ? 32 : 0);
    const layer = take(file.length > pieceLength ? 32 * Math.ceil(file.length / pieceLength) : 0);
    return {
      ...file,
      ...root.length > 0 ? { root } : {},
      ...layer.length > 0 ? { layer } : {},
      ...sha256 === undefined ? {} : { sha256 },
      ...fingerprint === undefined ? {} : { fingerprint },
    };
  });
  return at === end ? { ...content, pieceLength, files, v1Pieces } : undefined;
}

function readText(json: Uint8Array, { files }: Content): EntryText | undefined {
  const text = JSON.parse(new TextDecoder().decode(json)) as EntryText; // whole: see the checksum
  const same = text.files.length === files.length && files.every((file, index) => {
    const { location, size, mtime, id, ctime } = text.files[index]!;
    return location === file.location && size === file.length && mtime === file.state.mtime &&
      id === file.state.id && ctime === file.ctime;
  });
  return same ? text : undefined;
}
