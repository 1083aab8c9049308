/** Content for benchmarks. */

/** A new folder, in memory (/dev/shm) where there is such a place. */
export async function memoryFolder(): Promise<string> {
  const shm = await Deno.stat("/dev/shm").catch(() => undefined);
  return await Deno.makeTempDir({
    prefix: "mini-torrent-bench-",
    ...shm?.isDirectory && { dir: "/dev/shm" },
  });
}

/** Writes a file of random bytes, no two mebibytes of which are the same. */
export async function writeRandom(path: string, mebibytes: number): Promise<void> {
  using file = await Deno.open(path, { write: true, createNew: true });
  const chunk = new Uint8Array(1024 * 1024);
  for (let at = 0; at < chunk.length; at += 65536) {
    crypto.getRandomValues(chunk.subarray(at, at + 65536));
  }
  const view = new DataView(chunk.buffer);
  for (let n = 0; n < mebibytes; n++) {
    view.setUint32(0, n);
    for (let at = 0; at < chunk.length;) at += await file.write(chunk.subarray(at));
  }
}

/** Removes a folder and makes it again, empty. */
export async function empty(path: string): Promise<void> {
  await Deno.remove(path, { recursive: true }).catch(() => {});
  await Deno.mkdir(path, { recursive: true });
}
