import { normalizeIp } from "../base/ip.ts";
import { messageOf } from "../base/errors.ts";
import { NetError } from "./errors.ts";
import { awaitLastWords } from "./last_words.ts";

/** A TCP connection whose every wait has a deadline. */
export class Connection implements Disposable {
  readonly #conn: Deno.TcpConn;
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort = () => this.#end(new NetError("aborted", "the connection was given up"));
  /** Those who wait; closing a socket does not end a write of every Deno version. */
  readonly #waiting = new Set<(reason: NetError) => void>();
  #reason: NetError | undefined;
  #closed = false;

  /**
   * @param conn An open connection, which this object owns from now on.
   * @param signal Ends whatever waits and closes the connection.
   */
  constructor(conn: Deno.TcpConn, signal?: AbortSignal) {
    this.#conn = conn;
    this.#signal = signal;
    if (signal?.aborted) this.#onAbort();
    else signal?.addEventListener("abort", this.#onAbort, { once: true });
  }

  /** The other end's IP address, v4-mapped ones as IPv4. */
  get remoteHost(): string {
    return normalizeIp(this.#conn.remoteAddr.hostname);
  }

  /** The other end's port. */
  get remotePort(): number {
    return this.#conn.remoteAddr.port;
  }

  /**
   * Reads what there is, at most the buffer's length.
   *
   * @param timeoutMs The most milliseconds to wait.
   * @returns Bytes read, or null at the end of the stream.
   * @throws {NetError} `timeout`, `reset` or `aborted`; the connection is then closed.
   */
  read(buffer: Uint8Array, timeoutMs: number): Promise<number | null> {
    return this.#within(timeoutMs, "sent nothing", () => this.#conn.read(buffer));
  }

  /**
   * Writes all the bytes.
   *
   * @param timeoutMs The most milliseconds for each part that the other end takes.
   * @throws {NetError} as {@linkcode read}.
   */
  async write(bytes: Uint8Array, timeoutMs: number): Promise<void> {
    for (let rest = bytes; rest.length > 0;) {
      const part = rest;
      const count = await this.#within(timeoutMs, "took nothing", () => this.#conn.write(part));
      rest = rest.subarray(count);
    }
  }

  /**
   * Ends politely: tells the other end that no more will come, and reads what is still under way,
   * for at most `timeoutMs`, so that it is not answered with a reset that could overtake our words.
   */
  async finish(timeoutMs: number): Promise<void> {
    await awaitLastWords(this.#conn, (into, left) => this.read(into, left), timeoutMs);
    this.close();
  }

  /** Closes at once; whatever waits fails. */
  close(): void {
    this.#end(new NetError("aborted", "the connection was closed"));
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async #within<T>(timeoutMs: number, what: string, act: () => Promise<T>): Promise<T> {
    if (this.#reason) throw this.#reason;
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const timer = setTimeout(() => {
      const text = `it ${what} for ${Math.ceil(timeoutMs / 1000)} s`;
      this.#end(new NetError("timeout", text, { fault: "remote" }));
    }, timeoutMs);
    this.#waiting.add(reject);
    try {
      act().then(resolve, reject);
      return await promise;
    } catch (error) {
      if (this.#reason) throw this.#reason;
      this.close();
      throw new NetError("reset", `the connection broke (${messageOf(error)})`, {
        cause: error,
        fault: "remote",
      });
    } finally {
      this.#waiting.delete(reject);
      clearTimeout(timer);
    }
  }

  #end(reason: NetError): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#reason = reason;
    this.#signal?.removeEventListener("abort", this.#onAbort);
    this.#conn.close();
    for (const reject of this.#waiting) reject(reason);
  }
}
