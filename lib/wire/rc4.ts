/**
 * The stream cipher RC4, as Message Stream Encryption wants it; `node:crypto` of Deno has none. It
 * hides what is said from who looks at packets in passing, and is no protection against anyone who
 * tries.
 *
 * Each step waits for the one before, so this loop is as fast as it is in C, and in WebAssembly it
 * would be faster by a tenth.
 */
export class Rc4 {
  /** 32-bit entries are read and written faster than bytes. */
  readonly #table = Int32Array.from({ length: 256 }, (_, at) => at);
  #i = 0;
  #j = 0;

  /** @param key 1 to 256 bytes. */
  constructor(key: Uint8Array) {
    const table = this.#table;
    for (let i = 0, j = 0; i < 256; i++) {
      j = (j + table[i]! + key[i % key.length]!) & 255;
      [table[i], table[j]] = [table[j]!, table[i]!];
    }
  }

  /** Enciphers or deciphers, which is the same, the next bytes of the stream in place. */
  apply(bytes: Uint8Array): void {
    const table = this.#table;
    let [i, j] = [this.#i, this.#j];
    for (let at = 0; at < bytes.length; at++) {
      i = (i + 1) & 255;
      const x = table[i]!;
      j = (j + x) & 255;
      const y = table[j]!;
      table[i] = y;
      table[j] = x;
      bytes[at]! ^= table[(x + y) & 255]!;
    }
    [this.#i, this.#j] = [i, j];
  }
}
