import { printable } from "../base/printable.ts";
import { HostWords } from "./host_words.ts";
import { WordRanges } from "./word_ranges.ts";

const BITS = { v4: 32, v6: 128 } as const;

/** Bits before an IPv4 address that is mapped into IPv6. */
const MAPPED = BITS.v6 - BITS.v4;

const FORM = /^([0-9a-f:.]{2,45})(?:\/(0|[1-9]\d{0,2}))?$/i;

/**
 * A set of IP addresses, given as single ones and as networks (CIDR, RFC 4632 and RFC 4291, section
 * 2.3). IPv4 addresses that come mapped into IPv6 are plain IPv4: `::/0` is every address of IPv6 and
 * none of IPv4. A network takes 8 bytes, or 32 of IPv6, and those that touch are one.
 */
export class AddressSet {
  readonly #v4 = new WordRanges(1);
  readonly #v6 = new WordRanges(4);
  readonly #hosts = new HostWords();

  /** Makes a set of a few. @returns Or which is wrong and why, safe to print. */
  static of(networks: readonly string[]): AddressSet | string {
    const set = new AddressSet();
    for (const network of networks) {
      const problem = set.add(network);
      if (problem !== undefined) return `"${printable(network, 80)}" ${problem}`;
    }
    set.settle();
    return set;
  }

  /** How many networks there are that do not touch. */
  get size(): number {
    return this.#v4.size + this.#v6.size;
  }

  /**
   * Adds an address or a network; it counts after {@linkcode settle}.
   *
   * @returns What is wrong with it, if anything: words that go on behind its text.
   */
  add(text: string): string | undefined {
    const match = FORM.exec(text);
    this.#hosts.read(match?.[1] ?? "");
    const { words } = this.#hosts;
    if (!match || !this.#hosts.isAddress(words)) {
      return "is not an IP address or a network such as 192.0.2.0/24 or 2001:db8::/32";
    }
    const v4 = this.#hosts.isV4(words);
    const mapped = v4 && text.includes(":");
    const most = v4 && !mapped ? BITS.v4 : BITS.v6;
    const told = match[2] === undefined ? most : Number(match[2]);
    if (told > most) return `has more than ${most} bits of network`;
    if (mapped && told < MAPPED) return "is a network of IPv6 written as an address of IPv4";
    const bits = mapped ? told - MAPPED : told;
    const first = v4 ? words.slice(3) : words.slice();
    const last = first.map((word, at) => (word | behind(bits - 32 * at)) >>> 0);
    if (first.some((word, at) => (word & behind(bits - 32 * at)) !== 0)) {
      return `names one address in a network; leave out /${told}, or set the bits behind it to 0`;
    }
    (v4 ? this.#v4 : this.#v6).add(first, last);
    return undefined;
  }

  /** Makes what was added count. */
  settle(): void {
    this.#v4.settle();
    this.#v6.settle();
  }

  /** Whether an address is in it; what is no address is not. */
  has(host: string): boolean {
    this.#hosts.read(host);
    const { words } = this.#hosts;
    if (this.#hosts.isV4(words)) return this.#v4.has(words, 3);
    return this.#hosts.isAddress(words) && this.#v6.has(words);
  }
}

/** The bits of a word that stand behind so many of a network; more than 32: none, below 0: all. */
function behind(bits: number): number {
  if (bits >= 32) return 0;
  return bits <= 0 ? 0xffff_ffff : 0xffff_ffff >>> bits;
}
