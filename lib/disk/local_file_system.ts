import { dirname } from "node:path";
import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  fsync,
  ftruncateSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  read,
  readdirSync,
  readSync,
  renameSync,
  statfsSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import {
  type FileEntry,
  type FileHandle,
  type FileState,
  type FileSystem,
  type OpenMode,
  systemCode,
} from "./file_system.ts";
import { ReadPatience } from "./read_patience.ts";

const WINDOWS = Deno.build.os === "windows";

/** Absent on Windows. A pipe that took a file's place must not hold us up: hence O_NONBLOCK. */
const { O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants as Partial<Record<string, number>>;

const FLAGS: Readonly<Record<OpenMode, number>> = {
  read: constants.O_RDONLY | O_NOFOLLOW | O_NONBLOCK,
  update: constants.O_RDWR | O_NOFOLLOW | O_NONBLOCK,
  create: constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | O_NOFOLLOW,
};

/** Codes of systems without hard links: FAT, some network and container file systems. */
const NO_LINKS = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK", "EXDEV", "EACCES"]);

/** This machine's files. */
export const localFileSystem: FileSystem = {
  open(path: string, mode: OpenMode): FileHandle {
    if (O_NOFOLLOW === 0 && mode !== "create" && lstatSync(path).isSymbolicLink()) {
      throw systemError("ELOOP", "too many symbolic links encountered", path);
    }
    const fd = openSync(path, FLAGS[mode], 0o666);
    try {
      if (!fstatSync(fd).isFile()) throw systemError("EINVAL", "not a regular file", path);
    } catch (error) {
      closeSync(fd);
      throw error;
    }
    return new LocalFile(fd);
  },

  look(path: string): FileEntry | undefined {
    try {
      return entryOf(lstatSync(path, { bigint: true }));
    } catch (error) {
      const code = systemCode(error);
      if (code === "ENOENT" || code === "ENOTDIR") return undefined;
      throw error;
    }
  },

  list: (path: string) => readdirSync(path),

  makeFolder: (path: string) => void mkdirSync(path),

  moveNew(from: string, to: string): void {
    try {
      linkSync(from, to);
    } catch (error) {
      if (!NO_LINKS.has(systemCode(error) ?? "")) throw error;
      if (this.look(to)) throw systemError("EEXIST", "file already exists", to);
      renameSync(from, to);
      return;
    }
    unlinkSync(from);
  },

  moveOver: (from: string, to: string) => renameSync(from, to),

  remove: (path: string) => unlinkSync(path),

  async syncFolder(path: string): Promise<void> {
    if (WINDOWS) return; // it opens no folders, and keeps renames by itself
    const fd = openSync(path, constants.O_RDONLY);
    try {
      await syncOf(fd);
    } catch (error) {
      if (systemCode(error) === "EIO") throw error;
      // Some file systems sync no folders: the file itself is safe.
    } finally {
      closeSync(fd);
    }
  },

  room(path: string): number | undefined {
    for (let at = path;; at = dirname(at)) {
      try {
        const { bsize, bavail } = statfsSync(at);
        return bsize * bavail;
      } catch (error) {
        if (systemCode(error) !== "ENOENT" || dirname(at) === at) return undefined;
      }
    }
  },
};

/** Reads that come from memory are over sooner than a thread could be asked: they are done at once. */
const patience = new ReadPatience();

class LocalFile implements FileHandle {
  readonly #fd: number;
  #reading: Promise<unknown> = Promise.resolve();
  #closed = false;
  #busy = 0;

  constructor(fd: number) {
    this.#fd = fd;
  }

  read(into: Uint8Array, at: number): number {
    for (let done = 0; done < into.length;) {
      const count = readSync(this.#fd, into, done, into.length - done, at + done);
      if (count === 0) return done;
      done += count;
    }
    return into.length;
  }

  /** One after the other: a positioned read may move the file's one cursor in between. */
  readLater(into: Uint8Array, at: number): Promise<number> {
    if (this.#busy === 0 && !this.#closed && patience.isQuick()) {
      return Promise.try(() => patience.timed(() => this.read(into, at)));
    }
    const before = this.#reading;
    const reading = this.#inUse(async () => {
      await before;
      return await readWhole(this.#fd, into, at);
    });
    this.#reading = reading.catch(() => {});
    return reading;
  }

  write(from: Uint8Array, at: number): void {
    for (let done = 0; done < from.length;) {
      done += writeSync(this.#fd, from, done, from.length - done, at + done);
    }
  }

  sync(): Promise<void> {
    return this.#inUse(() => syncOf(this.#fd));
  }

  truncate(length: number): void {
    ftruncateSync(this.#fd, length);
  }

  state(): FileState {
    return entryOf(fstatSync(this.#fd, { bigint: true }));
  }

  /** What is under way ends first. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#busy === 0) closeSync(this.#fd);
  }

  async #inUse<T>(act: () => Promise<T>): Promise<T> {
    if (this.#closed) throw systemError("EBADF", "the file is closed", String(this.#fd));
    this.#busy++;
    try {
      return await act();
    } finally {
      if (--this.#busy === 0 && this.#closed) closeSync(this.#fd);
    }
  }
}

function entryOf(info: BigIntStats): FileEntry {
  const kind = info.isFile()
    ? "file"
    : info.isDirectory()
    ? "folder"
    : info.isSymbolicLink()
    ? "link"
    : "other";
  return {
    kind,
    size: Number(info.size),
    mtime: Number(info.mtimeNs) / 1e6,
    ctime: Number(info.ctimeNs) / 1e6,
    id: `${info.dev}:${info.ino}`,
    links: Number(info.nlink),
    ...(WINDOWS ? {} : { allocated: Number(info.blocks) * 512 }),
  };
}

async function readWhole(fd: number, into: Uint8Array, at: number): Promise<number> {
  for (let done = 0; done < into.length;) {
    const count = await new Promise<number>((resolve, reject) =>
      read(
        fd,
        into,
        done,
        into.length - done,
        at + done,
        (error, bytes) => error ? reject(error) : resolve(bytes),
      )
    );
    if (count === 0) return done;
    done += count;
  }
  return into.length;
}

function syncOf(fd: number): Promise<void> {
  return new Promise((resolve, reject) => fsync(fd, (error) => error ? reject(error) : resolve()));
}

function systemError(code: string, what: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${what}, open '${path}'`), { code });
}
