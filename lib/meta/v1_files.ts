import { type Bencode, toKey, utf8Text } from "./bencode.ts";
import { Fields } from "./fields.ts";
import {
  attributesOf,
  checkFileCount,
  checkPath,
  type FileList,
  type ListedFile,
  shownPath,
} from "./listed_file.ts";
import { PathTree } from "./path_tree.ts";

/**
 * The files of the v1 keys `length` or `files` (BEP 3, "info dictionary"; BEP 47). Padding files are
 * left out and leave their room.
 *
 * @param info The info dictionary.
 * @param name The torrent's name, as a key.
 * @throws {MetaError} `bad_metainfo`, `bad_path`, `symlink` or `too_large`.
 */
export function readV1Files(info: Fields, name: string): FileList {
  if (info.has("files")) return readList(info);
  const length = info.integer("length", 0);
  checkPath([name]);
  const attributes = realAttributes(info);
  const file = { parts: [name], length, offset: 0, attributes };
  return { files: attributes.includes("p") ? [] : [file], span: length };
}

function readList(info: Fields): FileList {
  if (info.has("length")) throw info.wrong("length", "is there beside files; one must go");
  const list = info.list("files");
  const files: ListedFile[] = [];
  const tree = new PathTree();
  let offset = 0;
  for (let index = 0; index < list.length; index++) {
    const fields = Fields.of(list[index], () => `${info.place("files")}[${index}]`);
    const attributes = realAttributes(fields, () => shownPath(partsOf(fields)));
    const length = fields.integer("length", 0);
    if (offset + length > Number.MAX_SAFE_INTEGER) {
      throw fields.wrong("length", "makes the torrent larger than 2^53 bytes", "too_large");
    }
    if (!attributes.includes("p")) {
      const parts = partsOf(fields);
      checkPath(parts);
      tree.add(parts);
      files.push({ parts, length, offset, attributes });
      checkFileCount(files.length);
    }
    offset += length;
  }
  return { files, span: offset };
}

/** @param name How an error calls the file. */
function realAttributes(fields: Fields, name = () => "it"): string {
  const attributes = attributesOf(fields);
  if (!attributes.includes("l")) return attributes;
  throw fields.wrong("attr", `makes ${name()} a symlink, which we never make`, "symlink");
}

function partsOf(fields: Fields): readonly string[] {
  const parts = keysOf(fields.list("path"));
  if (parts === undefined) throw fields.wrong("path", "is no list of byte strings");
  if (isUtf8(parts)) return parts;
  const other = fields.entries.get("path.utf-8");
  const better = Array.isArray(other) ? keysOf(other) : undefined;
  return better !== undefined && better.length > 0 && isUtf8(better) ? better : parts;
}

function keysOf(list: readonly Bencode[]): readonly string[] | undefined {
  const keys: string[] = [];
  for (const part of list) {
    if (!(part instanceof Uint8Array)) return undefined;
    keys.push(toKey(part));
  }
  return keys;
}

function isUtf8(keys: readonly string[]): boolean {
  return keys.every((key) => utf8Text(key) !== undefined);
}
