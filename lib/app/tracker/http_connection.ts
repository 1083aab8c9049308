import { concatBytes } from "../../base/bytes.ts";
import { WireError } from "../../wire/errors.ts";
import { type HttpRequest, MAX_HTTP_REQUEST, readHttpRequest } from "../../wire/http_request.ts";

/** How long a request may take to arrive, and a response to be taken. */
const REQUEST_MS = 5_000;

/** How long a connection may stay silent between requests. */
const IDLE_MS = 30_000;

/** How long the other end may take to hang up after it was refused. */
const FINISH_MS = 1_000;

/** Bytes that a connection has memory for until a request is longer; most are silent. */
const USUAL_REQUEST = 1024;

/** What a connection is handed from its door. */
export interface HttpConnectionContext {
  /** Monotonic milliseconds. */
  now(): number;
  respond(request: HttpRequest): { readonly bytes: Uint8Array; readonly keep: boolean };
  /** What is answered to what is no request. */
  refuse(status: 400 | 431, reason: string): Uint8Array;
}

/**
 * One connection of the HTTP door: requests are answered in the order in which they come, those that
 * came together in one write. It watches no time itself: its owner closes it when its
 * {@linkcode deadline} is over, for a timer for each read would cost more than the request.
 */
export class HttpConnection {
  readonly #conn: Deno.TcpConn;
  readonly #context: HttpConnectionContext;
  #buffer = new Uint8Array(USUAL_REQUEST);
  #held = 0;
  /** Whether it waits for a request after another. */
  #idle = false;
  #busy = false;
  #closed = false;
  #finishing = false;
  /** When it is to be closed, monotonic milliseconds. */
  deadline: number;

  constructor(conn: Deno.TcpConn, context: HttpConnectionContext) {
    this.#conn = conn;
    this.#context = context;
    this.deadline = context.now() + REQUEST_MS;
  }

  /** Serves until either end closes. */
  async serve(): Promise<void> {
    try {
      while (!this.#closed) {
        const count = await this.#conn.read(this.#buffer.subarray(this.#held));
        if (count === null) break;
        if (this.#idle) this.deadline = this.#context.now() + REQUEST_MS;
        this.#idle = false;
        this.#held += count;
        const { answers, keep, refused } = this.#answer();
        for (let rest = joined(answers); rest.length > 0;) {
          rest = rest.subarray(await this.#conn.write(rest));
        }
        this.#busy = false;
        if (refused) await this.#drain();
        if (!keep || (this.#finishing && this.#held === 0)) break;
        this.#wait(answers.length > 0);
      }
    } catch {
      // It broke, or took too long: there is nobody to tell.
    } finally {
      this.close();
    }
  }

  /** Closes when no request is begun, else when it is answered. */
  finish(): void {
    this.#finishing = true;
    if (this.#held === 0 && !this.#busy) this.close();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#conn.close();
  }

  /** Answers what is whole, and makes room for what follows. */
  #answer() {
    const { respond, refuse, now } = this.#context;
    const answers: Uint8Array[] = [];
    let at = 0;
    let keep = true;
    let refused = false;
    try {
      while (keep) {
        const next = readHttpRequest(this.#buffer.subarray(at, this.#held));
        if (!next) break;
        const answer = respond(next.request);
        answers.push(answer.bytes);
        keep = answer.keep;
        at += next.length;
      }
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      const status = error.code === "line_too_long" ? 431 : 400;
      answers.push(refuse(status, error.message.replace(/^it/, "It")));
      keep = false;
      refused = true;
    }
    this.#buffer.copyWithin(0, at, this.#held);
    this.#held -= at;
    this.#busy = answers.length > 0;
    if (this.#busy) this.deadline = now() + REQUEST_MS;
    return { answers, keep, refused };
  }

  /** Gets ready for what comes next. @param answered Whether something was answered just now. */
  #wait(answered: boolean): void {
    if (this.#held === this.#buffer.length) this.#grow();
    this.#idle = this.#held === 0;
    if (this.#idle) this.deadline = this.#context.now() + IDLE_MS;
    else if (answered) this.deadline = this.#context.now() + REQUEST_MS;
  }

  /** Reads on for a moment: what is closed with bytes unread takes the answer with it. */
  async #drain(): Promise<void> {
    this.deadline = this.#context.now() + FINISH_MS;
    await this.#conn.closeWrite();
    while (await this.#conn.read(this.#buffer) !== null);
  }

  #grow(): void {
    const larger = new Uint8Array(Math.min(2 * this.#buffer.length, MAX_HTTP_REQUEST + 1));
    larger.set(this.#buffer);
    this.#buffer = larger;
  }
}

function joined(answers: readonly Uint8Array[]): Uint8Array {
  return answers.length === 1 ? answers[0]! : concatBytes(answers);
}
