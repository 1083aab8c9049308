/** Tells where the answers to requests end, and whether they are what was asked for. */
import type { Dialect } from "./requests.ts";

/** What arrived in one read came to: answers that ended, and how many of them were errors. */
export interface Arrived {
  answers: number;
  errors: number;
}

const LENGTH = new TextEncoder().encode("content-length:");

/**
 * The answers on many connections of one dialect. A head of HTTP has to come in one piece, as all that
 * are measured send it; else it counts as an error.
 */
export class Answers {
  readonly #dialect: Exclude<Dialect, "udp">;
  /** Bytes of an answer that are still to come on each connection; for lines 1 within a line. */
  readonly #missing: Float64Array;

  constructor(dialect: Exclude<Dialect, "udp">, connections: number) {
    this.#dialect = dialect;
    this.#missing = new Float64Array(connections);
  }

  /** Begins a connection anew. */
  reset(connection: number): void {
    this.#missing[connection] = 0;
  }

  /** Notes what a connection read. */
  read(connection: number, bytes: Uint8Array, length: number, arrived: Arrived): void {
    arrived.answers = 0;
    arrived.errors = 0;
    if (this.#dialect === "http") this.#http(connection, bytes, length, arrived);
    else this.#lines(connection, bytes, length, arrived);
  }

  #http(connection: number, bytes: Uint8Array, length: number, arrived: Arrived): void {
    let missing = this.#missing[connection]!;
    for (let at = 0; at < length;) {
      if (missing === 0) {
        const body = bodyAt(bytes, at, length);
        if (body < 0) {
          arrived.answers++;
          arrived.errors++;
          return;
        }
        // An answer begins with `d8:complete`; a failure with `d14:failure reason`.
        if (bytes[at + 9] !== 0x32 || bytes[body + 1] !== 0x38) arrived.errors++;
        missing = lengthIn(bytes, at, body);
        at = body;
      }
      const taken = Math.min(missing, length - at);
      missing -= taken;
      at += taken;
      if (missing === 0) arrived.answers++;
    }
    this.#missing[connection] = missing;
  }

  #lines(connection: number, bytes: Uint8Array, length: number, arrived: Arrived): void {
    let within = this.#missing[connection]! !== 0;
    for (let at = 0; at < length;) {
      if (!within && bytes[at] !== 0x4f) arrived.errors++;
      const end = bytes.indexOf(10, at);
      within = end < 0 || end >= length;
      if (within) break;
      arrived.answers++;
      at = end + 1;
    }
    this.#missing[connection] = Number(within);
  }
}

function bodyAt(bytes: Uint8Array, from: number, length: number): number {
  for (let at = from; at >= 0 && at < length; at = bytes.indexOf(10, at + 1)) {
    if (bytes[at] === 10 && bytes[at + 1] === 13 && bytes[at + 2] === 10) return at + 3;
  }
  return -1;
}

function lengthIn(bytes: Uint8Array, from: number, to: number): number {
  for (let at = bytes.indexOf(10, from) + 1; at > 0 && at < to; at = bytes.indexOf(10, at) + 1) {
    let same = 0;
    while (same < LENGTH.length && (bytes[at + same]! | (same === 7 ? 0 : 32)) === LENGTH[same]) {
      same++;
    }
    if (same < LENGTH.length) continue;
    let value = 0;
    for (let digit = at + same; bytes[digit] !== 13; digit++) {
      if (bytes[digit] !== 32) value = 10 * value + bytes[digit]! - 48;
    }
    return value;
  }
  return 0;
}
