import { concatBytes } from "../../base/bytes.ts";
import type { AcceptedConn } from "../../net/byte_conn.ts";
import { SpareBuffers } from "../../base/spare_buffers.ts";
import { WireError } from "../../wire/errors.ts";
import { type HttpRequest, MAX_HTTP_REQUEST, readHttpRequest } from "../../wire/http_request.ts";
import type { HttpSink } from "./http_answer.ts";
import { HttpStream } from "./http_stream.ts";

/** How long a request may take to arrive, and a response to be taken. */
const REQUEST_MS = 5_000;

/** Bytes a millisecond at which an answer has to be taken, at least. */
const SLOWEST = 16;

/** How long an answer may take that is not there at once. */
const LATER_MS = 20_000;

/** How long a connection may stay silent between requests. */
const IDLE_MS = 30_000;

/** How long the other end may take to hang up after it was refused. */
const FINISH_MS = 1_000;

/** Bytes that a connection has memory for until a request is longer; most are silent. */
const USUAL_REQUEST = 1024;

/** Those of connections that are gone. */
const BUFFERS = new SpareBuffers(USUAL_REQUEST, 1_024);

/** What an answer has at most to be sent in one piece over any network, which waits for nothing. */
const ONE_PACKET = 1_200;

/** A whole answer. */
export interface WholeAnswer {
  readonly kind: "whole";
  readonly bytes: Uint8Array;
  /** Whether the connection stays open. */
  readonly keep: boolean;
}

/** An answer that is not there yet. It never rejects. */
export interface LaterAnswer {
  readonly kind: "later";
  readonly answer: Promise<WholeAnswer>;
}

/** An answer that begins and goes on; the connection is closed after it. */
export interface StreamAnswer {
  readonly kind: "stream";
  readonly head: Uint8Array;
  /** As that of an `HttpStreaming`. */
  open(sink: HttpSink): () => void;
}

/** What connections are handed from their door: the same for all, for there are very many. */
export interface HttpConnectionContext {
  /** Monotonic milliseconds. */
  now(): number;
  /** @param host The address that the request came from. */
  respond(request: HttpRequest, host: string): WholeAnswer | LaterAnswer | StreamAnswer;
  /** What is answered to what is no request. */
  refuse(status: 400 | 431, reason: string): Uint8Array;
  /** Told when it is over, and all of it closed. */
  onEnded(connection: HttpConnection): void;
}

/**
 * One connection of the HTTP door: requests are answered in the order in which they come, those that
 * came together in one write. It watches no time itself: its owner closes it when its
 * {@linkcode deadline} is over, for a timer for each read would cost more than the request. Most wait
 * for a request for most of their time, so what they hold then is kept small: collecting garbage looks
 * at all of it.
 */
export class HttpConnection {
  /** The address at the other end. */
  readonly host: string;
  readonly #conn: AcceptedConn;
  readonly #context: HttpConnectionContext;
  #buffer = BUFFERS.take();
  #held = 0;
  /** Whether it waits for a request after another. */
  #idle = false;
  #busy = false;
  #closed = false;
  #finishing = false;
  #hurried = false;
  #stream: HttpStream | undefined;
  #onClosed: (() => void) | undefined;
  /** When it is to be closed, monotonic milliseconds. */
  deadline: number;

  constructor(conn: AcceptedConn, host: string, context: HttpConnectionContext) {
    this.#conn = conn;
    this.host = host;
    this.#context = context;
    this.deadline = context.now() + REQUEST_MS;
  }

  /** Serves until either end closes. */
  async serve(): Promise<void> {
    try {
      while (!this.#closed) {
        const count = await this.#conn.read(this.#room());
        if (count === null) break;
        this.#took(count);
        for (let goesOn = true; goesOn;) {
          const { bytes, keep, refused, slow } = this.#answer();
          if (slow || bytes.length > ONE_PACKET) this.#hurry();
          for (let rest = bytes; rest.length > 0;) {
            rest = rest.subarray(await this.#conn.write(rest));
          }
          const stays = slow ? await this.#answerSlow(slow) : keep;
          this.#busy = false;
          if (refused) await this.#drain();
          if (!stays || (this.#finishing && this.#held === 0)) return;
          this.#hurry();
          this.#wait(bytes.length > 0 || slow !== undefined);
          goesOn = slow !== undefined && this.#held > 0 && !this.#closed;
        }
      }
    } catch {
      // It broke, or took too long: there is nobody to tell.
    } finally {
      this.close();
      BUFFERS.give(this.#buffer);
      if (this.#conn.ended) await this.#conn.ended;
      this.#context.onEnded(this);
    }
  }

  /** Closes when no request is begun, else when it is answered. */
  finish(): void {
    this.#finishing = true;
    if (this.#stream) this.#stream.end();
    else if (this.#held === 0 && !this.#busy) this.close();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#conn.close();
    this.#onClosed?.();
  }

  /** Of one short answer nothing waits; asking for it costs as much as reading the request. */
  #hurry(): void {
    if (this.#hurried) return;
    this.#hurried = true;
    this.#conn.setNoDelay();
  }

  /** Where the next bytes go. A view of the rest is made only where something is held. */
  #room(): Uint8Array {
    return this.#held === 0 ? this.#buffer : this.#buffer.subarray(this.#held);
  }

  #took(count: number): void {
    if (this.#idle) this.deadline = this.#context.now() + REQUEST_MS;
    this.#idle = false;
    this.#held += count;
  }

  /** Answers what is whole, up to what takes longer, and makes room for what follows. */
  #answer() {
    const { respond, refuse, now } = this.#context;
    const answers: Uint8Array[] = [];
    let at = 0;
    let keep = true;
    let refused = false;
    let slow: LaterAnswer | StreamAnswer | undefined;
    try {
      while (keep && !slow) {
        const next = readHttpRequest(this.#buffer.subarray(at, this.#held));
        if (!next) break;
        const answer = respond(next.request, this.host);
        at += next.length;
        if (answer.kind === "whole") {
          answers.push(answer.bytes);
          keep = answer.keep;
        } else slow = answer;
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
    const bytes = joined(answers);
    this.#busy = bytes.length > 0 || slow !== undefined;
    if (this.#busy) this.deadline = now() + REQUEST_MS + bytes.length / SLOWEST;
    return { bytes, keep, refused, slow };
  }

  /** @returns Whether the connection stays open. */
  async #answerSlow(slow: LaterAnswer | StreamAnswer): Promise<boolean> {
    if (slow.kind === "stream") {
      await this.#serveStream(slow);
      return false;
    }
    const { now } = this.#context;
    this.deadline = now() + LATER_MS;
    const closed = new Promise<undefined>((resolve) => this.#onClosed = () => resolve(undefined));
    const answer = await Promise.race([slow.answer, closed]);
    this.#onClosed = undefined;
    if (!answer) return false;
    this.deadline = now() + REQUEST_MS + answer.bytes.length / SLOWEST;
    for (let rest = answer.bytes; rest.length > 0;) {
      rest = rest.subarray(await this.#conn.write(rest));
    }
    return answer.keep;
  }

  async #serveStream({ head, open }: StreamAnswer): Promise<void> {
    const stream = new HttpStream(this.#conn, {
      close: () => this.close(),
      onWriting: (writing) => {
        this.deadline = writing ? this.#context.now() + REQUEST_MS : Infinity;
      },
    });
    this.#stream = stream;
    stream.send(head);
    this.#onClosed = open(stream);
    // It may have been closed before it was known whom to tell.
    if (this.#closed) this.#onClosed();
    else if (this.#finishing) stream.end();
    await stream.untilGone(this.#buffer);
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
