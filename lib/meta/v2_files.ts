import { Fields } from "./fields.ts";
import {
  attributesOf,
  checkFileCount,
  checkPath,
  type FileList,
  type ListedFile,
  shownPath,
} from "./listed_file.ts";
import { MetaError } from "./errors.ts";

/** Bytes of a root: SHA-256. */
const ROOT = 32;

/**
 * The files of the v2 key `file tree`, each non-empty one at the beginning of a piece (BEP 52, "info
 * dictionary"). A folder without files says nothing and is passed over.
 *
 * @param info The info dictionary.
 * @param pieceLength Bytes.
 * @throws {MetaError} `bad_metainfo`, `bad_path`, `symlink` or `too_large`.
 */
export function readV2Files(info: Fields, pieceLength: number): FileList {
  const tree = info.dict("file tree");
  if (tree.has("")) throw info.wrong("file tree", "is a file itself");
  const walk: Walk = { files: [], end: 0, pieceLength };
  readFolder(tree, [], walk);
  return { files: walk.files, span: walk.end };
}

interface Walk {
  readonly files: ListedFile[];
  /** Where the last file ends in piece space. */
  end: number;
  readonly pieceLength: number;
}

/** Goes no deeper than what was decoded: see `MAX_DEPTH`. */
function readFolder(folder: Fields, path: readonly string[], walk: Walk): void {
  for (const key of folder.entries.keys()) {
    const entry = folder.dict(key);
    const parts = [...path, key];
    if (!entry.has("")) {
      readFolder(entry, parts, walk);
      continue;
    }
    if (entry.entries.size > 1) {
      throw new MetaError("bad_path", `${shownPath(parts)} is a file and a folder`);
    }
    checkPath(parts);
    walk.files.push(readFile(entry.dict(""), parts, walk));
    checkFileCount(walk.files.length);
  }
}

function readFile(fields: Fields, parts: readonly string[], walk: Walk): ListedFile {
  const attributes = attributesOf(fields);
  if (attributes.includes("l")) {
    throw fields.wrong("attr", "makes it a symlink, which we never make", "symlink");
  }
  if (attributes.includes("p")) {
    throw fields.wrong("attr", "makes it padding, which v2 has none of");
  }
  const length = fields.integer("length", 0);
  if (length === 0) return { parts, length, offset: walk.end, attributes };
  const root = fields.bytes("pieces root");
  if (root.length !== ROOT) throw fields.wrong("pieces root", `is not of ${ROOT} bytes`);
  if (root.every((byte) => byte === 0)) throw fields.wrong("pieces root", "is no hash but zeros");
  const offset = Math.ceil(walk.end / walk.pieceLength) * walk.pieceLength;
  if (offset + length > Number.MAX_SAFE_INTEGER) {
    throw fields.wrong("length", "makes the torrent larger than 2^53 bytes", "too_large");
  }
  walk.end = offset + length;
  return { parts, length, offset, attributes, root };
}
