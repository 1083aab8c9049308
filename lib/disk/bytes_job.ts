import { createHash } from "node:crypto";
import { sha256Blocks, writeHex } from "./digest.ts";
import { feedZeros } from "./zeros.ts";

/** A piece in memory that is to be hashed; its memory is handed over, and comes back. */
export interface BytesJob {
  readonly kind: "bytes";
  /** The piece's data stands at the beginning. */
  readonly memory: Uint8Array<ArrayBuffer>;
  /** Bytes of data. */
  readonly length: number;
  /** Bytes of padding behind the data; absent: no SHA-1 is wanted. */
  readonly padding?: number;
  /** Whether the SHA-256 of each block is wanted. */
  readonly blocks: boolean;
}

/** What a piece in memory hashes to. */
export interface BytesResult extends BytesHashes {
  readonly memory: Uint8Array<ArrayBuffer>;
}

/** The hashes alone. */
export interface BytesHashes {
  /** SHA-1 of the data and the padding, 20 bytes. */
  readonly sha1?: Uint8Array<ArrayBuffer>;
  /** 32 bytes a block of 16 KiB. */
  readonly blocks?: Uint8Array<ArrayBuffer>;
}

/** Does the job at once; yields how many bytes it was. */
export function* runBytesJob(job: BytesJob): Generator<number, BytesResult> {
  yield job.length;
  return { ...hashBytes(job), memory: job.memory };
}

/** What {@linkcode runBytesJob} finds. */
export function hashBytes({ memory, length, padding, blocks }: BytesJob): BytesHashes {
  const data = memory.subarray(0, length);
  return {
    ...padding !== undefined && { sha1: sha1Of(data, padding) },
    ...blocks && { blocks: sha256Blocks(data) },
  };
}

/** The SHA-1 of a piece, its padding included, 20 bytes. */
export function sha1Of(data: Uint8Array, padding: number): Uint8Array<ArrayBuffer> {
  const hash = createHash("sha1").update(data);
  feedZeros(hash, padding);
  const sha1 = new Uint8Array(20);
  writeHex(hash.digest("hex"), sha1, 0);
  return sha1;
}
