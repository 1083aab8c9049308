import { messageOf } from "../base/errors.ts";
import { normalizeIp } from "../base/ip.ts";
import { NetError } from "./errors.ts";
import { awaitLastWords } from "./last_words.ts";

/**
 * A TCP connection of one who has very many: every wait has a deadline, but a timer is set only for
 * those that still wait at the next {@linkcode sweep}. A timer for each read and write costs as much as
 * these do, and a busy connection needs hardly any. One read or write is under way at a time.
 */
export class SweptConnection implements Disposable {
  /** The other end's IP address, v4-mapped ones as IPv4. */
  readonly remoteHost: string;
  /** The other end's port. */
  readonly remotePort: number;
  readonly #conn: Deno.TcpConn;
  #reason: NetError | undefined;
  /** Ends what waits: closing a socket does not end a write of every Deno version. */
  #end: ((reason: NetError) => void) | undefined;
  /** Counts the waits; the one of the timer is `#timed`. */
  #wait = 1;
  #timed = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #until = 0;
  #limitMs = 0;
  #what = "";

  /** @param conn An open connection, which this object owns from now on. */
  constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
    this.remoteHost = normalizeIp(conn.remoteAddr.hostname);
    this.remotePort = conn.remoteAddr.port;
  }

  /**
   * Reads what there is, at most the buffer's length.
   *
   * @param timeoutMs The most milliseconds to wait, and the time between two sweeps.
   * @returns Bytes read, or null at the end of the stream.
   * @throws {NetError} `timeout`, `reset` or `aborted`; the connection is then closed.
   */
  async read(buffer: Uint8Array, timeoutMs: number): Promise<number | null> {
    this.#begin(timeoutMs, "sent nothing");
    try {
      return await this.#conn.read(buffer);
    } catch (error) {
      throw this.#broken(error);
    } finally {
      this.#wait++;
      this.#until = 0;
    }
  }

  /**
   * Writes all the bytes.
   *
   * @param timeoutMs The most milliseconds for each part that the other end takes.
   * @throws {NetError} as {@linkcode read}.
   */
  async write(bytes: Uint8Array, timeoutMs: number): Promise<void> {
    for (let rest = bytes; rest.length > 0;) {
      this.#begin(timeoutMs, "took nothing");
      const { promise, resolve, reject } = Promise.withResolvers<number>();
      this.#end = reject;
      try {
        this.#conn.write(rest).then(resolve, reject);
        rest = rest.subarray(await promise);
      } catch (error) {
        throw this.#broken(error);
      } finally {
        this.#end = undefined;
        this.#wait++;
        this.#until = 0;
      }
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

  /** Sees to it that what waits ends in time. To be called a few times a second. */
  sweep(now: number): void {
    if (this.#until === 0 || this.#timed === this.#wait || this.#reason) return;
    clearTimeout(this.#timer);
    const wait = this.#wait;
    this.#timed = wait;
    this.#timer = setTimeout(() => {
      if (wait !== this.#wait) return; // it came in time
      const text = `it ${this.#what} for ${Math.ceil(this.#limitMs / 1000)} s`;
      this.#close(new NetError("timeout", text, { fault: "remote" }));
    }, Math.max(1, this.#until - now));
  }

  /** Closes at once; whatever waits fails. */
  close(): void {
    this.#close(new NetError("aborted", "the connection was closed"));
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #begin(timeoutMs: number, what: string): void {
    if (this.#reason) throw this.#reason;
    this.#until = performance.now() + timeoutMs;
    this.#limitMs = timeoutMs;
    this.#what = what;
  }

  #broken(error: unknown): NetError {
    if (this.#reason) return this.#reason;
    this.close();
    return new NetError("reset", `the connection broke (${messageOf(error)})`, {
      cause: error,
      fault: "remote",
    });
  }

  #close(reason: NetError): void {
    if (this.#reason) return;
    this.#reason = reason;
    clearTimeout(this.#timer);
    this.#conn.close();
    this.#end?.(reason);
  }
}
