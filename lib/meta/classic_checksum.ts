/** The checksum counts whole chunks of so many bytes; what comes after the last is not counted. */
export const CLASSIC_CHUNK = 1024;

const MODULUS = 0xffff_ffff;

/**
 * The checksum of the original Mini-Torrent: the sum of the bytes modulo 2^32 - 1 over whole
 * 1,024-byte chunks. It proves nothing against anyone, and says nothing of the last partial chunk.
 */
export class ClassicChecksum {
  #sum = 0;
  #tailSum = 0;
  #tail = 0;

  /** Trailing bytes that the checksum does not cover: 0 to 1,023. */
  get uncovered(): number {
    return this.#tail;
  }

  /** Adds the next bytes of the file, cut anywhere. */
  update(bytes: Uint8Array): void {
    let at = 0;
    if (this.#tail > 0) {
      at = Math.min(CLASSIC_CHUNK - this.#tail, bytes.length);
      this.#addTail(bytes.subarray(0, at));
    }
    const whole = bytes.length - (bytes.length - at) % CLASSIC_CHUNK;
    if (whole > at) this.#sum = (this.#sum + sumOf(bytes.subarray(at, whole))) % MODULUS;
    if (whole < bytes.length) this.#addTail(bytes.subarray(whole));
  }

  /** The checksum of all bytes so far: 8 lower-case hex digits. */
  digest(): string {
    return this.#sum.toString(16).padStart(8, "0");
  }

  /** Text that also covers the last partial chunk, to tell a changed file; not on the wire. */
  fingerprint(): string {
    return `${this.digest()}+${this.#tailSum}/${this.#tail}`;
  }

  #addTail(bytes: Uint8Array): void {
    this.#tailSum += sumOf(bytes);
    this.#tail += bytes.length;
    if (this.#tail < CLASSIC_CHUNK) return;
    this.#sum = (this.#sum + this.#tailSum) % MODULUS;
    this.#tailSum = this.#tail = 0;
  }
}

/** Words that are added before a lane of 16 bits could run over: at most 128 * 255 a lane. */
const RUN = 256;

/** The even bytes of a word, as two lanes. */
const LANES = 0x00ff_00ff;

/**
 * The sum of the bytes, sixteen at a time where they are aligned: two lanes of 16 bits in a word, in
 * 32-bit integers, as the processor adds fastest.
 */
function sumOf(bytes: Uint8Array): number {
  let sum = 0;
  let at = 0;
  if (bytes.byteOffset % 4 === 0) {
    const words = new Int32Array(bytes.buffer, bytes.byteOffset, (bytes.length >> 4) * 4);
    for (let start = 0; start < words.length; start += RUN) {
      const end = Math.min(start + RUN, words.length);
      let a = 0, b = 0, c = 0, d = 0;
      for (let i = start; i < end; i += 4) {
        const w = words[i]!, x = words[i + 1]!, y = words[i + 2]!, z = words[i + 3]!;
        a = (a + (w & LANES) + (x & LANES)) | 0;
        b = (b + ((w >>> 8) & LANES) + ((x >>> 8) & LANES)) | 0;
        c = (c + (y & LANES) + (z & LANES)) | 0;
        d = (d + ((y >>> 8) & LANES) + ((z >>> 8) & LANES)) | 0;
      }
      sum += lanes(a) + lanes(b) + lanes(c) + lanes(d);
    }
    at = words.length * 4;
  }
  for (; at < bytes.length; at++) sum += bytes[at]!;
  return sum;
}

/** Both lanes of a word together. */
function lanes(word: number): number {
  return (word & 0xffff) + (word >>> 16);
}
