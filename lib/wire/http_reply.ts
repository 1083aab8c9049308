import { concatBytes } from "../base/bytes.ts";
import { toKey } from "../meta/bencode.ts";
import { WireError } from "./errors.ts";

/** Bytes of status line and headers, and of a line among the chunks of a body. */
const MAX_HEAD = 16 * 1024;
const MAX_LINE = 1024;

/** Lines behind the last chunk that are passed over. */
const MAX_TRAILERS = 64;

/** Replies before the one that counts: 100 Continue and its kin. */
const MAX_INTERIM = 4;

/** An HTTP reply, whole. */
export interface HttpReply {
  readonly status: number;
  /** By name in lower case; of several with one name, the first. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
}

/** What comes next: `left` bytes of a chunk or of the body, `Infinity` until the other end closes. */
type Next =
  | { readonly kind: "head" }
  | { readonly kind: "body"; left: number; readonly chunked: boolean }
  | { readonly kind: "chunk_end" | "chunk_size" }
  | { readonly kind: "trailers"; lines: number }
  | { readonly kind: "done" };

/**
 * Reads the one reply to a GET request (RFC 9112, sections 4 to 7), however it is cut.
 *
 * Invariant: it holds the limits' bytes at most, and one pushed part.
 */
export class HttpReplyReader {
  readonly #maxBody: number;
  #memory = new Uint8Array(0);
  #pending: Uint8Array = new Uint8Array(0);
  #next: Next = { kind: "head" };
  #status = 0;
  #headers: ReadonlyMap<string, string> = new Map();
  #length = 0;
  #interim = 0;
  #looked = 0;

  /** @param maxBody The most bytes of a body. */
  constructor(maxBody: number) {
    this.#maxBody = maxBody;
  }

  /**
   * Hands in what arrived; the bytes are copied.
   *
   * @returns The reply, when it is whole.
   * @throws {WireError} `bad_message` when it is no HTTP reply, or over a limit.
   */
  push(bytes: Uint8Array): HttpReply | undefined {
    this.#pending = concatBytes([this.#pending, bytes]);
    while (this.#step());
    return this.#next.kind === "done" ? this.#reply() : undefined;
  }

  /**
   * The other end has closed the connection.
   *
   * @returns The reply, if it ends here.
   * @throws {WireError} `truncated`.
   */
  end(): HttpReply {
    const next = this.#next;
    if (next.kind === "done" || (next.kind === "body" && next.left === Infinity)) {
      return this.#reply();
    }
    throw new WireError("truncated", "it hung up in the middle of its HTTP reply");
  }

  /** @returns Whether there may be more to do. */
  #step(): boolean {
    const next = this.#next;
    switch (next.kind) {
      case "head":
        return this.#head();
      case "body":
        return this.#body(next);
      case "chunk_end": {
        const line = this.#line();
        if (line === undefined) return false;
        if (line !== "") throw bad("a chunk is longer than it says");
        this.#next = { kind: "chunk_size" };
        return true;
      }
      case "chunk_size":
        return this.#chunkSize();
      case "trailers": {
        const line = this.#line();
        if (line === undefined) return false;
        if (line === "") this.#next = { kind: "done" };
        else if (++next.lines > MAX_TRAILERS) throw bad("there is too much behind its last chunk");
        return true;
      }
      case "done":
        return false;
      default:
        return next satisfies never;
    }
  }

  #head(): boolean {
    const end = this.#endOfHead();
    if (end === undefined) {
      if (this.#pending.length > MAX_HEAD) throw bad(`its head is over ${MAX_HEAD} bytes`);
      return false;
    }
    if (end > MAX_HEAD) throw bad(`its head is over ${MAX_HEAD} bytes`);
    const [first = "", ...lines] = toKey(this.#take(end)).trimEnd().split(/\r?\n/);
    const status = /^HTTP\/1\.[01] ([1-5]\d\d)(?: |$)/.exec(first)?.[1];
    if (status === undefined) throw bad("it does not begin as one");
    this.#status = Number(status);
    this.#headers = headersOf(lines);
    if (this.#status >= 200) this.#next = this.#afterHead();
    else if (++this.#interim > MAX_INTERIM) throw bad("it says too often that it goes on");
    return true;
  }

  /** What follows the head, and how long it is (RFC 9112, section 6.3). */
  #afterHead(): Next {
    if (this.#status === 204 || this.#status === 304) return { kind: "done" };
    const coding = this.#headers.get("transfer-encoding");
    if (coding !== undefined) {
      if (coding.toLowerCase() === "chunked") return { kind: "chunk_size" };
      throw bad("it has a transfer encoding that was not asked for");
    }
    const length = this.#headers.get("content-length");
    if (length === undefined) return { kind: "body", left: Infinity, chunked: false };
    if (!/^\d{1,15}$/.test(length)) throw bad("its content-length is no number");
    return { kind: "body", left: this.#room(Number(length)), chunked: false };
  }

  #body(next: Extract<Next, { kind: "body" }>): boolean {
    const count = Math.min(next.left, this.#pending.length);
    if (count > 0) {
      this.#keep(this.#take(this.#room(count)));
      next.left -= count;
    }
    if (next.left > 0) return false;
    this.#next = { kind: next.chunked ? "chunk_end" : "done" };
    return true;
  }

  #chunkSize(): boolean {
    const line = this.#line();
    if (line === undefined) return false;
    const size = /^([0-9a-f]{1,8})[ \t]*(?:;.*)?$/i.exec(line)?.[1];
    if (size === undefined) throw bad("a chunk does not tell its size");
    const left = this.#room(parseInt(size, 16));
    this.#next = left > 0 ? { kind: "body", left, chunked: true } : { kind: "trailers", lines: 0 };
    return true;
  }

  /** @returns The number, if so many bytes more of the body are within the limit. */
  #room(count: number): number {
    if (this.#length + count <= this.#maxBody) return count;
    throw bad(`its body is over ${this.#maxBody} bytes`);
  }

  /** Adds to the body, whose memory doubles: it may come a byte at a time. */
  #keep(bytes: Uint8Array): void {
    const length = this.#length + bytes.length;
    if (length > this.#memory.length) {
      const larger = new Uint8Array(Math.min(2 * length, this.#maxBody));
      larger.set(this.#memory.subarray(0, this.#length));
      this.#memory = larger;
    }
    this.#memory.set(bytes, this.#length);
    this.#length = length;
  }

  /** @returns Bytes of the head with the empty line behind it. */
  #endOfHead(): number | undefined {
    const bytes = this.#pending;
    for (let at = this.#looked; at < bytes.length && at <= MAX_HEAD; at++) {
      if (bytes[at] !== 10) continue;
      if (bytes[at + 1] === 10) return at + 2;
      if (bytes[at + 1] === 13 && bytes[at + 2] === 10) return at + 3;
    }
    this.#looked = Math.max(0, bytes.length - 3);
    return undefined;
  }

  #line(): string | undefined {
    const end = this.#pending.indexOf(10);
    if (end > MAX_LINE || (end < 0 && this.#pending.length > MAX_LINE)) {
      throw bad("a line among its chunks is too long");
    }
    return end < 0 ? undefined : toKey(this.#take(end + 1)).replace(/\r?\n$/, "");
  }

  #take(count: number): Uint8Array {
    const taken = this.#pending.subarray(0, count);
    this.#pending = this.#pending.subarray(count);
    this.#looked = 0;
    return taken;
  }

  #reply(): HttpReply {
    const body = this.#memory.subarray(0, this.#length);
    return { status: this.#status, headers: this.#headers, body };
  }
}

function headersOf(lines: readonly string[]): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):(.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) throw bad("a header of it is none");
    const lower = name.toLowerCase();
    if (!headers.has(lower)) headers.set(lower, value.trim());
  }
  return headers;
}

function bad(why: string): WireError {
  return new WireError("bad_message", `it sent what is no usable HTTP reply: ${why}`);
}
