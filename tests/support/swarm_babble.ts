/** What a peer may say at random, right or wrong. */
import { Bitfield } from "../../lib/base/bitfield.ts";
import { below, type Random } from "../../lib/base/random.ts";
import type { Address } from "../../lib/swarm/types.ts";
import type { BlockRequest, HashRequest, PeerMessage } from "../../lib/wire/peer_message.ts";

const BLOCK = 16_384;
const ROOT = new Uint8Array(32).fill(7);

/** See above; of a torrent of about 12 pieces. */
export class SwarmBabble {
  readonly #pieces: number;
  readonly #random: Random;

  constructor(pieces: number, random: Random) {
    this.#pieces = pieces;
    this.#random = random;
  }

  /** A message that answers nothing. */
  message(): PeerMessage {
    return below(this.#random, 12) > 0 ? this.#plain() : this.#extended();
  }

  /** One of these. */
  one<T>(choices: readonly T[]): T {
    return choices[below(this.#random, choices.length)]!;
  }

  /** A piece, or a number that is none. */
  number(): number {
    return this.one([
      0,
      1,
      below(this.#random, 12),
      below(this.#random, 12),
      11,
      12,
      4e9,
      2 ** 32 - 1,
    ]);
  }

  /** An address, right or wrong. */
  address(): Address {
    const host = this.one([
      `203.0.113.${below(this.#random, 40)}`,
      `10.0.0.${below(this.#random, 9)}`,
      "127.0.0.1",
      "0.0.0.0",
      "224.0.0.1",
      "::ffff:203.0.113.7",
      "2001:db8::7",
      "nonsense",
    ]);
    return { host, port: this.one([6881, 6882, below(this.#random, 65_536), 0, 70_000]) };
  }

  /** Any pieces. */
  set(): Bitfield {
    const set = new Bitfield(this.#pieces);
    for (let piece = 0; piece < set.length; piece++) if (below(this.#random, 2)) set.add(piece);
    return set;
  }

  /** A block, or what is none. */
  block(): BlockRequest {
    return {
      piece: this.number(),
      begin: this.one([0, BLOCK, 3 * BLOCK, 5, 2 ** 32 - 1]),
      length: this.one([BLOCK, BLOCK, BLOCK, 0, 1, 8 * BLOCK, 9 * BLOCK]),
    };
  }

  /** A range of hashes, right or wrong. */
  range(): HashRequest {
    return {
      root: ROOT,
      baseLayer: this.one([0, 4, 31]),
      index: this.number(),
      length: this.one([1, 2, 4, 8, 3]),
      proofLayers: below(this.#random, 4),
    };
  }

  #plain(): PeerMessage {
    const piece = below(this.#random, 10) > 0 ? below(this.#random, 12) : this.number();
    switch (below(this.#random, 20)) {
      case 0:
        return { kind: "choke" };
      case 1:
      case 2:
      case 3:
        return { kind: "unchoke" };
      case 4:
      case 5:
        return { kind: "interested" };
      case 6:
        return { kind: "not_interested" };
      case 7:
        return { kind: "bitfield", bits: below(this.#random, 9) ? this.set().toBytes() : ROOT };
      case 8:
        return { kind: this.one(["have_all", "have_none"] as const) };
      case 9:
        return { kind: this.one(["suggest", "allowed_fast"] as const), piece };
      case 10:
        return { kind: "dont_have", piece };
      case 11:
      case 12:
      case 13:
      case 14:
        return below(this.#random, 30)
          ? { kind: "request", piece: below(this.#random, 12), begin: 0, length: BLOCK }
          : { kind: "request", ...this.block() };
      case 15:
        return { kind: "cancel", ...this.block() };
      case 16:
        return { kind: this.one(["keep_alive", "ignored"] as const), id: 30 };
      default:
        return { kind: "have", piece };
    }
  }

  #extended(): PeerMessage {
    switch (below(this.#random, 12)) {
      case 0:
        return { kind: "reject", ...this.block() };
      case 1:
        return { kind: "hashes", ...this.range(), hashes: new Uint8Array(64) };
      case 2:
        return { kind: "hash_reject", ...this.range() };
      case 3:
        return { kind: "hash_request", ...this.range() };
      case 4:
        return { kind: "metadata_request", piece: this.number() };
      case 5:
        return { kind: "metadata_reject", piece: this.number() };
      case 6: {
        const data = new Uint8Array(this.one([1, BLOCK]));
        return { kind: "metadata_data", piece: this.number(), totalSize: 40_000, data };
      }
      case 7: {
        const added = Array.from({ length: 3 }, () => ({ ...this.address(), flags: 0 }));
        return { kind: "pex", added, dropped: [] };
      }
      case 8:
        return { kind: "upload_only", value: below(this.#random, 4) === 0 };
      case 9:
        return { kind: "piece", piece: this.number(), begin: 0, data: new Uint8Array(7) };
      default: {
        const names = ["ut_metadata", "ut_pex", "lt_donthave", "upload_only"];
        const extensions = new Map(names.map((name, at) => [name, this.one([0, at + 1, at + 1])]));
        const queue = this.one([undefined, 0, 1, 3, 1e6]);
        return {
          kind: "extension_handshake",
          extensions,
          metadataSize: this.one([40_000, 40_000, 0, 16_384, 2 ** 30]),
          port: this.one([1, 6881]),
          ...queue !== undefined && { queue },
        };
      }
    }
  }
}
