import type { ByteConn } from "./byte_conn.ts";
import type { TlsPair } from "./tls_inside.ts";

/** Bytes that are passed on at a time, to the tracker and from it. */
const TO_INNER = 4 * 1024;
const FROM_INNER = 16 * 1024;

/** How long the other end may take, after a close, to take what was written before. */
const LINGER_MS = 2_000;

/**
 * TLS on a connection that was accepted as a plain one. It is there at once: the first read or write
 * waits for the handshake.
 */
export class TlsConnection implements ByteConn {
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
   * @param onFailed Told why the handshake failed.
   */
  constructor(conn: Deno.TcpConn, pair: Promise<TlsPair>, onFailed: (error: unknown) => void) {
    this.#conn = conn;
    this.#ready = this.#begin(pair);
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

  /** Closes; what was written goes out first, if the other end takes it within two seconds. */
  close(): void {
    if (this.#closing) return;
    this.#closing = true;
    closed(this.#shaken ? this.#pair?.inner : undefined);
    if (!this.#shaken || this.#passed) return this.#destroy();
    const timer = setTimeout(() => this.#destroy(), LINGER_MS);
    this.#ended.promise.then(() => clearTimeout(timer));
  }

  async #begin(opening: Promise<TlsPair>): Promise<Deno.TlsConn> {
    const pair = await opening;
    this.#pair = pair;
    if (this.#destroyed) {
      this.#closeAll();
      throw new Deno.errors.Interrupted("closed");
    }
    this.#pass(pair);
    await pair.inner.handshake();
    this.#shaken = true;
    return pair.inner;
  }

  /** Passes bytes in both directions; all is over when nothing more comes from inside. */
  async #pass({ outer }: TlsPair): Promise<void> {
    copy(this.#conn, outer, TO_INNER).catch(() => this.#destroy());
    await copy(outer, this.#conn, FROM_INNER).catch(() => this.#destroy());
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

/** Passes on all bytes, and that they end. */
async function copy(from: ByteConn, to: ByteConn, size: number): Promise<void> {
  const buffer = new Uint8Array(size);
  for (;;) {
    const count = await from.read(buffer);
    if (count === null) return await to.closeWrite();
    for (let rest = buffer.subarray(0, count); rest.length > 0;) {
      rest = rest.subarray(await to.write(rest));
    }
  }
}

function closed(conn: Deno.Conn | undefined): void {
  try {
    conn?.close();
  } catch {
    // It is already.
  }
}
