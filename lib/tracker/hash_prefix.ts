import { writeHex } from "./hex_words.ts";

const WORDS = 8;
const DIGITS = 8;
const HEX = /^[0-9a-f]{1,64}$/;

/** The beginning of an info-hash, to be compared with many. */
export class HashPrefix {
  readonly #digits: number;
  readonly #words = new Uint32Array(WORDS);
  /** Which bits of the words count. */
  readonly #masks = new Uint32Array(WORDS);

  private constructor(digits: string) {
    this.#digits = digits.length;
    writeHex(digits.padEnd(WORDS * DIGITS, "0"), this.#words, 0, WORDS);
    const mask = "f".repeat(digits.length).padEnd(WORDS * DIGITS, "0");
    writeHex(mask, this.#masks, 0, WORDS);
  }

  /** @returns Undefined when the text is not 1 to 64 hex digits in lower case. */
  static of(text: string): HashPrefix | undefined {
    return HEX.test(text) ? new HashPrefix(text) : undefined;
  }

  /** Whether the hash begins so whose words stand there. */
  isOf(words: Uint32Array, at: number, count: number): boolean {
    if (this.#digits > count * DIGITS) return false;
    for (let word = 0; word < count; word++) {
      if (((words[at + word]! ^ this.#words[word]!) & this.#masks[word]!) !== 0) return false;
    }
    return true;
  }
}
