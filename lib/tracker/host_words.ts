import { ipv4Number } from "../base/ip.ts";
import {
  COMPACT_V4,
  COMPACT_V6,
  decodeCompactAddress,
  encodeCompactAddress,
} from "../wire/compact_address.ts";

/** The third word of an IPv4 address that is mapped into IPv6 (RFC 4291, section 2.5.5.2). */
const MAPPED = 0xffff;

/** The first word of what stands for a text that is no address; none of the network's has it. */
const TEXT = 0xffff_ffff;

/** A text that is no address, such as a link-local one with its zone, while a peer has it. */
interface Text {
  readonly text: string;
  readonly number: number;
  uses: number;
}

/**
 * Hosts as 4 words each: the 16 bytes of an IPv6 address, IPv4 mapped into it, or the number of a
 * text that is kept here.
 */
export class HostWords {
  /** What was read last. */
  readonly words: Uint32Array = new Uint32Array(4);
  readonly #byText = new Map<string, Text>();
  readonly #byNumber = new Map<number, Text>();
  #number = 1;

  /** Reads an IPv4 address, told as one number. */
  readV4(address: number): void {
    const { words } = this;
    words[0] = 0;
    words[1] = 0;
    words[2] = MAPPED;
    words[3] = address;
  }

  /** Reads a host into `words`; a text that is no address and that no peer has is like nobody's. */
  read(host: string): void {
    const v4 = ipv4Number(host);
    this.readV4(Math.max(0, v4));
    if (v4 < 0) this.#readOther(host);
  }

  /** Whether 4 words stand for an IPv4 address. */
  isV4(words: Uint32Array, at = 0): boolean {
    return words[at + 2] === MAPPED && words[at + 1] === 0 && words[at] === 0;
  }

  /** Whether they stand for an address of either kind. */
  isAddress(words: Uint32Array, at = 0): boolean {
    return words[at] !== TEXT;
  }

  /** Whether they stand for an address of the machine itself. */
  isLoopback(words: Uint32Array, at = 0): boolean {
    if (this.isV4(words, at)) return words[at + 3]! >>> 24 === 127;
    return words[at] === 0 && words[at + 1] === 0 && words[at + 2] === 0 && words[at + 3] === 1;
  }

  /** Keeps the host that was read last for one more peer. */
  hold(host: string): void {
    if (this.words[0] !== TEXT) return;
    let text = this.#byText.get(host);
    if (!text) {
      text = { text: host, number: this.#number++, uses: 0 };
      this.#byText.set(host, text);
      this.#byNumber.set(text.number, text);
    }
    text.uses++;
    this.words[3] = text.number;
  }

  /** One peer less has the host that 4 words stand for. */
  release(words: Uint32Array, at: number): void {
    if (words[at] !== TEXT) return;
    const text = this.#byNumber.get(words[at + 3]!)!;
    if (--text.uses > 0) return;
    this.#byText.delete(text.text);
    this.#byNumber.delete(text.number);
  }

  /** The host as it was told, an address in its canonical form (RFC 5952). */
  text(words: Uint32Array, at: number): string {
    const last = words[at + 3]!;
    if (words[at] === TEXT) return this.#byNumber.get(last)!.text;
    if (this.isV4(words, at)) {
      return `${last >>> 24}.${last >>> 16 & 255}.${last >>> 8 & 255}.${last & 255}`;
    }
    const bytes = new Uint8Array(COMPACT_V6);
    const view = new DataView(bytes.buffer);
    for (let word = 0; word < 4; word++) view.setUint32(4 * word, words[at + word]!);
    return decodeCompactAddress(bytes).host;
  }

  #readOther(host: string): void {
    const { words } = this;
    const bytes = encodeCompactAddress({ host, port: 0 });
    if (bytes) {
      const view = new DataView(bytes.buffer, bytes.byteOffset);
      if (bytes.length === COMPACT_V4) {
        words[3] = view.getUint32(0);
        return;
      }
      for (let word = 0; word < 4; word++) words[word] = view.getUint32(4 * word);
      if (words[0] !== TEXT) return;
    }
    words[0] = TEXT;
    words[1] = 0;
    words[2] = 0;
    words[3] = this.#byText.get(host)?.number ?? 0;
  }
}
