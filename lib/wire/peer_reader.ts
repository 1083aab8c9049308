import { WireError } from "./errors.ts";
import { decodeHandshake, type Handshake, HANDSHAKE_BYTES } from "./handshake.ts";
import { checkLength, decodeMessage } from "./peer_decoder.ts";
import type { PeerMessage } from "./peer_message.ts";
import { MAX_MESSAGE } from "./peer_message_ids.ts";

/** The buffer at first: enough for whoever says little, and for a block in a hurry to grow from. */
const FIRST_CAPACITY = 16 * 1024;

/** A read of 256 KiB behind the longest message that is not yet whole. */
const MAX_CAPACITY = 4 + MAX_MESSAGE + 256 * 1024;

const KEEP_ALIVE: PeerMessage = { kind: "keep_alive" };

/**
 * Reads what a peer sends: one handshake, then messages (BEP 3, "peer protocol"). It owns the
 * buffer that the socket is read into, so that the bytes of a block are never copied on the way.
 *
 * Invariants: the buffer grows only once arrived bytes fill it, whatever a length claims, and never
 * over 512 KiB and a little; after {@linkcode next} returned undefined it holds less than a message.
 *
 * @example
 * ```ts
 * const reader = new PeerReader();
 * reader.space().set([0, 0, 0, 5, 4, 0, 0, 0, 7]);
 * reader.filled(9);
 * reader.next(); // { kind: "have", piece: 7 }
 * reader.next(); // undefined: needs more
 * ```
 */
export class PeerReader {
  #buffer = new Uint8Array(FIRST_CAPACITY);
  #view = new DataView(this.#buffer.buffer);
  #start = 0;
  #end = 0;
  #crowded = false;

  /** Bytes that arrived and were not yet taken. */
  get pending(): number {
    return this.#end - this.#start;
  }

  /** Bytes of memory that the buffer has. */
  get capacity(): number {
    return this.#buffer.length;
  }

  /**
   * Room for the next read: 12 KiB or more, at full speed 256 KiB or more. Messages that were taken
   * are not good any longer.
   *
   * @throws {RangeError} When whole messages that were not taken leave no room.
   */
  space(): Uint8Array {
    const pending = this.pending;
    if (this.#start > 0) this.#buffer.copyWithin(0, this.#start, this.#end);
    this.#start = 0;
    this.#end = pending;
    if (this.#crowded || pending > this.#buffer.length / 4) this.#grow();
    if (pending === this.#buffer.length) throw new RangeError("messages wait that nobody takes");
    return this.#buffer.subarray(pending);
  }

  /** Says how many bytes were put at the beginning of {@linkcode space}. */
  filled(count: number): void {
    this.#crowded = this.#end + count === this.#buffer.length;
    this.#end += count;
  }

  /**
   * Takes the handshake, which must be the first thing that is taken.
   *
   * @returns Undefined when more must arrive first.
   * @throws {WireError} `bad_handshake` as soon as it shows.
   */
  handshake(): Handshake | undefined {
    const handshake = decodeHandshake(this.#buffer.subarray(this.#start, this.#end));
    if (handshake) this.#start += HANDSHAKE_BYTES;
    return handshake;
  }

  /**
   * Takes the next message.
   *
   * @returns Its byte fields are views, good until {@linkcode space} or {@linkcode push} is called;
   * undefined when more must arrive first.
   * @throws {WireError} `bad_message`; the stream is then of no further use.
   */
  next(): PeerMessage | undefined {
    const pending = this.pending;
    if (pending < 4) return undefined;
    const length = this.#view.getUint32(this.#start);
    if (length === 0) {
      this.#start += 4;
      return KEEP_ALIVE;
    }
    if (length > MAX_MESSAGE) {
      throw new WireError(
        "bad_message",
        `it sent a message of ${length} bytes; ${MAX_MESSAGE} are the most`,
      );
    }
    if (pending < 5) return undefined;
    const at = this.#start + 4;
    checkLength(this.#buffer[at]!, length);
    if (pending < 4 + length) return undefined;
    const message = decodeMessage(this.#buffer, this.#view, at, at + length);
    this.#start = at + length;
    return message;
  }

  /**
   * Copies bytes in that were read elsewhere, after the messages before them were taken.
   *
   * @throws {RangeError} When they do not fit: 256 KiB always do.
   */
  push(bytes: Uint8Array): void {
    for (let rest = bytes; rest.length > 0;) {
      const space = this.space();
      const count = Math.min(space.length, rest.length);
      space.set(rest.subarray(0, count));
      this.filled(count);
      rest = rest.subarray(count);
    }
  }

  #grow(): void {
    if (this.#buffer.length === MAX_CAPACITY) return;
    const larger = new Uint8Array(Math.min(4 * this.#buffer.length, MAX_CAPACITY));
    larger.set(this.#buffer.subarray(0, this.#end));
    this.#buffer = larger;
    this.#view = new DataView(larger.buffer);
    this.#crowded = false;
  }
}
