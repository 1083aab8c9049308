import { createHash } from "node:crypto";
import { toHex } from "../base/bytes.ts";
import { infoHash, infoHashV2 } from "../base/ids.ts";
import { decodeBencode, keyText, MAX_DEPTH, MAX_METADATA } from "./bencode.ts";
import { MetaError } from "./errors.ts";
import { Fields } from "./fields.ts";
import { checkHybrid } from "./hybrid.ts";
import type { FileList, ListedFile } from "./listed_file.ts";
import { BLOCK_LENGTH, type TorrentFile, type TorrentInfo } from "./torrent.ts";
import { readV1Files } from "./v1_files.ts";
import { readV2Files } from "./v2_files.ts";

/** The most pieces: a bitfield of 256 KiB. */
export const MAX_PIECES = 2 ** 21;

/** The most bytes of a piece; whoever checks v1 pieces may have to hold one. */
export const MAX_PIECE_LENGTH = 2 ** 29;

/** Values of 30 MiB, at 10 bytes each. */
const MAX_INFO_VALUES = 3_000_000;

/** Bytes of a SHA-1. */
const V1_HASH = 20;

/**
 * Reads an info dictionary of v1, v2 or both (BEP 3, BEP 47, BEP 52).
 *
 * @param bytes The dictionary, at most 30 MiB; what is returned is made of a copy.
 * @throws {MetaError} When it is malformed, over a limit, or contradicts itself.
 */
export function parseInfo(bytes: Uint8Array): TorrentInfo {
  if (bytes.length > MAX_METADATA) {
    throw new MetaError("too_large", `it has ${bytes.length} bytes; ${MAX_METADATA} are the most`);
  }
  const own = bytes.slice();
  const { value } = decodeBencode(own, { maxDepth: MAX_DEPTH - 1, maxValues: MAX_INFO_VALUES });
  return readInfo(Fields.of(value, () => "info"), own);
}

/**
 * Reads an info dictionary that was decoded.
 *
 * @param bytes The dictionary as it was encoded; it is kept, as are its values.
 * @throws {MetaError} As {@linkcode parseInfo}.
 */
export function readInfo(info: Fields, bytes: Uint8Array): TorrentInfo {
  const isV2 = readVersion(info);
  const isV1 = !isV2 || ["pieces", "files", "length"].some((key) => info.has(key));
  const pieceLength = readPieceLength(info, isV2);
  const name = info.nameKey("name");
  if (name === "") throw info.wrong("name", "is empty");

  const v1 = isV1 ? readV1Files(info, name) : undefined;
  const v2 = isV2 ? readV2Files(info, pieceLength) : undefined;
  const listed = (v2 ?? v1)!.files;
  if (v1 && v2) checkHybrid(v1, v2, pieceLength);
  // An empty folder is what our own peers share: a hybrid that says twice that it has no files.
  const isFolder = v1?.span === 0 && v2 !== undefined && info.has("files");
  if (listed.length === 0 && !isFolder) {
    throw new MetaError("empty", "there is no file in the torrent");
  }

  const { span } = (v1 ?? v2)!;
  const pieceCount = Math.ceil(span / pieceLength);
  if (pieceCount > MAX_PIECES) {
    throw new MetaError("too_large", `it has ${pieceCount} pieces; ${MAX_PIECES} are the most`);
  }
  return {
    bytes,
    name: keyText(name),
    single: v1 ? !info.has("files") : listed.length === 1 && listed[0]!.parts.length === 1,
    pieceLength,
    pieceCount,
    size: listed.reduce((sum, file) => sum + file.length, 0),
    span,
    files: filesOf(listed, v1),
    private: info.entries.get("private") === 1,
    ...v1 && { v1: { infoHash: v1Hash(bytes), pieces: readPieces(info, pieceCount) } },
    ...v2 && { v2: { infoHash: v2Hash(bytes) } },
  };
}

/** Whether it has a v2 part; "implementations must check this field first" (BEP 52). */
function readVersion(info: Fields): boolean {
  if (!info.has("meta version")) {
    if (info.has("file tree")) throw info.wrong("meta version", "is missing beside file tree");
    return false;
  }
  const version = info.integer("meta version", 1);
  if (version === 2) return true;
  throw info.wrong("meta version", `is ${version}; 2 is the only one that we know`, "unsupported");
}

function readPieceLength(info: Fields, isV2: boolean): number {
  const length = info.integer("piece length", 1, MAX_PIECE_LENGTH);
  if (isV2 && (length < BLOCK_LENGTH || !Number.isInteger(Math.log2(length)))) {
    throw info.wrong("piece length", `is ${length}, no power of two from ${BLOCK_LENGTH} on`);
  }
  return length;
}

function readPieces(info: Fields, pieceCount: number): Uint8Array {
  const pieces = info.bytes("pieces");
  if (pieces.length === V1_HASH * pieceCount) return pieces;
  const expected = `${V1_HASH * pieceCount} for ${pieceCount} pieces`;
  throw info.wrong("pieces", `has ${pieces.length} bytes instead of ${expected}`);
}

/** Empty files of a hybrid are where v1 has them: behind the padding of the file before. */
function filesOf(listed: readonly ListedFile[], v1: FileList | undefined): TorrentFile[] {
  return listed.map((file, index) => ({
    path: file.parts.map(keyText),
    length: file.length,
    offset: (v1?.files[index] ?? file).offset,
    attributes: file.attributes,
    ...file.root && { root: file.root },
  }));
}

function v1Hash(bytes: Uint8Array) {
  return infoHash(toHex(createHash("sha1").update(bytes).digest()))!;
}

function v2Hash(bytes: Uint8Array) {
  return infoHashV2(toHex(createHash("sha256").update(bytes).digest()))!;
}
