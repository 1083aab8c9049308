/** Reads what libtorrent said (see scripts/vectors/record_peer_wire.py), and writes it again. */
import { assert, assertEquals } from "jsr:@std/assert@1";
import { createHash } from "node:crypto";
import { concatBytes, fromHex, toHex } from "../../lib/base/bytes.ts";
import { decodeHandshake, encodeHandshake } from "../../lib/wire/handshake.ts";
import type { PeerMessage } from "../../lib/wire/peer_message.ts";
import { encodeMessage } from "../../lib/wire/peer_writer.ts";
import { readPeerStream } from "../support/peer_stream.ts";
import vectors from "./libtorrent_peer_wire.json" with { type: "json" };

const INFO = fromHex(vectors.info)!;
const ROOT = fromHex(vectors.piecesRoot)!;
const LAYER = fromHex(vectors.pieceLayer)!;

/** The ids that the script gave to libtorrent, put in the place of ours, so that ours can be read. */
const SCRIPT_IDS: Readonly<Record<number, number>> = { 3: 2, 1: 1, 7: 4, 4: 3 };

/** A recorded message as libtorrent would have sent it to us. */
function toUs(hex: string): Uint8Array {
  const bytes = fromHex(hex)!;
  if (bytes[4] === 20 && bytes[5] !== 0) bytes[5] = SCRIPT_IDS[bytes[5]!]!;
  return bytes;
}

/** Reads a recording whole and byte by byte. */
function read(recorded: readonly string[]): readonly PeerMessage[] {
  const stream = concatBytes(recorded.map(toUs));
  const whole = readPeerStream([stream]);
  assertEquals([whole.error, whole.reader.pending], [undefined, 0]);
  const bytewise = readPeerStream(Array.from(stream, (byte) => Uint8Array.of(byte)));
  assertEquals(bytewise.messages, whole.messages);
  assertEquals(whole.messages.length, recorded.length);
  return whole.messages;
}

function sha256(...parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(createHash("sha256").update(concatBytes(parts)).digest());
}

const SEED = read(vectors.seed.messages);
const FETCH = read(vectors.fetch.messages);

Deno.test("libtorrent's handshakes name the share and what it can do", () => {
  for (const { handshake } of [vectors.seed, vectors.fetch]) {
    const bytes = fromHex(handshake)!;
    const value = decodeHandshake(bytes)!;
    assertEquals(value.infoHash, vectors.infoHashV2.slice(0, 40));
    assertEquals([value.extended, value.fast, value.dht], [true, true, true]);
    assertEquals(encodeHandshake(value), bytes);
  }
});

Deno.test("libtorrent's seed: extensions, all pieces, metadata, hashes, a block, a reject", () => {
  assertEquals(SEED.map(({ kind }) => kind), [
    "extension_handshake",
    "have_all",
    "unchoke",
    "metadata_data",
    "metadata_reject",
    "hashes",
    "hashes",
    "hash_reject",
    "allowed_fast",
    "allowed_fast",
    "allowed_fast",
    "allowed_fast",
    "unchoke",
    "piece",
    "reject",
  ]);
  const [first, , , metadata, , layer, leaves] = SEED;
  assert(first?.kind === "extension_handshake");
  assertEquals(first.client, `libtorrent/${vectors.client.split(" ")[1]}`);
  assertEquals([first.queue, first.metadataSize, first.uploadOnly], [2000, INFO.length, true]);
  assertEquals(first.yourIp, Uint8Array.of(127, 0, 0, 1));
  const ids = ["ut_metadata", "ut_pex", "upload_only", "lt_donthave", "ut_holepunch", "share_mode"];
  assertEquals(ids.map((name) => first.extensions.get(name)), [2, 1, 3, 7, 4, 8]);
  assert(metadata?.kind === "metadata_data");
  assertEquals([metadata.piece, metadata.totalSize], [0, INFO.length]);
  assertEquals(toHex(metadata.data), vectors.info);
  assertEquals(toHex(sha256(metadata.data)), vectors.infoHashV2);
  assert(layer?.kind === "hashes" && leaves?.kind === "hashes");
  assertEquals([layer.root, layer.hashes], [ROOT, LAYER]);
  assertEquals(sha256(leaves.hashes.subarray(0, 64)), LAYER.slice(32, 64), "leaves 2 and 3");
  assertEquals(leaves.hashes.slice(64, 96), LAYER.slice(0, 32), "the uncle at the piece layer");
  const left = sha256(LAYER.subarray(0, 64));
  assertEquals(sha256(left, leaves.hashes.subarray(96)), ROOT, "the uncle below the root");
});

Deno.test("libtorrent's downloader: what it asks for, until it has every piece", () => {
  const kinds = new Set(FETCH.map(({ kind }) => kind));
  for (
    const kind of [
      "extension_handshake",
      "metadata_request",
      "upload_only",
      "have_none",
      "hash_request",
      "interested",
      "request",
      "have",
    ] as const
  ) assert(kinds.has(kind), kind);
  const hashRequest = FETCH.find((message) => message.kind === "hash_request");
  assertEquals(hashRequest, {
    kind: "hash_request",
    root: ROOT,
    baseLayer: 1,
    index: 0,
    length: 4,
    proofLayers: 1,
  });
  const requests = FETCH.filter((message) => message.kind === "request");
  assertEquals(requests.reduce((sum, { length }) => sum + length, 0), 4 * 32768 - 1000);
});

Deno.test("what libtorrent said is written byte for byte as it was", () => {
  const remoteIds = new Map([["ut_metadata", 2], ["upload_only", 3]]);
  for (const { messages } of [vectors.seed, vectors.fetch]) {
    for (const [at, message] of read(messages).entries()) {
      // Handshakes have entries that we leave out; so has libtorrent's metadata reject.
      if (message.kind === "extension_handshake" || message.kind === "metadata_reject") continue;
      assertEquals(toHex(encodeMessage(message, remoteIds)!), toHex(toUs(messages[at]!)));
    }
  }
});
