import type { InfoHash } from "../base/ids.ts";
import { encodeHandshake } from "../wire/handshake.ts";
import type { SwarmIdentity } from "./swarm_identity.ts";

/** Our BitTorrent handshake (BEP 3). */
export function ownHandshake(infoHash: InfoHash, { peerId, v2 }: SwarmIdentity): Uint8Array {
  return encodeHandshake({
    extended: true,
    fast: true,
    dht: false,
    v2: v2 !== undefined,
    infoHash,
    peerId,
  });
}
