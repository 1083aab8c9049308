import { createHash } from "node:crypto";
import { safeName } from "./safe_name.ts";
import type { TorrentInfo } from "./torrent.ts";

/** The most bytes of a whole path in UTF-8, separators included: some systems take only 1,024. */
const MAX_PATH = 1_000;

/** The most bytes of the folders of a path that is shortened; a digest and a file name fit behind. */
const MAX_FOLDERS = 700;

/** The most bytes of one part, as for `safeName`. */
const MAX_PART = 240;

/** Bytes that are kept free for a number when two names are told apart. */
const NUMBER_ROOM = 12;

/** How much of a part is looked at beside its extension, in characters. */
const MAX_READ = 1_024;

const encoder = new TextEncoder();

/** The names of a torrent that paths are made of. */
export type Names = Pick<TorrentInfo, "name" | "single"> & {
  readonly files: readonly Pick<TorrentInfo["files"][number], "path">[];
};

/** Where the files of a torrent go; every part is safe as the name of a file or folder. */
export interface SafePaths {
  /** The torrent's own folder, or its only file if it is `single`. */
  readonly root: string;
  /** For each file, in order, the parts of its path below `root`; none if the torrent is `single`. */
  readonly files: string[][];
}

/** A folder, and what is in it so far. */
interface Folder {
  /** Bytes of its path from the torrent's folder on. */
  readonly bytes: number;
  readonly name: string;
  /** Folders in it by the name that the torrent gives them. */
  readonly folders: Map<string, Folder>;
  /** Files and folders in it, by what a file system may take for the same name. */
  readonly taken: Set<string>;
  /** The last number that was given to a name. */
  readonly numbers: Map<string, number>;
}

/**
 * Maps the names in a torrent to paths that are safe on every platform, whoever chose them (BEP 3,
 * "path"; BEP 52, "file tree"). The same names always become the same paths; no two files have the
 * same path, whatever case and normal form a file system ignores, and none leaves the root.
 *
 * | in the torrent | becomes |
 * | --- | --- |
 * | `.`, `..`, an empty part | `_`, `__`, `_` |
 * | `/etc/passwd`, `..\x`, `C:\x`, `\\host\x`, `a:b` as one part | `_etc_passwd`, `.._x`, `C__x`, `__host_x`, `a_b` |
 * | `CON`, `nul.txt`, `COM¹` | `_CON`, `_nul.txt`, `_COM¹` |
 * | `name.`, `name ` | `name_` |
 * | control and bidirectional characters | `_` |
 * | a part of more than 240 bytes | cut, its extension kept |
 * | `README` after `readme`, `é` in both normal forms, a second `a.txt` | `README (2)`, `é (2)`, `a (2).txt` |
 * | `a/b` after a file `a`; a file `a` after `a/b` | `a (2)/b`; `a (2)` |
 * | a path of more than 1,000 bytes, counting 12 for a number | the folders up to 700 bytes, one folder named by the SHA-256 of the rest, the file |
 */
export function safePaths(names: Names): SafePaths {
  const root = partName(names.name);
  if (names.single) return { root, files: names.files.map(() => []) };
  const top = newFolder(root, encoder.encode(root).length);
  return { root, files: names.files.map(({ path }) => place(path, top)) };
}

/** Finds a file's place below the torrent's folder, and takes it. */
function place(path: readonly string[], top: Folder): string[] {
  const file = partName(path.at(-1) ?? "");
  const folders = path.slice(0, -1);
  const room = MAX_PATH - Math.min(MAX_PART, encoder.encode(file).length + NUMBER_ROOM) - 1;
  let walked = walk(folders, top, room);
  if (walked.length < folders.length) {
    walked = walk(folders, top, MAX_FOLDERS);
    const rest = JSON.stringify(folders.slice(walked.length));
    const digest = createHash("sha256").update(rest).digest("hex").slice(0, 32);
    walked.push(folderIn(walked.at(-1) ?? top, digest));
  }
  const parts = walked.map(({ name }) => name);
  parts.push(take(file, walked.at(-1) ?? top));
  return parts;
}

/** Goes into folders, making those that are new, as long as the path stays within `room` bytes. */
function walk(names: readonly string[], top: Folder, room: number): Folder[] {
  const walked: Folder[] = [];
  let folder = top;
  for (const name of names) {
    folder = folderIn(folder, name);
    if (folder.bytes > room) break;
    walked.push(folder);
  }
  return walked;
}

function folderIn(parent: Folder, original: string): Folder {
  let folder = parent.folders.get(original);
  if (!folder) {
    const name = take(partName(original), parent);
    folder = newFolder(name, parent.bytes + 1 + encoder.encode(name).length);
    parent.folders.set(original, folder);
  }
  return folder;
}

function newFolder(name: string, bytes: number): Folder {
  return { name, bytes, folders: new Map(), taken: new Set(), numbers: new Map() };
}

/** Takes a safe name in a folder, with a number if it is taken. */
function take(name: string, { taken, numbers }: Folder): string {
  let free = name;
  let key = folded(name);
  if (taken.has(key)) {
    const [stem, extension] = numbered(name);
    const series = folded(stem + extension); // so that a million that are cut alike are counted on
    let number = numbers.get(series) ?? 1;
    do {
      free = `${stem} (${++number})${extension}`;
      key = folded(free);
    } while (taken.has(key));
    numbers.set(series, number);
  }
  taken.add(key);
  return free;
}

/** What comes before and after a number; both together leave room for it. */
function numbered(name: string): [string, string] {
  const extension = extensionOf(name);
  const stem = name.slice(0, name.length - extension.length);
  return [fitting(stem, MAX_PART - NUMBER_ROOM - encoder.encode(extension).length), extension];
}

/** The beginning of a text that fits into so many bytes, in whole characters. */
function fitting(text: string, bytes: number): string {
  // Not by `encodeInto`: Deno 2.4 miscounts what it read of some texts once it is compiled.
  let left = bytes;
  let end = 0;
  for (const character of text) {
    left -= lengthOf(character.codePointAt(0)!);
    if (left < 0) break;
    end += character.length;
  }
  return text.slice(0, end);
}

/** Bytes of a character in UTF-8; of half a one, those of its replacement. */
function lengthOf(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x1_0000 ? 3 : 4;
}

/**
 * One key for all names that a file system may take for the same: letters of either case and their
 * longer forms (`ß` and `ss`), composed and decomposed. Lower case comes first, for a letter that has
 * a small form but is nobody's capital, and last, for those whose capitals are the same.
 */
function folded(name: string): string {
  return name.normalize("NFD").toLowerCase().toUpperCase().toLowerCase().normalize("NFD");
}

/** A part of a path as a safe name. It is cut first: what hostile names cost stays in proportion. */
function partName(part: string): string {
  if (3 * part.length <= MAX_PART) return safeName(part);
  const read = part.length <= MAX_READ ? part : part.slice(0, MAX_READ) + extensionOf(part);
  const plain = read.toWellFormed().normalize("NFC");
  const extension = extensionOf(plain);
  const stem = plain.slice(0, plain.length - extension.length);
  return safeName(fitting(stem, MAX_PART - encoder.encode(extension).length) + extension);
}

function extensionOf(name: string): string {
  return /(?<=.)\.[^.]{1,16}$/su.exec(name.slice(-40))?.[0] ?? "";
}
