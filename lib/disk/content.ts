import { basename, join, resolve } from "node:path";
import { compareBytes } from "../base/bytes.ts";
import { DiskError, diskError } from "./errors.ts";
import { type FileEntry, type FileState, type FileSystem } from "./file_system.ts";
import { localFileSystem } from "./local_file_system.ts";

/** What Deno shows for a byte that is not UTF-8. */
const UNREADABLE = "\ufffd";

/** Files found between two looks at the signal and the event loop. */
const TURN_FILES = 256;

/** A file that is to be shared. */
export interface ContentFile {
  /** Parts of its path below the shared folder; its name if it is shared alone. */
  readonly path: readonly string[];
  /** Absolute, without symbolic links. */
  readonly location: string;
  /** Bytes. */
  readonly length: number;
  /** As it was found; when it is no longer so, the file has changed. */
  readonly state: FileState;
  /** When its name, rights or content changed last; milliseconds since 1970. */
  readonly ctime: number;
}

/** A file or folder that is to be shared. */
export interface Content {
  /** The last part of the path that was named. */
  readonly name: string;
  /** Absolute, without symbolic links. */
  readonly location: string;
  /** Whether it is one file, not a folder. */
  readonly single: boolean;
  /** In the order of BEP 52's file tree. */
  readonly files: readonly ContentFile[];
  /** Bytes of all files together. */
  readonly size: number;
}

/** How content is looked for. */
export interface ReadContentOptions {
  readonly files?: FileSystem;
  /** Called with how many files were found. */
  readonly onProgress?: (files: number) => void;
  /** Called with a sentence on each thing that is left out. */
  readonly onNotice?: (message: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * Finds what there is to share, without reading any of it: a file, or the regular files in a folder
 * and its folders, sorted byte by byte and part by part as in a file tree (BEP 52, "file tree").
 *
 * A symbolic link that is named itself is followed, no other is. Links, pipes, sockets, devices and
 * folders without files are left out with a notice.
 *
 * @throws {DiskError} `open`: something is not there, cannot be looked at or has a name that is no
 * Unicode text.
 * @throws The signal's reason.
 */
export async function readContent(
  path: string,
  options: ReadContentOptions = {},
): Promise<Content> {
  const { files = localFileSystem } = options;
  const named = resolve(path);
  const location = realPath(named);
  const entry = look(files, location);
  const name = basename(named) || basename(location);
  if (entry.kind === "file") {
    const file = fileOf([name], location, entry);
    return { name, location, single: true, files: [file], size: file.length };
  }
  if (entry.kind !== "folder") {
    throw new DiskError("open", `"${named}" is no regular file or folder`);
  }
  if (name === "") throw new DiskError("open", `"${named}" has no name to share it by`);
  const found = await walk(location, files, options);
  const keys = new Map(found.map((file) => [file, treeKey(file.path)]));
  found.sort((a, b) => compareBytes(keys.get(a)!, keys.get(b)!));
  const size = found.reduce((sum, { length }) => sum + length, 0);
  return { name, location, single: false, files: found, size };
}

async function walk(
  root: string,
  files: FileSystem,
  { onProgress, onNotice, signal }: ReadContentOptions,
): Promise<ContentFile[]> {
  const found: ContentFile[] = [];
  const folders: string[][] = [[]];
  for (let folder = folders.pop(); folder; folder = folders.pop()) {
    const location = join(root, ...folder);
    const names = list(files, location);
    if (names.length === 0) onNotice?.(`"${location}" is empty and is left out`);
    for (const name of names) {
      const path = [...folder, name];
      const at = join(location, name);
      const entry = look(files, at);
      if (entry.kind === "folder") folders.push(path);
      else if (entry.kind === "file") {
        found.push(fileOf(path, at, entry));
        if (found.length % TURN_FILES !== 0) continue;
        signal?.throwIfAborted();
        onProgress?.(found.length);
        await new Promise((resolve) => setTimeout(resolve));
      } else {
        const what = entry.kind === "link" ? "a symbolic link" : "no regular file";
        onNotice?.(`"${at}" is ${what} and is left out`);
      }
    }
  }
  signal?.throwIfAborted();
  onProgress?.(found.length);
  return found;
}

function realPath(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch (error) {
    throw diskError("open", "open", path, error);
  }
}

function list(files: FileSystem, path: string): string[] {
  try {
    return files.list(path);
  } catch (error) {
    throw diskError("open", "open", path, error);
  }
}

function look(files: FileSystem, path: string): FileEntry {
  let entry: FileEntry | undefined;
  try {
    entry = files.look(path);
  } catch (error) {
    throw diskError("open", "open", path, error);
  }
  if (entry) return entry;
  const why = path.includes(UNREADABLE)
    ? "its name is no Unicode text; rename it"
    : "it is gone; try again";
  throw new DiskError("open", `cannot open "${path}": ${why}`);
}

function fileOf(path: string[], location: string, entry: FileEntry): ContentFile {
  const { size, mtime, id, ctime } = entry;
  return { path, location, length: size, state: { size, mtime, id }, ctime };
}

/** Orders as the parts one after the other do: no part has a 0 in it. */
function treeKey(path: readonly string[]): Uint8Array {
  return new TextEncoder().encode(path.join("\0"));
}
