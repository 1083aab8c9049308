/** A disk in memory that forgets, when its power fails, what was not synced. */
import type {
  FileEntry,
  FileHandle,
  FileState,
  FileSystem,
  OpenMode,
} from "../../lib/disk/file_system.ts";
import { below, type Random } from "../../lib/base/random.ts";

/** Parts of a write that reach the disk on their own. */
const PAGE = 4_096;

type Node = MemoryFile | MemoryFolder;

/** A change that is not known to be on the disk. */
type Change =
  | { readonly at: number; readonly bytes: Uint8Array }
  | { readonly length: number };

class MemoryFile {
  readonly kind = "file";
  readonly id: string;
  bytes = new Uint8Array(0);
  durable = new Uint8Array(0);
  pending: Change[] = [];
  mtime: number;
  durableMtime: number;
  links = 1;

  constructor(id: string, mtime: number) {
    this.id = id;
    this.mtime = this.durableMtime = mtime;
  }
}

class MemoryFolder {
  readonly kind = "folder";
  readonly id: string;
  readonly mtime = 0;
  readonly links = 1;
  entries = new Map<string, Node>();
  durable = new Map<string, Node>();
  /** Names that were made or removed since the last sync, in order; one change is one step. */
  pending: ReadonlyMap<string, Node | undefined>[] = [];

  constructor(id: string) {
    this.id = id;
  }
}

/** Calls of a {@linkcode FileSystem} and its files. */
export type DiskCall =
  | Exclude<keyof FileSystem, "look" | "list" | "room">
  | "write"
  | "sync"
  | "truncate"
  | "read";

/** A disk in memory; paths are absolute, with `/`, and its root folder is `/`. */
export class MemoryDisk implements FileSystem {
  /**
   * Called before each call that a disk can fail; what it throws is thrown to the caller. After a
   * failed sync, what was to be synced counts as clean, as on Linux: only reading still shows it.
   */
  onCall: (call: DiskCall, path: string) => void = () => {};
  /** Bytes of all files together, at most. */
  capacity = Infinity;
  #root = new MemoryFolder("0");
  #ids = 0;
  #time = 1_000_000;

  open(path: string, mode: OpenMode): FileHandle {
    this.onCall("open", path);
    const { folder, name } = this.#place(path);
    let node = folder.entries.get(name);
    if (mode === "create") {
      if (node) throw failure("EEXIST", path);
      node = new MemoryFile(`${++this.#ids}`, this.#now());
      this.#change(folder, [[name, node]]);
    }
    if (!node) throw failure("ENOENT", path);
    if (node.kind === "folder") throw failure("EISDIR", path);
    return new MemoryHandle(this, node, path);
  }

  look(path: string): FileEntry | undefined {
    const node = this.#find(path);
    if (!node) return undefined;
    const { kind, id, mtime, links } = node;
    const size = node.kind === "file" ? node.bytes.length : 0;
    return { kind, id, mtime, ctime: mtime, size, links };
  }

  list(path: string): string[] {
    return [...this.#folder(path).entries.keys()];
  }

  makeFolder(path: string): void {
    this.onCall("makeFolder", path);
    const { folder, name } = this.#place(path);
    if (folder.entries.has(name)) throw failure("EEXIST", path);
    this.#change(folder, [[name, new MemoryFolder(`${++this.#ids}`)]]);
  }

  moveNew(from: string, to: string): void {
    this.onCall("moveNew", to);
    const node = this.#file(from);
    const target = this.#place(to);
    if (target.folder.entries.has(target.name)) throw failure("EEXIST", to);
    this.#change(target.folder, [[target.name, node]]);
    node.links++;
    this.onCall("remove", from);
    this.#unlink(from);
  }

  moveOver(from: string, to: string): void {
    this.onCall("moveOver", to);
    const node = this.#file(from);
    const source = this.#place(from);
    const target = this.#place(to);
    if (source.folder !== target.folder) throw failure("EXDEV", to);
    this.#change(source.folder, [[source.name, undefined], [target.name, node]]);
  }

  remove(path: string): void {
    this.onCall("remove", path);
    this.#unlink(path);
  }

  // deno-lint-ignore require-await -- what it throws is a rejection, too
  async syncFolder(path: string): Promise<void> {
    this.onCall("syncFolder", path);
    const folder = this.#folder(path);
    folder.durable = new Map(folder.entries);
    folder.pending = [];
  }

  room(): number | undefined {
    return this.capacity === Infinity ? undefined : this.capacity - this.used;
  }

  /** Bytes of all files together. */
  get used(): number {
    return [...this.files()].reduce((sum, [, bytes]) => sum + bytes.length, 0);
  }

  /** All files and their bytes, by path. */
  *files(): Generator<[string, Uint8Array]> {
    const folders: [string, MemoryFolder][] = [["", this.#root]];
    for (const [path, folder] of folders) {
      for (const [name, node] of folder.entries) {
        if (node.kind === "folder") folders.push([`${path}/${name}`, node]);
        else yield [`${path}/${name}`, node.bytes];
      }
    }
  }

  /**
   * The power fails: of what was not synced, some changes of names from the first on are there, and
   * some pages of what was written, wherever they are.
   */
  losePower(random: Random): void {
    this.#root = this.#afterPowerLoss(this.#root, random, new Map()) as MemoryFolder;
  }

  #afterPowerLoss(node: Node, random: Random, done: Map<Node, Node>): Node {
    const known = done.get(node);
    if (known) {
      if (known.kind === "file") known.links++;
      return known;
    }
    if (node.kind === "file") {
      const file = new MemoryFile(node.id, random.next() < 0.5 ? node.mtime : node.durableMtime);
      done.set(node, file);
      file.bytes = file.durable = someOf(node, random);
      return file;
    }
    const folder = new MemoryFolder(node.id);
    done.set(node, folder);
    const entries = new Map(node.durable);
    for (const change of node.pending.slice(0, below(random, node.pending.length + 1))) {
      for (const [name, to] of change) {
        if (to) entries.set(name, to);
        else entries.delete(name);
      }
    }
    for (const [name, to] of entries) {
      folder.entries.set(name, this.#afterPowerLoss(to, random, done));
    }
    folder.durable = new Map(folder.entries);
    return folder;
  }

  /** For handles: the time of a write; each is later than the one before. */
  #now(): number {
    return this.#time++;
  }

  /** @internal */
  write(file: MemoryFile, path: string, from: Uint8Array, at: number): void {
    const grows = Math.max(0, at + from.length - file.bytes.length);
    const room = this.capacity - this.used;
    const fits = grows > room ? Math.max(0, from.length - (grows - room)) : from.length;
    apply(file, { at, bytes: from.slice(0, fits) });
    file.mtime = this.#now();
    if (fits < from.length) throw failure("ENOSPC", path);
  }

  /** @internal */
  truncate(file: MemoryFile, length: number): void {
    apply(file, { length });
    file.mtime = this.#now();
  }

  #unlink(path: string): void {
    const node = this.#file(path);
    const { folder, name } = this.#place(path);
    node.links--;
    this.#change(folder, [[name, undefined]]);
  }

  #change(folder: MemoryFolder, changes: [string, Node | undefined][]): void {
    for (const [name, to] of changes) {
      if (to) folder.entries.set(name, to);
      else folder.entries.delete(name);
    }
    folder.pending.push(new Map(changes));
  }

  #find(path: string): Node | undefined {
    let node: Node | undefined = this.#root;
    for (const part of path.split("/").filter((part) => part !== "")) {
      if (node?.kind !== "folder") return undefined;
      node = node.entries.get(part);
    }
    return node;
  }

  #folder(path: string): MemoryFolder {
    const node = this.#find(path);
    if (node?.kind === "folder") return node;
    throw failure(node ? "ENOTDIR" : "ENOENT", path);
  }

  #file(path: string): MemoryFile {
    const node = this.#find(path);
    if (node?.kind === "file") return node;
    throw failure(node ? "EISDIR" : "ENOENT", path);
  }

  #place(path: string): { folder: MemoryFolder; name: string } {
    const at = path.lastIndexOf("/");
    return { folder: this.#folder(path.slice(0, at)), name: path.slice(at + 1) };
  }
}

class MemoryHandle implements FileHandle {
  readonly #disk: MemoryDisk;
  readonly #file: MemoryFile;
  readonly #path: string;
  #closed = false;

  constructor(disk: MemoryDisk, file: MemoryFile, path: string) {
    this.#disk = disk;
    this.#file = file;
    this.#path = path;
  }

  read(into: Uint8Array, at: number): number {
    this.#call("read");
    const part = this.#file.bytes.subarray(at, at + into.length);
    into.set(part);
    return part.length;
  }

  // deno-lint-ignore require-await -- what it throws is a rejection, too
  async readLater(into: Uint8Array, at: number): Promise<number> {
    return this.read(into, at);
  }

  write(from: Uint8Array, at: number): void {
    try {
      this.#call("write");
    } catch (error) {
      this.#disk.write(this.#file, this.#path, from.subarray(0, from.length >> 1), at);
      throw error; // a write that fails may have done a part
    }
    this.#disk.write(this.#file, this.#path, from, at);
  }

  // deno-lint-ignore require-await -- what it throws is a rejection, too
  async sync(): Promise<void> {
    try {
      this.#call("sync");
    } catch (error) {
      this.#file.pending = [];
      throw error;
    }
    this.#file.durable = this.#file.bytes.slice();
    this.#file.durableMtime = this.#file.mtime;
    this.#file.pending = [];
  }

  truncate(length: number): void {
    this.#call("truncate");
    this.#disk.truncate(this.#file, length);
  }

  state(): FileState {
    const { bytes, mtime, id } = this.#file;
    return { size: bytes.length, mtime, id };
  }

  close(): void {
    this.#closed = true;
  }

  #call(call: DiskCall): void {
    if (this.#closed) throw failure("EBADF", this.#path);
    this.#disk.onCall(call, this.#path);
  }
}

function apply(file: MemoryFile, change: Change): void {
  file.bytes = changed(file.bytes, change);
  file.pending.push(change);
}

function changed(bytes: Uint8Array, change: Change): Uint8Array<ArrayBuffer> {
  const length = "length" in change
    ? change.length
    : Math.max(bytes.length, change.at + change.bytes.length);
  const result = new Uint8Array(length);
  result.set(bytes.subarray(0, length));
  if ("bytes" in change) result.set(change.bytes, change.at);
  return result;
}

/** What was synced, and pages of what was not: each is there or not, zeros before its time. */
function someOf({ durable, pending }: MemoryFile, random: Random): Uint8Array<ArrayBuffer> {
  let bytes = durable.slice();
  for (const change of pending) {
    if ("length" in change) {
      if (random.next() < 0.5) bytes = changed(bytes, change);
      continue;
    }
    for (let from = 0; from < change.bytes.length;) {
      const at = change.at + from;
      const length = Math.min(PAGE - at % PAGE, change.bytes.length - from);
      const page = change.bytes.subarray(from, from + length);
      const chance = random.next();
      if (chance < 0.5) bytes = changed(bytes, { at, bytes: page });
      else if (chance < 0.6) bytes = changed(bytes, { at, bytes: new Uint8Array(length) });
      from += length;
    }
  }
  return bytes;
}

function failure(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: the disk says no, '${path}'`), { code });
}
