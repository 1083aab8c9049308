import { DiskError, diskError } from "../disk/errors.ts";

/**
 * Reads a whole file.
 *
 * @param most Bytes that it may have.
 * @returns Undefined when it has more.
 * @throws {DiskError} When it is no regular file, cannot be read, or changes meanwhile.
 */
export async function readCapped(path: string, most: number): Promise<Uint8Array | undefined> {
  using file = await openFile(path);
  try {
    const { size } = await file.stat();
    if (size > most) return undefined;
    // One more than it had: a file that grows meanwhile is not cut short unseen.
    const bytes = new Uint8Array(size + 1);
    let length = 0;
    for (;;) {
      const count = await file.read(bytes.subarray(length));
      if (count === null) return bytes.subarray(0, length);
      length += count;
      if (length > size) throw new DiskError("changed", `"${path}" changed while it was read`);
    }
  } catch (error) {
    throw diskError("read", "read", path, error);
  }
}

async function openFile(path: string): Promise<Deno.FsFile> {
  try {
    // To open a pipe would wait for whoever writes to it.
    const info = await Deno.stat(path);
    if (!info.isFile) throw new DiskError("open", `"${path}" is no regular file`);
    return await Deno.open(path);
  } catch (error) {
    throw diskError("open", "open", path, error);
  }
}
