import { type AddressKind, ipv4Kind, ipv6Kind } from "../base/ip.ts";
import { COMPACT_V4, COMPACT_V6 } from "../wire/compact_address.ts";
import type { CompactPeers } from "./share_types.ts";

/**
 * From where a peer can be reached, if its port takes connections: its address is one of the internet
 * (`public`), of a network of its own (`private`), or of the tracker's machine (`loopback`).
 */
export type Reach = "public" | "private" | "loopback";

/** How many peers can be reached from where. */
export type ReachCounts = Readonly<Record<Reach, number>>;

/**
 * Counts from where peers can be reached.
 *
 * @param total How many there are: those without an address that can be told elsewhere, such as a
 * link-local one with its zone, count as private.
 */
export function reachOf({ peers, peers6 }: CompactPeers, total: number): ReachCounts {
  const counts: Record<Reach, number> = { public: 0, private: 0, loopback: 0 };
  const four = viewOf(peers);
  for (let at = 0; at < peers.length; at += COMPACT_V4) {
    counts[reachOfKind(ipv4Kind(four.getUint32(at)))]++;
  }
  const six = viewOf(peers6);
  const groups = new Uint16Array(8);
  for (let at = 0; at < peers6.length; at += COMPACT_V6) {
    for (let n = 0; n < groups.length; n++) groups[n] = six.getUint16(at + 2 * n);
    counts[reachOfKind(ipv6Kind(groups))]++;
  }
  counts.private += total - peers.length / COMPACT_V4 - peers6.length / COMPACT_V6;
  return counts;
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

function reachOfKind(kind: AddressKind): Reach {
  switch (kind) {
    case "public":
    case "loopback":
      return kind;
    case "private":
    case "link-local":
    // Nothing comes from addresses of these kinds, and nobody can go there from elsewhere.
    case "unspecified":
    case "multicast":
    case "broadcast":
    case "invalid":
      return "private";
    default:
      return kind satisfies never;
  }
}
