import { type CompactAddress, decodeCompactAddress } from "./compact_address.ts";

/**
 * Reads the addresses that stand one after the other (BEP 23, BEP 7, BEP 15). Those with port 0 are
 * left out, and the rest of one that is cut off at the end.
 *
 * @param size Bytes of an address with its port: 6 or 18.
 * @param most The most addresses to look at.
 */
export function decodeCompactList(bytes: Uint8Array, size: number, most: number): CompactAddress[] {
  const peers: CompactAddress[] = [];
  const end = Math.min(bytes.length - size, (most - 1) * size);
  for (let at = 0; at <= end; at += size) {
    const peer = decodeCompactAddress(bytes.subarray(at, at + size));
    if (peer.port !== 0) peers.push(peer);
  }
  return peers;
}
