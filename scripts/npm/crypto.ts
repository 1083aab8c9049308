/** Stands in for `jsr:@std/crypto@1/crypto` where JSR cannot be reached, over `node:crypto`. */
import { createHash } from "node:crypto";

type Bytes = Uint8Array;

async function digest(
  algorithm: "SHA-1" | "SHA-256" | "SHA-384" | "SHA-512",
  data: Bytes | ArrayBuffer | AsyncIterable<Bytes> | Iterable<Bytes>,
): Promise<ArrayBuffer> {
  const hash = createHash(algorithm.replace("-", "").toLowerCase());
  if (data instanceof Uint8Array) hash.update(data);
  else if (data instanceof ArrayBuffer) hash.update(new Uint8Array(data));
  else for await (const chunk of data) hash.update(chunk);
  const sum = new Uint8Array(hash.digest());
  return sum.buffer;
}

/** `crypto` with a `subtle.digest` that also takes streams. */
export const crypto = { subtle: { digest } };
