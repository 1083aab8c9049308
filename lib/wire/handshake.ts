import { fromHex, toHex } from "../base/bytes.ts";
import { type InfoHash, infoHash, type PeerId, peerId } from "../base/ids.ts";
import { WireError } from "./errors.ts";

/** Bytes of a handshake (BEP 3, "peer protocol"): 20 of protocol name, 8 reserved, 20 and 20. */
export const HANDSHAKE_BYTES = 68;

const PROTOCOL = new TextEncoder().encode("\x13BitTorrent protocol");
const RESERVED = PROTOCOL.length;
const INFO_HASH = RESERVED + 8;
const PEER_ID = INFO_HASH + 20;

/** What each end of a connection says first. */
export interface Handshake {
  /** Knows extension messages (BEP 10). */
  readonly extended: boolean;
  /** Knows the fast extension (BEP 6). */
  readonly fast: boolean;
  /** Has a DHT node (BEP 5). */
  readonly dht: boolean;
  /** Knows v2 torrents too (BEP 52, "Upgrade Path"). */
  readonly v2: boolean;
  readonly infoHash: InfoHash;
  readonly peerId: PeerId;
}

/** Where each ability stands in the reserved bytes: index of the byte, bit. */
const BITS = {
  extended: [5, 0x10],
  fast: [7, 0x04],
  dht: [7, 0x01],
  v2: [7, 0x10],
} as const;

/** The handshake's 68 bytes. */
export function encodeHandshake(handshake: Handshake): Uint8Array {
  const bytes = new Uint8Array(HANDSHAKE_BYTES);
  bytes.set(PROTOCOL);
  for (const ability of ["extended", "fast", "dht", "v2"] as const) {
    const [at, bit] = BITS[ability];
    if (handshake[ability]) bytes[RESERVED + at]! |= bit;
  }
  bytes.set(fromHex(handshake.infoHash)!, INFO_HASH);
  bytes.set(fromHex(handshake.peerId)!, PEER_ID);
  return bytes;
}

/**
 * Reads the handshake at the beginning of all that arrived so far; what follows it is left alone.
 *
 * @returns Undefined when more must arrive first.
 * @throws {WireError} `bad_handshake` at the first byte that no BitTorrent client sends.
 */
export function decodeHandshake(bytes: Uint8Array): Handshake | undefined {
  const wrong = firstDifference(bytes);
  if (wrong >= 0) {
    throw new WireError(
      "bad_handshake",
      `it is no BitTorrent client: byte ${wrong} of its handshake is ${bytes[wrong]}, ` +
        `not ${PROTOCOL[wrong]}`,
    );
  }
  if (bytes.length < HANDSHAKE_BYTES) return undefined;
  const has = ([at, bit]: readonly [number, number]) => (bytes[RESERVED + at]! & bit) !== 0;
  return {
    extended: has(BITS.extended),
    fast: has(BITS.fast),
    dht: has(BITS.dht),
    v2: has(BITS.v2),
    infoHash: infoHash(toHex(bytes.subarray(INFO_HASH, PEER_ID)))!,
    peerId: peerId(toHex(bytes.subarray(PEER_ID, HANDSHAKE_BYTES)))!,
  };
}

/** What the first bytes of an incoming connection look like. */
export type Opening = "bittorrent" | "maybe_encrypted" | "need_more";

/**
 * Tells a plain handshake from what may be the beginning of an encrypted one, which looks like
 * noise. Nothing at all is `need_more`: a classic downloader stays silent.
 */
export function classifyOpening(bytes: Uint8Array): Opening {
  if (firstDifference(bytes) >= 0) return "maybe_encrypted";
  return bytes.length >= PROTOCOL.length ? "bittorrent" : "need_more";
}

/** Where bytes cease to begin as a handshake does; -1 when they do. */
function firstDifference(bytes: Uint8Array): number {
  return bytes.subarray(0, PROTOCOL.length).findIndex((byte, at) => byte !== PROTOCOL[at]);
}
