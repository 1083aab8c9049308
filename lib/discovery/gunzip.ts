import { DiscoveryError } from "./errors.ts";

/**
 * Undoes gzip.
 *
 * @param most The most bytes of the result.
 * @throws {DiscoveryError} `bad_answer` when it is none, or its content is longer.
 */
export async function gunzip(bytes: Uint8Array, most: number): Promise<Uint8Array> {
  const plain = new Uint8Array(most);
  let length = 0;
  try {
    const parts = new Blob([bytes.slice()]).stream().pipeThrough(new DecompressionStream("gzip"));
    for await (const part of parts) {
      if (length + part.length > most) throw new Error(`it is over ${most} bytes`);
      plain.set(part, length);
      length += part.length;
    }
  } catch (error) {
    throw new DiscoveryError("bad_answer", "it sent what gzip cannot unpack", { cause: error });
  }
  return plain.subarray(0, length);
}
