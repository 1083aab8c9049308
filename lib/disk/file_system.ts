/**
 * What is known of a file without reading it. Two states of one file that agree in all of it are
 * taken as the same content.
 */
export interface FileState {
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly mtime: number;
  /** Tells files of this machine apart: device and inode, where the system has them. */
  readonly id: string;
}

/** What a look at a name tells; a symbolic link is not followed. */
export interface FileEntry extends FileState {
  readonly kind: "file" | "folder" | "link" | "other";
  /** When the name, the rights or the content changed last; milliseconds since 1970. */
  readonly ctime: number;
  /** How many names it has. */
  readonly links: number;
  /** Bytes that it takes on the disk; less than `size` where it has holes. Absent: not known. */
  readonly allocated?: number;
}

/** An open regular file. Reads and writes go by position, so they never disturb each other. */
export interface FileHandle {
  /** Fills `into` from a position. @returns How many bytes; less than asked for at the end only. */
  read(into: Uint8Array, at: number): number;
  /** Like `read`, without holding up the program; one at a time. */
  readLater(into: Uint8Array, at: number): Promise<number>;
  /** Writes all of it. */
  write(from: Uint8Array, at: number): void;
  /** Brings everything written so far to the disk. */
  sync(): Promise<void>;
  truncate(length: number): void;
  state(): FileState;
  close(): void;
}

/** How a file is opened; none of them follows a symbolic link, `create` refuses a name in use. */
export type OpenMode = "read" | "update" | "create";

/**
 * The calls to the system that files are kept with; handed in, so that a test can let any of them
 * fail or forget what was not synced. They throw what the system throws, with its `code`.
 */
export interface FileSystem {
  open(path: string, mode: OpenMode): FileHandle;
  /** What bears a name, or undefined when nothing does. */
  look(path: string): FileEntry | undefined;
  /** Names in a folder, in no order. */
  list(path: string): string[];
  makeFolder(path: string): void;
  /** Gives a file another name in one step. @throws EEXIST when the name is in use. */
  moveNew(from: string, to: string): void;
  /** Gives a file another name; what bore it is gone. */
  moveOver(from: string, to: string): void;
  remove(path: string): void;
  /** Makes names in a folder last; does nothing where folders cannot be synced. */
  syncFolder(path: string): Promise<void>;
  /** Bytes that can still be written below a folder, or undefined when the system does not tell. */
  room(path: string): number | undefined;
}

/** Whether nothing was written to a file between two looks, as far as can be told. */
export function sameState(a: FileState, b: FileState): boolean {
  return a.size === b.size && a.mtime === b.mtime && a.id === b.id;
}

/** The system's own code of an error, `ENOENT` for instance. */
export function systemCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === "string" ? code : undefined;
}
