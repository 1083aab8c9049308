import type { HttpSink } from "./http_answer.ts";

/** Bytes that wait for a reader; of who is further behind, the connection is closed. */
const MOST_WAITING = 64 * 1024;

/** Bytes that a reader may send meanwhile, which nobody looks at. */
const MOST_SENT = 8 * 1024;

/** What a stream is handed from its connection. */
export interface HttpStreamContext {
  /** Told when something begins to be written, and when nothing is left to write. */
  onWriting(writing: boolean): void;
  /** Closes the connection. */
  close(): void;
}

/** The body of a response that is written as it comes into being, with a bound on what waits. */
export class HttpStream implements HttpSink {
  readonly #conn: Pick<Deno.TcpConn, "read" | "write">;
  readonly #context: HttpStreamContext;
  readonly #waiting: Uint8Array[] = [];
  #bytes = 0;
  #writing = false;
  #ending = false;
  #over = false;

  constructor(conn: Pick<Deno.TcpConn, "read" | "write">, context: HttpStreamContext) {
    this.#conn = conn;
    this.#context = context;
  }

  send(bytes: Uint8Array): void {
    if (this.#over || this.#ending) return;
    this.#bytes += bytes.length;
    if (this.#bytes > MOST_WAITING) return this.#close();
    this.#waiting.push(bytes);
    if (!this.#writing) this.#write();
  }

  end(): void {
    this.#ending = true;
    if (!this.#writing) this.#close();
  }

  /** Waits until the reader is gone, or sends more than it has to say. */
  async untilGone(scrap: Uint8Array): Promise<void> {
    for (let sent = 0; sent <= MOST_SENT;) {
      const count = await this.#conn.read(scrap);
      if (count === null) return;
      sent += count;
    }
  }

  async #write(): Promise<void> {
    this.#writing = true;
    try {
      for (let bytes = this.#waiting.shift(); bytes; bytes = this.#waiting.shift()) {
        this.#context.onWriting(true);
        for (let rest = bytes; rest.length > 0;) {
          rest = rest.subarray(await this.#conn.write(rest));
        }
        this.#bytes -= bytes.length;
      }
    } catch {
      return this.#close();
    }
    this.#writing = false;
    if (this.#ending) this.#close();
    else this.#context.onWriting(false);
  }

  #close(): void {
    if (this.#over) return;
    this.#over = true;
    this.#waiting.length = 0;
    this.#context.close();
  }
}
