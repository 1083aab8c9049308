import { type InfoHash, infoHash, infoHashV2, peerId } from "../../lib/base/ids.ts";
import type { ShareAnnounce, SharesOptions } from "../../lib/tracker/share_types.ts";
import { Shares } from "../../lib/tracker/shares.ts";

/** Info-hashes to announce. */
export const V1 = ["11", "12"].map((digits) => infoHash(digits.repeat(20))!);
export const V2 = ["21", "22"].map((digits) => infoHashV2(digits.repeat(32))!);
export const V1_AND_V2 = { v1: V1[0]!, v2: V2[0]! };

/** Shares that nobody announces yet; a peer stays for a second. */
export function sharesWith(options: Partial<SharesOptions> = {}): Shares {
  return new Shares({
    ttlMs: 1_000,
    maxPeersPerSwarm: 100,
    maxPortsPerAddress: 5,
    random: { next: () => 0.999 },
    ...options,
  });
}

/** What a seed of a share tells; of `V2[0]` where no hash is given. */
export function announce(host: string, options: Partial<ShareAnnounce> = {}): ShareAnnounce {
  const { v1, v2, hash } = options;
  return {
    ...(v1 === undefined && v2 === undefined && hash === undefined ? { v2: V2[0]! } : {}),
    name: "file",
    size: 10,
    host,
    port: 1,
    peerId: peerId("aa".repeat(20))!,
    left: 0,
    stopped: false,
    classic: false,
    numwant: 50,
    ...options,
  };
}

/** What a leecher tells that knows neither name nor size, as BitTorrent clients do. */
export function byHash(
  host: string,
  hash: InfoHash,
  options: Partial<ShareAnnounce> = {},
): ShareAnnounce {
  const { name: _name, size: _size, ...rest } = announce(host, { hash, left: 1, ...options });
  return rest;
}
