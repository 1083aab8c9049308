import { COMPACT_V6, encodeCompactAddress } from "../wire/compact_address.ts";
import type { SavedRecord } from "./store.ts";

/** Kinds of records: the low two bits of a record's first byte. */
export const RECORD = { share: 0, peer: 1, left: 2, name: 3 } as const;

/** What else the first byte of a share says. */
export const SHARE_BITS = { v1: 4, v2: 8, hash: 16, named: 32 } as const;

/** The first byte of the others: how many hashes, and so on; `silent`: nothing was told of `classic`. */
export const PEER_BITS = { hashes: 4, v6: 16, seed: 32, classic: 64, silent: 128 } as const;

/** The first byte of one who left, beside those of the others; `completed`: it became a seed instead. */
export const LEFT_BITS = { timed: 32, completed: 64 } as const;

/** More than any record takes. */
const MOST_BYTES = 512;

const SMALLEST = 4_096;

/** The value of a hex digit by its character code. */
const DIGIT = new Uint8Array(128);
for (let value = 0; value < 16; value++) DIGIT[value.toString(16).charCodeAt(0)] = value;

const DOT = ".".charCodeAt(0);
const ZERO = "0".charCodeAt(0);

const encoder = new TextEncoder();

/**
 * Packs records one after the other into one run of bytes, which `readRecords` reads. Numbers are
 * big-endian; times whole milliseconds in 6 bytes, addresses as BEP 23 and BEP 7 have them.
 */
export class RecordWriter {
  #bytes = new Uint8Array(SMALLEST);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;
  #count = 0;

  /** How many records it holds. */
  get count(): number {
    return this.#count;
  }

  /** How many bytes they take. */
  get length(): number {
    return this.#length;
  }

  /** Adds a record; one whose host is no IP literal is left out. */
  add(record: SavedRecord): void {
    this.#reserve();
    const start = this.#length;
    const whole = this.#encode(record);
    if (whole) this.#count++;
    else this.#length = start;
  }

  /** Hands out all records, and begins anew. */
  take(): { count: number; data: Uint8Array<ArrayBuffer> } {
    const taken = { count: this.#count, data: this.#bytes.slice(0, this.#length) };
    this.#count = 0;
    this.#length = 0;
    return taken;
  }

  #encode(record: SavedRecord): boolean {
    switch (record.kind) {
      case "share": {
        const { v1, v2, hash, name, size, firstSeen, seen, completed } = record;
        const bits = SHARE_BITS;
        this.#byte(
          RECORD.share | (v1 === undefined ? 0 : bits.v1) | (v2 === undefined ? 0 : bits.v2) |
            (hash === undefined ? 0 : bits.hash) | (name === undefined ? 0 : bits.named),
        );
        for (const one of [v1, v2, hash]) if (one !== undefined) this.#hex(one);
        this.#time(firstSeen);
        this.#time(seen);
        this.#number(completed);
        if (name === undefined) return true;
        this.#number(size ?? 0);
        return this.#text(name);
      }
      case "peer": {
        const { hashes, seed, classic, peerId, seen, ttl } = record;
        const serves = classic === undefined ? PEER_BITS.silent : classic ? PEER_BITS.classic : 0;
        const bits = (seed ? PEER_BITS.seed : 0) | serves;
        if (!this.#who(RECORD.peer | bits, record, hashes)) return false;
        this.#hex(peerId);
        this.#time(seen);
        this.#time(ttl);
        return true;
      }
      case "left": {
        const { hashes, seen } = record;
        const timed = seen === undefined ? 0 : LEFT_BITS.timed;
        if (!this.#who(RECORD.left | timed, record, hashes)) return false;
        if (seen !== undefined) this.#time(seen);
        return true;
      }
      case "completed": {
        const bits = RECORD.left | LEFT_BITS.timed | LEFT_BITS.completed;
        if (!this.#who(bits, record, record.hashes)) return false;
        this.#time(record.seen);
        return true;
      }
      case "name":
        if (!this.#who(RECORD.name, record, [])) return false;
        this.#time(record.seen);
        return this.#text(record.name);
      default:
        return record satisfies never;
    }
  }

  #who(
    first: number,
    address: { readonly host: string; readonly port: number },
    hashes: readonly string[],
  ): boolean {
    const { host, port } = address;
    const start = this.#length++;
    for (const hash of hashes) this.#hex(hash);
    const quad = this.#quad(host);
    this.#bytes[start] = first | (quad ? 0 : PEER_BITS.v6) | hashes.length * PEER_BITS.hashes;
    if (quad) {
      this.#byte(port >> 8);
      this.#byte(port & 255);
      return true;
    }
    const compact = encodeCompactAddress(address);
    if (compact?.length !== COMPACT_V6) return false;
    this.#bytes.set(compact, this.#length);
    this.#length += compact.length;
    return true;
  }

  /** Most hosts are four numbers, as the system writes them. @returns Whether this one is. */
  #quad(host: string): boolean {
    if (host.length > 15) return false;
    let at = this.#length;
    let value = 0;
    let dots = 0;
    for (let place = 0; place < host.length; place++) {
      const code = host.charCodeAt(place);
      if (code === DOT) {
        this.#bytes[at++] = value;
        value = 0;
        dots++;
      } else if (code >= ZERO && code < ZERO + 10) value = 10 * value + code - ZERO;
      else return false;
    }
    this.#bytes[at++] = value;
    if (dots !== 3) return false;
    this.#length = at;
    return true;
  }

  #byte(value: number): void {
    this.#bytes[this.#length++] = value;
  }

  #hex(digits: string): void {
    const bytes = this.#bytes;
    let at = this.#length;
    for (let from = 0; from < digits.length; from += 2) {
      bytes[at++] = DIGIT[digits.charCodeAt(from)]! << 4 | DIGIT[digits.charCodeAt(from + 1)]!;
    }
    this.#length = at;
  }

  #time(ms: number): void {
    const whole = Math.max(0, Math.round(ms));
    this.#view.setUint16(this.#length, whole / 2 ** 32);
    this.#view.setUint32(this.#length + 2, whole);
    this.#length += 6;
  }

  #number(value: number): void {
    this.#view.setFloat64(this.#length, value);
    this.#length += 8;
  }

  /** @returns False when it is longer than any name. */
  #text(text: string): boolean {
    const bytes = encoder.encode(text);
    if (bytes.length > 255) return false;
    this.#byte(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
    return true;
  }

  #reserve(): void {
    if (this.#length + MOST_BYTES <= this.#bytes.length) return;
    const larger = new Uint8Array(2 * this.#bytes.length);
    larger.set(this.#bytes);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}
