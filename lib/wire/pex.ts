import { concatBytes } from "../base/bytes.ts";
import { DictReader, encodeDict } from "./bencode_dict.ts";
import {
  COMPACT_V4,
  COMPACT_V6,
  decodeCompactAddress,
  encodeCompactAddress,
} from "./compact_address.ts";
import { WireError } from "./errors.ts";
import type { PeerMessage, PexPeer } from "./peer_message.ts";

/** Peers of one list of a message that we look at; what follows is cut off. */
export const MAX_PEX_PEERS = 200;

type PexMessage = Extract<PeerMessage, { readonly kind: "pex" }>;

/**
 * Reads a message of ut_pex (BEP 11). Peers with port 0 are left out; flags that are not one for
 * each peer count as none.
 *
 * @throws {WireError} `bad_message` when it is no dictionary, or a list is cut within an address.
 */
export function decodePex(content: Uint8Array): PexMessage {
  const dict = DictReader.of(content, "a PEX message");
  const list = (name: string) =>
    [...contacts(dict, name, COMPACT_V4), ...contacts(dict, `${name}6`, COMPACT_V6)]
      .slice(0, MAX_PEX_PEERS);
  return { kind: "pex", added: list("added"), dropped: list("dropped") };
}

/** The dictionary, with all six entries; peers whose host is no IP literal are left out. */
export function encodePex(message: PexMessage): Uint8Array {
  const [added, added6] = byFamily(message.added);
  const [dropped, dropped6] = byFamily(message.dropped);
  return encodeDict({
    added: added.addresses,
    "added.f": added.flags,
    added6: added6.addresses,
    "added6.f": added6.flags,
    dropped: dropped.addresses,
    dropped6: dropped6.addresses,
  });
}

function contacts(dict: DictReader, name: string, size: number): PexPeer[] {
  const bytes = dict.bytes(name) ?? new Uint8Array(0);
  if (bytes.length % size !== 0) {
    throw new WireError(
      "bad_message",
      `it sent a PEX message with ${bytes.length} bytes of ${name}, no multiple of ${size}`,
    );
  }
  const all = dict.bytes(`${name}.f`);
  const flags = all?.length === bytes.length / size ? all : undefined;
  const peers: PexPeer[] = [];
  const end = Math.min(bytes.length, MAX_PEX_PEERS * size);
  for (let at = 0; at < end; at += size) {
    const { host, port } = decodeCompactAddress(bytes.subarray(at, at + size));
    if (port !== 0) peers.push({ host, port, flags: flags?.[at / size] ?? 0 });
  }
  return peers;
}

/** The lists of IPv4 and of IPv6 peers. */
function byFamily(peers: readonly PexPeer[]) {
  const compact = peers.map((peer) => ({ address: encodeCompactAddress(peer), flags: peer.flags }));
  return [COMPACT_V4, COMPACT_V6].map((size) => {
    const family = compact.filter(({ address }) => address?.length === size);
    return {
      addresses: concatBytes(family.map(({ address }) => address!)),
      flags: Uint8Array.from(family, ({ flags }) => flags),
    };
  }) as [CompactPeers, CompactPeers];
}

interface CompactPeers {
  readonly addresses: Uint8Array;
  readonly flags: Uint8Array;
}
