import { createHash } from "node:crypto";
import { diskError } from "./errors.ts";
import type { FileHandle, FileState, FileSystem } from "./file_system.ts";

/** Bytes of a read. */
const READ_LENGTH = 1024 * 1024;

/** One file, to be hashed from the first byte to the last. */
export interface FileJob {
  readonly kind: "file";
  readonly path: string;
  /** Bytes that it has. */
  readonly length: number;
}

/** What hashing a whole file found. */
export interface FileJobResult {
  /** 64 lower-case hex digits. */
  readonly sha256: string;
  /** The file's state after the last read. */
  readonly state: FileState;
}

/**
 * Hashes a whole file.
 *
 * @returns Yields how many bytes were hashed since it yielded last.
 * @throws {DiskError} `open`, `read`, or `changed` when the file is shorter than the job says.
 */
export function* runFileJob(job: FileJob, files: FileSystem): Generator<number, FileJobResult> {
  const { path, length } = job;
  const sha256 = createHash("sha256");
  const buffer = new Uint8Array(READ_LENGTH);
  let file: FileHandle | undefined;
  try {
    file = files.open(path, "read");
    for (let at = 0; at < length;) {
      const data = buffer.subarray(0, Math.min(READ_LENGTH, length - at));
      if (file.read(data, at) < data.length) {
        throw diskError("changed", "read", path, new Error("it shrank meanwhile"));
      }
      sha256.update(data);
      at += data.length;
      yield data.length;
    }
    return { sha256: sha256.digest("hex"), state: file.state() };
  } catch (error) {
    throw diskError(file ? "read" : "open", file ? "read" : "open", path, error);
  } finally {
    file?.close();
  }
}
