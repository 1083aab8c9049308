import { messageOf } from "../base/errors.ts";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { DiskError } from "../disk/errors.ts";
import type { SourceFile } from "../disk/source_file.ts";
import type { Connection } from "../net/connection.ts";
import { encodeClassicHeader } from "../wire/classic_stream.ts";
import { formatHostPort } from "./host_port.ts";
import type { Throttle } from "./throttle.ts";

/** Bytes read and sent at a time; two such buffers a transfer, so 200 transfers take 50 MiB. */
const SEND_BYTES = 128 * 1024;

/** A downloader that takes nothing for so long is given up. */
const IDLE_MS = 120_000;

/** How often a transfer tells of itself in the log. */
const LOG_EVERY_MS = 5_000;

/** How long a downloader may take to hang up after the last byte. */
const FINISH_MS = 5_000;

/** What a transfer tells while it runs. */
export interface TransferEvents {
  readonly clock: Clock;
  readonly log: Log;
  onProgress(to: string, sent: number, added: number): void;
  /** Limits of rate, all of which hold. */
  readonly throttles?: readonly Throttle[];
  /** The file is no longer what was registered; `problem` says how. */
  onChanged(problem: string): void;
}

/**
 * Sends a file to a classic downloader: the header in one write, then the bytes. What fails closes
 * the connection short of the promised size, so that nobody takes it for the whole file.
 *
 * @throws {DiskError} the file changed or cannot be read.
 * @throws {NetError} the downloader is gone.
 */
export async function sendFile(
  source: SourceFile,
  connection: Connection,
  events: TransferEvents,
): Promise<void> {
  const { clock, log } = events;
  const { size } = source.digest;
  const to = formatHostPort({ host: connection.remoteHost, port: connection.remotePort });
  const started = clock.now();
  let sent = 0;
  let logged = started;
  const seconds = () => ((clock.now() - started) / 1000).toFixed(1);
  events.onProgress(to, 0, 0);
  log("info", `started, ${size} bytes`);
  try {
    using reader = await source.open();
    await connection.write(encodeClassicHeader(source.digest), IDLE_MS);
    let [buffer, other] = [new Uint8Array(SEND_BYTES), new Uint8Array(SEND_BYTES)];
    let count = await reader.read(buffer);
    while (count > 0) {
      for (const throttle of events.throttles ?? []) await throttle.take(count);
      const writing = connection.write(buffer.subarray(0, count), IDLE_MS);
      const reading = reader.read(other);
      const [written, read] = await Promise.allSettled([writing, reading]);
      if (written.status === "rejected") throw written.reason;
      sent += count;
      events.onProgress(to, sent, count);
      if (read.status === "rejected") throw read.reason;
      [buffer, other] = [other, buffer];
      count = read.value;
      if (clock.now() - logged >= LOG_EVERY_MS) {
        logged = clock.now();
        log("info", `${Math.floor(sent / size * 100)} %, ${sent} of ${size} bytes`);
      }
    }
    await connection.finish(FINISH_MS);
    log("info", `complete, ${size} bytes in ${seconds()} s`);
  } catch (error) {
    const changed = error instanceof DiskError && error.code === "changed";
    const text = `ended after ${sent} of ${size} bytes, ${seconds()} s: ${messageOf(error)}`;
    log(changed ? "error" : "warn", changed ? `${text}; share it again` : text);
    if (changed) events.onChanged(error.message);
    throw error;
  }
}
