import { type InfoHash, type InfoHashV2, type PeerId, truncated } from "../base/ids.ts";
import type { Encryption } from "./types.ts";

/** What a share is known by, and who we are in its swarm. */
export interface SwarmIdentity {
  readonly peerId: PeerId;
  /** One of the two hashes is always there. */
  readonly v1?: InfoHash;
  readonly v2?: InfoHashV2;
  /** What its connections should be. Default: off. */
  readonly encryption?: Encryption;
}

/** The info-hashes by which peers may ask for it, the first for dialling with. */
export function hashesOf({ v1, v2 }: SwarmIdentity): InfoHash[] {
  return [...(v1 === undefined ? [] : [v1]), ...(v2 === undefined ? [] : [truncated(v2)])];
}

/** Whether it is the v2 hash; not only the v1 one, by which hybrid torrents are known as well. */
export function isV2Hash(hash: InfoHash, { v2 }: SwarmIdentity): boolean {
  return v2 !== undefined && hash === truncated(v2);
}
