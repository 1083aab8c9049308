import { RC4_CODE } from "./rc4_code.ts";

/** Bytes that are worked on at a time. */
const CHUNK = 64 * 1024;

const { memory, run } = new WebAssembly.Instance(new WebAssembly.Module(RC4_CODE)).exports as {
  readonly memory: WebAssembly.Memory;
  readonly run: (i: number, j: number, at: number, end: number) => number;
};

/** The table of the cipher that is at work; all of them take turns. */
const TABLE = new Int32Array(memory.buffer, 0, 256);
const DATA = new Uint8Array(memory.buffer, TABLE.byteLength, CHUNK);

/**
 * The stream cipher RC4, as Message Stream Encryption wants it. It hides what is said from who looks
 * at packets in passing, and is no protection against anyone who tries.
 *
 * Invariant: `#i`, `#j` and the entries of `#table` are four times the numbers of the algorithm.
 */
export class Rc4 {
  readonly #table = Int32Array.from({ length: 256 }, (_, at) => 4 * at);
  #i = 0;
  #j = 0;

  /** @param key 1 to 256 bytes. */
  constructor(key: Uint8Array) {
    const table = this.#table;
    for (let i = 0, j = 0; i < 256; i++) {
      j = (j + (table[i]! >> 2) + key[i % key.length]!) & 255;
      [table[i], table[j]] = [table[j]!, table[i]!];
    }
  }

  /** Enciphers or deciphers, which is the same, the next bytes of the stream in place. */
  apply(bytes: Uint8Array): void {
    TABLE.set(this.#table);
    for (let at = 0; at < bytes.length; at += CHUNK) {
      const part = bytes.subarray(at, at + CHUNK);
      DATA.set(part);
      this.#j = run(this.#i, this.#j, DATA.byteOffset, DATA.byteOffset + part.length);
      this.#i = (this.#i + 4 * part.length) & 1020;
      part.set(DATA.subarray(0, part.length));
    }
    this.#table.set(TABLE);
  }
}
