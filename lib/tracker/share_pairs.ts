import { addressGroup, addressKind } from "../base/ip.ts";
import { PairClaims } from "./pair_claims.ts";
import type { PeerTable } from "./peer_table.ts";
import { hashesOf, type Share } from "./share.ts";
import type { ShareAnnounce } from "./share_types.ts";

/** Decides whether two shares, each known by one hash, are one, as those say who announce both. */
export class SharePairs {
  readonly #table: PeerTable<Share>;
  readonly #claims = new PairClaims();

  constructor(table: PeerTable<Share>) {
    this.#table = table;
  }

  /** Whether one tells that they are, enough have said so, and neither has another hash beside it. */
  areOne(share: Share, other: Share, announce: ShareAnnounce): boolean {
    const told = hashesOf(announce);
    const all = [...hashesOf(share), ...hashesOf(other)];
    if (!all.every((hash) => told.includes(hash))) return false;
    const { host, port } = announce;
    const teller = addressKind(host) === "loopback" ? `${host} ${port}` : addressGroup(host);
    const peers = Math.min(this.#table.count(share).size, this.#table.count(other).size);
    return this.#claims.told(told.join(" "), teller, peers);
  }
}
