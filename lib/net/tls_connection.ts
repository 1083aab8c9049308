import type { AcceptedConn, ByteConn } from "./byte_conn.ts";
import { NetError } from "./errors.ts";
import type { TlsPair } from "./tls_inside.ts";

/** Bytes before a record, and the first one of all who begin: a handshake (RFC 8446, section 5.1). */
const HEADER = 5;
const HANDSHAKE = 22;

/** Bytes that are passed on at a time, to the tracker and from it. */
const TO_INNER = 4 * 1024;
const FROM_INNER = 16 * 1024;

/** How long the other end may take, after a close, to take what was written before. */
const LINGER_MS = 2_000;

/**
 * TLS on a connection that was accepted as a plain one. It is there at once: the first read or write
 * waits for the handshake. Until the first record is there nothing more than its socket is held.
 */
export class TlsConnection implements AcceptedConn {
  readonly #conn: Deno.TcpConn;
  readonly #ready: Promise<Deno.TlsConn>;
  readonly #ended = Promise.withResolvers<void>();
  #pair: TlsPair | undefined;
  #shaken = false;
  #closing = false;
  /** Nothing comes from inside any more. */
  #passed = false;
  #destroyed = false;

  /**
   * @param conn An open connection, which this object owns from now on.
   * @param open Opens what speaks TLS, as long as that is wanted.
   * @param onFailed Told why the handshake failed.
   */
  constructor(
    conn: Deno.TcpConn,
    open: (wanted: () => boolean) => Promise<TlsPair>,
    onFailed: (error: unknown) => void,
  ) {
    this.#conn = conn;
    const ended = this.ended.then(() => Promise.reject(new NetError("aborted", "it was closed")));
    ended.catch(() => {});
    this.#ready = Promise.race([this.#begin(open), ended]);
    this.#ready.catch((error) => {
      onFailed(this.#closing ? new Error("its handshake was not done in time") : error);
      this.#destroy();
    });
  }

  /** The handshake. @throws What went wrong with it. */
  async handshake(): Promise<void> {
    await this.#ready;
  }

  /** Resolves when all sockets are closed. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  async read(buffer: Uint8Array): Promise<number | null> {
    return await (await this.#ready).read(buffer);
  }

  async write(bytes: Uint8Array): Promise<number> {
    return await (await this.#ready).write(bytes);
  }

  async closeWrite(): Promise<void> {
    await (await this.#ready).closeWrite();
  }

  setNoDelay(): void {
    this.#conn.setNoDelay();
  }

  /** Closes; what was written goes out first, if the other end takes it within two seconds. */
  close(): void {
    if (this.#closing) return;
    this.#closing = true;
    closed(this.#shaken ? this.#pair?.inner : undefined);
    if (!this.#shaken || this.#passed) return this.#destroy();
    const timer = setTimeout(() => this.#destroy(), LINGER_MS);
    this.#ended.promise.then(() => clearTimeout(timer));
  }

  async #begin(open: (wanted: () => boolean) => Promise<TlsPair>): Promise<Deno.TlsConn> {
    const { buffer, held } = await firstRecord(this.#conn);
    const pair = await open(() => !this.#destroyed);
    this.#pair = pair;
    if (this.#destroyed) {
      this.#closeAll();
      throw new NetError("aborted", "it was closed");
    }
    this.#pass(pair, buffer, held);
    await pair.inner.handshake();
    this.#shaken = true;
    return pair.inner;
  }

  /** Passes bytes in both directions; all is over when nothing more comes from inside. */
  async #pass({ outer }: TlsPair, buffer: Uint8Array, held: number): Promise<void> {
    copy(this.#conn, outer, buffer, held).catch(() => this.#destroy());
    await copy(outer, this.#conn, new Uint8Array(FROM_INNER)).catch(() => this.#destroy());
    this.#passed = true;
    if (this.#closing) this.#destroy();
  }

  #destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.#closeAll();
    this.#ended.resolve();
  }

  #closeAll(): void {
    // The outer end first: an inner one whose handshake is not done goes only when the other end does.
    closed(this.#pair?.outer);
    closed(this.#pair?.inner);
    closed(this.#conn);
  }
}

/** Reads the first record, or as much of it as there is room for. */
async function firstRecord(conn: ByteConn): Promise<{ buffer: Uint8Array; held: number }> {
  const header = new Uint8Array(HEADER);
  await fill(conn, header, 0, HEADER);
  if (header[0] !== HANDSHAKE) {
    throw new NetError("tls", "it does not begin with a handshake", { fault: "remote" });
  }
  const buffer = new Uint8Array(TO_INNER);
  buffer.set(header);
  const length = HEADER + (header[3]! << 8 | header[4]!);
  return { buffer, held: await fill(conn, buffer, HEADER, Math.min(length, TO_INNER)) };
}

/** Reads until so many bytes are there. @returns How many there are. */
async function fill(
  conn: ByteConn,
  buffer: Uint8Array,
  held: number,
  wanted: number,
): Promise<number> {
  while (held < wanted) {
    const count = await conn.read(buffer.subarray(held));
    if (count === null) throw new NetError("reset", "it went away", { fault: "remote" });
    held += count;
  }
  return held;
}

/** Passes on all bytes, and that they end. @param held Bytes that are in the buffer already. */
async function copy(from: ByteConn, to: ByteConn, buffer: Uint8Array, held = 0): Promise<void> {
  for (let count: number | null = held; count !== null; count = await from.read(buffer)) {
    for (let rest = buffer.subarray(0, count); rest.length > 0;) {
      rest = rest.subarray(await to.write(rest));
    }
  }
  await to.closeWrite();
}

function closed(conn: Deno.Conn | undefined): void {
  try {
    conn?.close();
  } catch {
    // It is already.
  }
}
