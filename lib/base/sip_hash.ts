const BLOCK = 8;

/**
 * SipHash-2-4 (Aumasson and Bernstein): a keyed hash of short bytes in 64 bits. Who does not know the
 * key can neither tell the hash of anything nor make two that have the same.
 *
 * Each of the four words of 64 bits is two numbers here, as in `v0h` and `v0l`, the high and the low
 * half. All is in one function, so that they stay in registers.
 */
export class SipHash {
  readonly #key: Int32Array;

  /** @param key 16 bytes by chance. */
  constructor(key: Uint8Array) {
    const view = new DataView(key.buffer, key.byteOffset, 16);
    this.#key = Int32Array.from({ length: 4 }, (_, at) => view.getInt32(4 * at, true));
  }

  /** Writes the 8 bytes of the hash, as the paper orders them. */
  hash(bytes: Uint8Array, length: number, into: Uint8Array): void {
    const key = this.#key;
    let [v0h, v0l] = [key[1]! ^ 0x736f6d65, key[0]! ^ 0x70736575];
    let [v1h, v1l] = [key[3]! ^ 0x646f7261, key[2]! ^ 0x6e646f6d];
    let [v2h, v2l] = [key[1]! ^ 0x6c796765, key[0]! ^ 0x6e657261];
    let [v3h, v3l] = [key[3]! ^ 0x74656462, key[2]! ^ 0x79746573];
    const last = length - length % BLOCK;
    for (let at = 0; at <= last + BLOCK; at += BLOCK) {
      // The bytes that are left and the length are the last block; one turn without a block ends it.
      const isEnd = at > last;
      const low = isEnd ? 0 : word(bytes, at, length);
      const high = isEnd ? 0 : word(bytes, at + 4, length) | (at === last ? length << 24 : 0);
      v3h ^= high;
      v3l ^= low;
      if (isEnd) v2l ^= 0xff;
      for (let round = isEnd ? 4 : 2; round > 0; round--) {
        let sum = v0l + v1l | 0;
        v0h = v0h + v1h + carry(v0l, v1l, sum) | 0;
        v0l = sum;
        let turned = v1h << 13 | v1l >>> 19;
        v1l = (v1l << 13 | v1h >>> 19) ^ v0l;
        v1h = turned ^ v0h;
        turned = v0h;
        v0h = v0l;
        v0l = turned;
        sum = v2l + v3l | 0;
        v2h = v2h + v3h + carry(v2l, v3l, sum) | 0;
        v2l = sum;
        turned = v3h << 16 | v3l >>> 16;
        v3l = (v3l << 16 | v3h >>> 16) ^ v2l;
        v3h = turned ^ v2h;
        sum = v0l + v3l | 0;
        v0h = v0h + v3h + carry(v0l, v3l, sum) | 0;
        v0l = sum;
        turned = v3h << 21 | v3l >>> 11;
        v3l = (v3l << 21 | v3h >>> 11) ^ v0l;
        v3h = turned ^ v0h;
        sum = v2l + v1l | 0;
        v2h = v2h + v1h + carry(v2l, v1l, sum) | 0;
        v2l = sum;
        turned = v1h << 17 | v1l >>> 15;
        v1l = (v1l << 17 | v1h >>> 15) ^ v2l;
        v1h = turned ^ v2h;
        turned = v2h;
        v2h = v2l;
        v2l = turned;
      }
      v0h ^= high;
      v0l ^= low;
    }
    putWord(v0l ^ v1l ^ v2l ^ v3l, into, 0);
    putWord(v0h ^ v1h ^ v2h ^ v3h, into, 4);
  }
}

/** What a sum of two halves carries over. */
function carry(one: number, other: number, sum: number): number {
  return (one & other | (one | other) & ~sum) >>> 31;
}

/** Four bytes, the lowest first; 0 for those behind the end. */
function word(bytes: Uint8Array, at: number, end: number): number {
  let all = 0;
  for (let n = 0; n < 4 && at + n < end; n++) all |= bytes[at + n]! << 8 * n;
  return all;
}

function putWord(word: number, bytes: Uint8Array, at: number): void {
  for (let n = 0; n < 4; n++) bytes[at + n] = word >>> 8 * n;
}
