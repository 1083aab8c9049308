import fc from "npm:fast-check@4";
import { payloadLength } from "../../lib/meta/hash_range.ts";
import type { ExtensionHandshake, HashRequest, PeerMessage } from "../../lib/wire/peer_message.ts";

/** Objects as literals make them, with a prototype; without the keys that are not required. */
function record<T>(
  model: { [K in keyof T]: fc.Arbitrary<T[K]> },
  requiredKeys = Object.keys(model) as (keyof T)[],
): fc.Arbitrary<T> {
  return fc.record(model, { requiredKeys, noNullPrototype: true }) as fc.Arbitrary<T>;
}

const number = fc.nat({ max: 0xffff_ffff });
const port = fc.integer({ min: 1, max: 65535 });
const bytes = (min: number, max: number) => fc.uint8Array({ minLength: min, maxLength: max });

const block = record({ piece: number, begin: number, length: number });

const hashRequest: fc.Arbitrary<HashRequest> = record({
  root: bytes(32, 32),
  baseLayer: fc.nat({ max: 20 }),
  index: fc.nat({ max: 1000 }),
  length: fc.integer({ min: 1, max: 5 }).map((power) => 2 ** power),
  proofLayers: fc.nat({ max: 20 }),
}).map((one) => ({ ...one, index: one.index * one.length }));

const hashes = hashRequest.chain((one) => {
  const length = payloadLength(one);
  return bytes(length, length).map((hashes) => ({ ...one, hashes }));
});

const handshake: fc.Arbitrary<ExtensionHandshake> = record({
  extensions: fc.uniqueArray(
    fc.tuple(fc.string({ maxLength: 20 }), fc.nat({ max: 255 })),
    { maxLength: 8, selector: ([name]) => name },
  ).map((entries) => new Map(entries)),
  client: fc.string({ maxLength: 40 }),
  port,
  queue: fc.integer({ min: 1, max: 65535 }),
  metadataSize: fc.integer({ min: 1 }),
  uploadOnly: fc.boolean(),
  yourIp: fc.oneof(bytes(4, 4), bytes(16, 16)),
}, ["extensions"]);

const metadata = fc.tuple(fc.nat({ max: 100 }), bytes(1, 50)).map(([piece, data]) => ({
  piece,
  totalSize: piece * 16384 + data.length,
  data,
}));

const v4 = fc.tuple(...new Array(4).fill(fc.nat({ max: 255 }))).map((parts) => parts.join("."));
const v6 = fc.nat({ max: 0xfffe }).map((group) => `2001:db8::${(group + 1).toString(16)}`);
const peers = (flags: fc.Arbitrary<number>) =>
  fc.tuple(
    fc.array(record({ host: v4, port, flags }), { maxLength: 4 }),
    fc.array(record({ host: v6, port, flags }), { maxLength: 4 }),
  ).map((families) => families.flat());

const kinds = <K extends PeerMessage["kind"]>(...all: K[]) => fc.constantFrom(...all);

/** Any message that can be written, so that it is read as it was. */
export function anyPeerMessage(): fc.Arbitrary<PeerMessage> {
  return fc.oneof(
    kinds("keep_alive", "choke", "unchoke", "interested", "not_interested", "have_all", "have_none")
      .map((kind): PeerMessage => ({ kind })),
    fc.tuple(kinds("have", "suggest", "allowed_fast", "dont_have"), number)
      .map(([kind, piece]): PeerMessage => ({ kind, piece })),
    fc.tuple(kinds("request", "cancel", "reject"), block)
      .map(([kind, one]): PeerMessage => ({ kind, ...one })),
    bytes(0, 300).map((bits): PeerMessage => ({ kind: "bitfield", bits })),
    record({ piece: number, begin: number, data: bytes(1, 300) })
      .map((one): PeerMessage => ({ kind: "piece", ...one })),
    port.map((port): PeerMessage => ({ kind: "port", port })),
    fc.tuple(kinds("hash_request", "hash_reject"), hashRequest)
      .map(([kind, one]): PeerMessage => ({ kind, ...one })),
    hashes.map((one): PeerMessage => ({ kind: "hashes", ...one })),
    handshake.map((one): PeerMessage => ({ kind: "extension_handshake", ...one })),
    fc.tuple(kinds("metadata_request", "metadata_reject"), number)
      .map(([kind, piece]): PeerMessage => ({ kind, piece })),
    metadata.map((one): PeerMessage => ({ kind: "metadata_data", ...one })),
    fc.tuple(peers(fc.nat({ max: 255 })), peers(fc.constant(0)))
      .map(([added, dropped]): PeerMessage => ({ kind: "pex", added, dropped })),
    fc.boolean().map((value): PeerMessage => ({ kind: "upload_only", value })),
  );
}
