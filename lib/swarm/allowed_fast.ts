import { createHash } from "node:crypto";
import { concatBytes, fromHex } from "../base/bytes.ts";
import type { InfoHash } from "../base/ids.ts";
import { isIpv4, normalizeIp } from "../base/ip.ts";

/**
 * The pieces that a peer may have while it is choked (BEP 6, "Allowed Fast Set Generation").
 *
 * @param count How many; no more than there are pieces.
 * @returns The same for all of an address' /24; none for IPv6, for which no rule is given.
 */
export function allowedFastSet(
  host: string,
  infoHash: InfoHash,
  pieceCount: number,
  count: number,
): Set<number> {
  const ip = normalizeIp(host);
  const pieces = new Set<number>();
  if (!isIpv4(ip)) return pieces;
  const [a, b, c] = ip.split(".").map(Number);
  let seed = concatBytes([Uint8Array.of(a!, b!, c!, 0), fromHex(infoHash)!]);
  const most = Math.min(count, pieceCount);
  while (pieces.size < most) {
    seed = new Uint8Array(createHash("sha1").update(seed).digest());
    const view = new DataView(seed.buffer);
    for (let at = 0; at < 20 && pieces.size < most; at += 4) {
      pieces.add(view.getUint32(at) % pieceCount);
    }
  }
  return pieces;
}
