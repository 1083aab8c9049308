import type { InfoHash } from "../base/ids.ts";

/** How what follows the handshake of Message Stream Encryption is sent. */
export type MseMethod = "rc4" | "plaintext";

/** A torrent that an encrypted connection may be about. */
export interface MseTorrent {
  /** The v1 info-hash, or the v2 one cut short: the SKEY of the specification. */
  readonly infoHash: InfoHash;
  /** What we offer or accept, preferred ones first. */
  readonly methods: readonly MseMethod[];
}

/** What came of a handshake. */
export interface MseSecured {
  readonly kind: "secured";
  readonly infoHash: InfoHash;
  readonly method: MseMethod;
  /** What arrived of the stream that follows, deciphered. */
  readonly received: Uint8Array;
  /** Ciphers of what follows, each for the next bytes of its direction, in place; absent if plain. */
  readonly encrypt?: (bytes: Uint8Array) => void;
  readonly decrypt?: (bytes: Uint8Array) => void;
}

/** What is to be done next. */
export type MseEvent = { readonly kind: "send"; readonly bytes: Uint8Array } | MseSecured;

/**
 * One end's part of a handshake, step by step. It yields bytes that are to be sent, and undefined when
 * more must arrive before it can go on.
 *
 * @throws {WireError} `bad_encryption`.
 */
export type MseSteps = Generator<Uint8Array | undefined, MseSecured, void>;
