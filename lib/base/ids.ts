import { hexAt } from "./bytes.ts";

declare const brand: unique symbol;

/** A type that only its own functions can mint. */
type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** A torrent's identity on the wire: 20 bytes as 40 lower-case hex digits (v1, or v2 cut short). */
export type InfoHash = Brand<string, "InfoHash">;

/** The whole v2 info-hash: 32 bytes as 64 lower-case hex digits (BEP 52, "infohash"). */
export type InfoHashV2 = Brand<string, "InfoHashV2">;

/** A peer's id: 20 bytes as 40 lower-case hex digits (BEP 3, BEP 20). */
export type PeerId = Brand<string, "PeerId">;

const TWENTY = /^[0-9a-f]{40}$/;
const THIRTY_TWO = /^[0-9a-f]{64}$/;

/** An info-hash of the wire from hex digits of either case, or undefined. */
export function infoHash(hex: string): InfoHash | undefined {
  const lower = hex.toLowerCase();
  return TWENTY.test(lower) ? lower as InfoHash : undefined;
}

/** The info-hash whose 20 bytes begin at a place; they have to be there. */
export function infoHashAt(bytes: Uint8Array, at: number): InfoHash {
  return hexAt(bytes, at, 20) as InfoHash;
}

/** The peer id whose 20 bytes begin at a place; they have to be there. */
export function peerIdAt(bytes: Uint8Array, at: number): PeerId {
  return hexAt(bytes, at, 20) as PeerId;
}

/** A v2 info-hash from hex digits of either case, or undefined. */
export function infoHashV2(hex: string): InfoHashV2 | undefined {
  const lower = hex.toLowerCase();
  return THIRTY_TWO.test(lower) ? lower as InfoHashV2 : undefined;
}

/** A v2 info-hash as it stands in handshakes and announces: its first 20 bytes. */
export function truncated(hash: InfoHashV2): InfoHash {
  return hash.slice(0, 40) as InfoHash;
}

/** A peer id from hex digits of either case, or undefined. */
export function peerId(hex: string): PeerId | undefined {
  const lower = hex.toLowerCase();
  return TWENTY.test(lower) ? lower as PeerId : undefined;
}
