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

/** The sum of the bytes, four at a time where they are aligned: 2 lanes of 16 bits in a word. */
function sumOf(bytes: Uint8Array): number {
  let sum = 0;
  let at = 0;
  if (bytes.byteOffset % 4 === 0) {
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
    for (let start = 0; start < words.length; start += 256) {
      const end = Math.min(start + 256, words.length);
      let even = 0, odd = 0; // at most 256 * 255 a lane: never over 16 bits
      for (let i = start; i < end; i++) {
        const word = words[i]!;
        even += word & 0x00ff00ff;
        odd += (word >>> 8) & 0x00ff00ff;
      }
      sum += (even & 0xffff) + (even >>> 16) + (odd & 0xffff) + (odd >>> 16);
    }
    at = words.length * 4;
  }
  for (; at < bytes.length; at++) sum += bytes[at]!;
  return sum;
}
