import { createHash } from "node:crypto";
import { messageOf } from "../base/errors.ts";
import { DiskError } from "../disk/errors.ts";
import type { PartFile } from "../disk/part_file.ts";
import { ClassicChecksum } from "../meta/classic_checksum.ts";
import { dial } from "../net/dial.ts";
import type { Connection } from "../net/connection.ts";
import { type ClassicStreamEvent, ClassicStreamReader } from "../wire/classic_stream.ts";
import { WireError } from "../wire/errors.ts";
import { AppError } from "./errors.ts";
import { formatHostPort } from "./host_port.ts";
import type { AppContext, DownloadOptions, HostPort } from "./types.ts";

const CONNECT_MS = 10_000;

/** Bytes of a read: two such buffers, one being filled while the other is hashed and written. */
const RECEIVE_BYTES = 256 * 1024;

/** What came from a seeder, checked against what it promised. */
export interface Received {
  readonly size: number;
  readonly sha256: string;
  readonly checksum: string;
  /** Trailing bytes that the classic checksum does not cover. */
  readonly uncovered: number;
}

/**
 * Receives a whole file from one classic seeder into a part file.
 *
 * @throws {AppError} `peer_connect`, `protocol` or `checksum_mismatch`: another seeder may do better.
 * @throws {DiskError} the part file cannot be written.
 */
export async function receiveFile(
  peer: HostPort,
  part: PartFile,
  options: DownloadOptions,
  context: AppContext,
): Promise<Received> {
  const from = formatHostPort(peer);
  options.onProgress?.({ phase: "connecting", received: 0, from });
  try {
    const { signal } = context;
    using connection = await dial(peer.host, peer.port, { timeoutMs: CONNECT_MS, signal });
    return await receive(connection, part, from, options);
  } catch (error) {
    if (context.signal?.aborted || error instanceof AppError || error instanceof DiskError) {
      throw error;
    }
    const code = error instanceof WireError && error.code === "bad_header"
      ? "protocol"
      : "peer_connect";
    throw new AppError(code, `The peer ${from} failed: ${messageOf(error)}.`, {
      cause: error,
      fault: "remote",
    });
  }
}

async function receive(
  connection: Connection,
  part: PartFile,
  from: string,
  options: DownloadOptions,
): Promise<Received> {
  const stream = new ClassicStreamReader();
  const sha256 = createHash("sha256");
  const checksum = new ClassicChecksum();
  let [buffer, other] = [new Uint8Array(RECEIVE_BYTES), new Uint8Array(RECEIVE_BYTES)];
  let writing: Promise<void> = Promise.resolve();
  try {
    while (!stream.complete) {
      const count = await connection.read(buffer, options.stallTimeoutMs);
      if (count === null) stream.end();
      const data = dataOf(stream.push(buffer.subarray(0, count ?? 0)));
      await writing;
      if (data) {
        writing = part.write(data);
        writing.catch(() => {}); // seen by the next await
        sha256.update(data);
        checksum.update(data);
        [buffer, other] = [other, buffer];
      }
      const total = stream.header?.size;
      options.onProgress?.({ phase: "receiving", from, received: stream.received, total });
    }
  } finally {
    await writing;
  }
  const received = {
    size: stream.received,
    sha256: sha256.digest("hex"),
    checksum: checksum.digest(),
    uncovered: checksum.uncovered,
  };
  checkReceived(received, stream.header!.checksum, from, options.sha256);
  return received;
}

function dataOf(events: readonly ClassicStreamEvent[]): Uint8Array | undefined {
  for (const event of events) if (event.kind === "data") return event.bytes;
  return undefined;
}

function checkReceived(
  received: Received,
  promised: string,
  from: string,
  expected: string | undefined,
): void {
  const mismatch = (what: string) =>
    new AppError("checksum_mismatch", `What ${from} sent is damaged or another file: ${what}.`, {
      fault: "remote",
    });
  if (received.checksum !== promised) {
    throw mismatch(`its classic checksum is ${received.checksum}, not ${promised}`);
  }
  if (expected !== undefined && received.sha256 !== expected.toLowerCase()) {
    throw mismatch(`its SHA-256 is ${received.sha256}, not ${expected.toLowerCase()}`);
  }
}
