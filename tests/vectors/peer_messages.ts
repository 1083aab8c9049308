/**
 * Every kind of peer message as the BEPs give it, for encoder and decoder alike. Extension messages
 * carry the ids of our own table, as if both ends were ours.
 */
import { fromHex } from "../../lib/base/bytes.ts";
import type { PeerMessage } from "../../lib/wire/peer_message.ts";

/** A message, and its bytes with the length before them. */
export interface PeerMessageVector {
  readonly bytes: Uint8Array;
  readonly message: PeerMessage;
  /** Read, but never written so. */
  readonly readOnly?: boolean;
  /** Still well formed with its last byte missing (-1), or with one more (1). */
  readonly elastic?: readonly (-1 | 1)[];
}

const ROOT = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const A = "aa".repeat(32);
const B = "bb".repeat(32);
const C = "cc".repeat(32);

/** Bytes of hex digits; blanks are for the eye, and text stands in quotes. */
export function bytesOf(...parts: readonly string[]): Uint8Array {
  const hex = parts.map((part) => {
    const text = /^"(.*)"$/s.exec(part)?.[1];
    if (text === undefined) return part.replaceAll(" ", "");
    return Array.from(text, (one) => one.charCodeAt(0).toString(16).padStart(2, "0")).join("");
  });
  return fromHex(hex.join(""))!;
}

const root = bytesOf(ROOT);
const hashRequest = { root, baseLayer: 1, index: 4, length: 2, proofLayers: 1 };
const hashRequestHex = `${ROOT} 00000001 00000004 00000002 00000001`;

/** The whole table. */
export const PEER_MESSAGES: readonly PeerMessageVector[] = [
  { bytes: bytesOf("00000000"), message: { kind: "keep_alive" } },
  // BEP 3
  { bytes: bytesOf("00000001 00"), message: { kind: "choke" } },
  { bytes: bytesOf("00000001 01"), message: { kind: "unchoke" } },
  { bytes: bytesOf("00000001 02"), message: { kind: "interested" } },
  { bytes: bytesOf("00000001 03"), message: { kind: "not_interested" } },
  { bytes: bytesOf("00000005 04 00000007"), message: { kind: "have", piece: 7 } },
  { bytes: bytesOf("00000005 04 ffffffff"), message: { kind: "have", piece: 0xffffffff } },
  {
    bytes: bytesOf("00000003 05 ff80"),
    message: { kind: "bitfield", bits: bytesOf("ff80") },
    elastic: [-1, 1],
  },
  {
    bytes: bytesOf("0000000d 06 00000001 00004000 00004000"),
    message: { kind: "request", piece: 1, begin: 16384, length: 16384 },
  },
  {
    bytes: bytesOf("0000000c 07 00000002 80000000 010203"),
    message: { kind: "piece", piece: 2, begin: 0x80000000, data: bytesOf("010203") },
    elastic: [-1, 1],
  },
  {
    bytes: bytesOf("0000000d 08 00000001 00004000 00003fff"),
    message: { kind: "cancel", piece: 1, begin: 16384, length: 16383 },
  },
  // BEP 5
  { bytes: bytesOf("00000003 09 1ae1"), message: { kind: "port", port: 6881 } },
  // BEP 6
  { bytes: bytesOf("00000005 0d 00000100"), message: { kind: "suggest", piece: 256 } },
  { bytes: bytesOf("00000001 0e"), message: { kind: "have_all" } },
  { bytes: bytesOf("00000001 0f"), message: { kind: "have_none" } },
  {
    bytes: bytesOf("0000000d 10 00000001 00000000 00004000"),
    message: { kind: "reject", piece: 1, begin: 0, length: 16384 },
  },
  { bytes: bytesOf("00000005 11 00000423"), message: { kind: "allowed_fast", piece: 1059 } },
  // BEP 52
  {
    bytes: bytesOf(`00000031 15 ${hashRequestHex}`),
    message: { kind: "hash_request", ...hashRequest },
  },
  {
    bytes: bytesOf(`00000091 16 ${hashRequestHex} ${A} ${B} ${C}`),
    message: { kind: "hashes", ...hashRequest, hashes: bytesOf(A, B, C) },
  },
  {
    bytes: bytesOf(`00000031 17 ${hashRequestHex}`),
    message: { kind: "hash_reject", ...hashRequest },
  },
  // BEP 10
  {
    bytes: bytesOf("00000009 14 00", '"d1:mdee"'),
    message: { kind: "extension_handshake", extensions: new Map() },
  },
  {
    bytes: bytesOf(
      "00000082 14 00",
      '"d1:md11:ut_metadatai3e6:ut_pexi0ee"',
      '"13:metadata_sizei31235e1:pi6881e4:reqqi250e11:upload_onlyi1e"',
      '"1:v13:"',
      "c2b5",
      '"Torrent 1.2"',
      '"6:yourip4:"',
      "c0000201",
      '"e"',
    ),
    message: {
      kind: "extension_handshake",
      extensions: new Map([["ut_metadata", 3], ["ut_pex", 0]]),
      metadataSize: 31235,
      port: 6881,
      queue: 250,
      uploadOnly: true,
      client: "\u00b5Torrent 1.2",
      yourIp: bytesOf("c0000201"),
    },
  },
  // BEP 9
  {
    bytes: bytesOf("0000001b 14 02", '"d8:msg_typei0e5:piecei0ee"'),
    message: { kind: "metadata_request", piece: 0 },
  },
  {
    bytes: bytesOf(
      "00000034 14 02",
      '"d8:msg_typei1e5:piecei2e10:total_sizei32773ee"',
      '"xxxxx"',
    ),
    message: {
      kind: "metadata_data",
      piece: 2,
      totalSize: 32773,
      data: bytesOf('"xxxxx"'),
    },
  },
  {
    bytes: bytesOf("0000001b 14 02", '"d8:msg_typei2e5:piecei0ee"'),
    message: { kind: "metadata_reject", piece: 0 },
  },
  {
    bytes: bytesOf("0000001b 14 02", '"d8:msg_typei3e5:piecei0ee"'),
    message: { kind: "ignored", id: 20 },
    readOnly: true,
    elastic: [1],
  },
  // BEP 11
  {
    bytes: bytesOf(
      "0000006e 14 01",
      '"d5:added12:"',
      "c0000201 1ae1 c0000202 0050",
      '"7:added.f2:"',
      "1200",
      '"6:added618:"',
      "20010db8000000000000000000000001 1ae1",
      '"8:added6.f1:"',
      "10",
      '"7:dropped6:"',
      "c0000203 0050",
      '"8:dropped60:e"',
    ),
    message: {
      kind: "pex",
      added: [
        { host: "192.0.2.1", port: 6881, flags: 0x12 },
        { host: "192.0.2.2", port: 80, flags: 0 },
        { host: "2001:db8::1", port: 6881, flags: 0x10 },
      ],
      dropped: [{ host: "192.0.2.3", port: 80, flags: 0 }],
    },
  },
  {
    bytes: bytesOf("0000000d 14 01", '"d5:added0:e"'),
    message: { kind: "pex", added: [], dropped: [] },
    readOnly: true,
  },
  // BEP 21 as a message, BEP 54
  { bytes: bytesOf("00000003 14 03 01"), message: { kind: "upload_only", value: true } },
  { bytes: bytesOf("00000003 14 03 00"), message: { kind: "upload_only", value: false } },
  { bytes: bytesOf("00000006 14 04 00000009"), message: { kind: "dont_have", piece: 9 } },
  // What we have no use for
  {
    bytes: bytesOf("00000003 14 63 01"),
    message: { kind: "ignored", id: 20 },
    readOnly: true,
    elastic: [-1, 1],
  },
  {
    bytes: bytesOf("00000003 0a 0102"),
    message: { kind: "ignored", id: 10 },
    readOnly: true,
    elastic: [-1, 1],
  },
  {
    bytes: bytesOf("00000001 ff"),
    message: { kind: "ignored", id: 255 },
    readOnly: true,
    elastic: [-1, 1],
  },
];
