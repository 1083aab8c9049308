const BITS = /* set bits of every byte */ Uint8Array.from(
  { length: 256 },
  (_, byte) => byte.toString(2).replaceAll("0", "").length,
);

/**
 * A set of piece indices, in the layout of the wire: the high bit of the first byte is piece 0
 * (BEP 3, "bitfield").
 *
 * Invariants: spare bits are zero; `count` is the number of bits that are set.
 */
export class Bitfield {
  /** How many pieces there are. */
  readonly length: number;
  readonly #bytes: Uint8Array;
  #count = 0;

  /** An empty set of `length` pieces. */
  constructor(length: number) {
    this.length = length;
    this.#bytes = new Uint8Array(Math.ceil(length / 8));
  }

  /** The set with every piece in it. */
  static full(length: number): Bitfield {
    const all = new Bitfield(length);
    all.#bytes.fill(0xff);
    if (length % 8 !== 0) all.#bytes[all.#bytes.length - 1] = 0xff << 8 - length % 8 & 0xff;
    all.#count = length;
    return all;
  }

  /** A copy of what came from the wire, or undefined when its length or a spare bit is wrong. */
  static fromBytes(bytes: Uint8Array, length: number): Bitfield | undefined {
    const set = new Bitfield(length);
    if (bytes.length !== set.#bytes.length) return undefined;
    const spare = bytes.length * 8 - length;
    if (spare > 0 && (bytes[bytes.length - 1]! & (1 << spare) - 1) !== 0) return undefined;
    set.#bytes.set(bytes);
    for (const byte of bytes) set.#count += BITS[byte]!;
    return set;
  }

  /** How many pieces are in the set. */
  get count(): number {
    return this.#count;
  }

  /** Whether every piece is in it. */
  get isFull(): boolean {
    return this.#count === this.length;
  }

  /** Whether a piece is in it; one that does not exist is not. */
  has(piece: number): boolean {
    return piece >= 0 && piece < this.length &&
      (this.#bytes[piece >> 3]! & 0x80 >> (piece & 7)) !== 0;
  }

  /** Puts a piece in. @returns Whether it was not in before. */
  add(piece: number): boolean {
    if (piece < 0 || piece >= this.length || this.has(piece)) return false;
    this.#bytes[piece >> 3]! |= 0x80 >> (piece & 7);
    this.#count++;
    return true;
  }

  /** Takes a piece out. @returns Whether it was in. */
  delete(piece: number): boolean {
    if (!this.has(piece)) return false;
    this.#bytes[piece >> 3]! &= ~(0x80 >> (piece & 7));
    this.#count--;
    return true;
  }

  /** A copy in the layout of the wire. */
  toBytes(): Uint8Array {
    return this.#bytes.slice();
  }

  /** A copy. */
  clone(): Bitfield {
    const copy = new Bitfield(this.length);
    copy.#bytes.set(this.#bytes);
    copy.#count = this.#count;
    return copy;
  }

  /** The pieces in it, in order. */
  *[Symbol.iterator](): Generator<number> {
    for (let at = 0; at < this.#bytes.length; at++) {
      if (this.#bytes[at] === 0) continue;
      for (let piece = at * 8; piece < at * 8 + 8; piece++) if (this.has(piece)) yield piece;
    }
  }
}
