const BLOCK = 8;

/** "somepseudorandomlygeneratedbytes". */
const START = Int32Array.of(
  0x736f6d65,
  0x70736575,
  0x646f7261,
  0x6e646f6d,
  0x6c796765,
  0x6e657261,
  0x74656462,
  0x79746573,
);

/**
 * SipHash-2-4 (Aumasson and Bernstein): a keyed hash of short bytes in 64 bits. Who does not know the
 * key can neither tell the hash of anything nor make two that have the same.
 *
 * Each of the four words of 64 bits is two numbers here, the high half first.
 */
export class SipHash {
  readonly #key: Int32Array;
  readonly #state = new Int32Array(8);

  /** @param key 16 bytes by chance. */
  constructor(key: Uint8Array) {
    const view = new DataView(key.buffer, key.byteOffset, 16);
    this.#key = Int32Array.of(
      view.getInt32(4, true),
      view.getInt32(0, true),
      view.getInt32(12, true),
      view.getInt32(8, true),
    );
  }

  /** Writes the 8 bytes of the hash, as the paper orders them. */
  hash(bytes: Uint8Array, length: number, into: Uint8Array): void {
    const state = this.#state;
    for (let n = 0; n < state.length; n++) state[n] = this.#key[n & 3]! ^ START[n]!;
    const last = length - length % BLOCK;
    for (let at = 0; at < last; at += BLOCK) {
      compress(state, word(bytes, at + 4, 4), word(bytes, at, 4));
    }
    const low = word(bytes, last, Math.min(4, length - last));
    const high = word(bytes, last + 4, Math.max(0, length - last - 4));
    compress(state, high | length << 24, low);
    state[5]! ^= 0xff;
    for (let n = 0; n < 4; n++) round(state);
    const words = [
      state[1]! ^ state[3]! ^ state[5]! ^ state[7]!,
      state[0]! ^ state[2]! ^ state[4]! ^ state[6]!,
    ];
    for (let n = 0; n < BLOCK; n++) into[n] = words[n >> 2]! >>> 8 * (n & 3);
  }
}

function word(bytes: Uint8Array, at: number, count: number): number {
  let all = 0;
  for (let n = 0; n < count; n++) all |= bytes[at + n]! << 8 * n;
  return all;
}

function compress(state: Int32Array, high: number, low: number): void {
  state[6]! ^= high;
  state[7]! ^= low;
  round(state);
  round(state);
  state[0]! ^= high;
  state[1]! ^= low;
}

function round(state: Int32Array): void {
  add(state, 0, 2);
  turn(state, 2, 13);
  mix(state, 2, 0);
  swap(state, 0);
  add(state, 4, 6);
  turn(state, 6, 16);
  mix(state, 6, 4);
  add(state, 0, 6);
  turn(state, 6, 21);
  mix(state, 6, 0);
  add(state, 4, 2);
  turn(state, 2, 17);
  mix(state, 2, 4);
  swap(state, 4);
}

function add(state: Int32Array, to: number, from: number): void {
  const low = (state[to + 1]! >>> 0) + (state[from + 1]! >>> 0);
  state[to] = state[to]! + state[from]! + (low > 0xffff_ffff ? 1 : 0);
  state[to + 1] = low;
}

/** Turns to the left by fewer than 32 bits. */
function turn(state: Int32Array, at: number, bits: number): void {
  const [high, low] = [state[at]!, state[at + 1]!];
  state[at] = high << bits | low >>> 32 - bits;
  state[at + 1] = low << bits | high >>> 32 - bits;
}

/** Turns by 32 bits. */
function swap(state: Int32Array, at: number): void {
  const high = state[at]!;
  state[at] = state[at + 1]!;
  state[at + 1] = high;
}

function mix(state: Int32Array, to: number, from: number): void {
  state[to]! ^= state[from]!;
  state[to + 1]! ^= state[from + 1]!;
}
