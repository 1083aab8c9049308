import { assert, assertEquals } from "jsr:@std/assert@1";
import { concatBytes } from "../../lib/base/bytes.ts";
import { WireError } from "../../lib/wire/errors.ts";
import { OUR_EXTENSIONS } from "../../lib/wire/extensions.ts";
import { classifyOpening, decodeHandshake, HANDSHAKE_BYTES } from "../../lib/wire/handshake.ts";
import type { PeerMessage } from "../../lib/wire/peer_message.ts";
import { MAX_BLOCK, MAX_MESSAGE } from "../../lib/wire/peer_message_ids.ts";
import { encodeMessage } from "../../lib/wire/peer_writer.ts";
import { MAX_PEX_PEERS } from "../../lib/wire/pex.ts";
import { type PeerStream, readPeerStream } from "../support/peer_stream.ts";
import { bytesOf, PEER_MESSAGES } from "../vectors/peer_messages.ts";
import { cut, mutate, RUNS, seeded } from "./mutations.ts";

const ALL = concatBytes(PEER_MESSAGES.map(({ bytes }) => bytes));

/** Reads pieces, and sees to it that what comes of them is within the limits. */
function read(pieces: readonly Uint8Array[]): PeerStream {
  const stream = readPeerStream(pieces);
  assert(stream.reader.pending < 4 + MAX_MESSAGE, "less than a message is kept");
  assert(stream.reader.capacity <= 4 + MAX_MESSAGE + 256 * 1024);
  assert(stream.error === undefined || /^bad_message: it sent \P{Cc}+$/u.test(stream.error));
  for (const message of stream.messages) check(message);
  return stream;
}

function check(message: PeerMessage): void {
  switch (message.kind) {
    case "piece":
      assert(message.data.length >= 1 && message.data.length <= MAX_BLOCK);
      break;
    case "metadata_data":
      assert(message.data.length >= 1 && message.data.length <= 16384);
      assert(message.piece * 16384 + message.data.length <= message.totalSize);
      break;
    case "pex":
      for (const peers of [message.added, message.dropped]) {
        assert(peers.length <= MAX_PEX_PEERS);
        for (const { host, port } of peers) assert(/^[0-9a-f.:]+$/.test(host) && port > 0);
      }
      break;
    case "extension_handshake":
      assert(message.extensions.size <= 64 && (message.client ?? "").length <= 128);
      for (const id of message.extensions.values()) assert(id >= 0 && id <= 255);
      break;
    default:
  }
}

/** Reading again what is written again gives the same. */
function checkAgain(messages: readonly PeerMessage[]): void {
  const written = messages.map((message) => encodeMessage(message, OUR_EXTENSIONS));
  const known = messages.filter((_, at) => written[at] !== undefined);
  const again = readPeerStream(written.filter((bytes) => bytes !== undefined));
  assertEquals([again.messages.length, again.error], [known.length, undefined]);
}

Deno.test("fuzz: mutated streams give messages or a WireError, the same however they are cut", () => {
  const random = seeded(20_010);
  for (let run = 0; run < RUNS; run++) {
    const one = PEER_MESSAGES[run % PEER_MESSAGES.length]!.bytes;
    const next = PEER_MESSAGES[Math.floor(random() * PEER_MESSAGES.length)]!.bytes;
    const bytes = mutate(concatBytes([one, next]), random);
    const whole = read([bytes]);
    const parts = read(cut(bytes, random));
    assertEquals([parts.messages, parts.error], [whole.messages, whole.error]);
  }
});

Deno.test("fuzz: mutated bodies behind the right length give messages or a WireError", () => {
  const random = seeded(20_011);
  const seen = new Set<string>();
  for (let run = 0; run < RUNS; run++) {
    const sample = PEER_MESSAGES[run % PEER_MESSAGES.length]!.bytes;
    const body = mutate(sample.subarray(4), random);
    const bytes = new Uint8Array(4 + body.length);
    new DataView(bytes.buffer).setUint32(0, body.length);
    bytes.set(body, 4);
    const { messages, error, reader } = read([bytes]);
    if (error === undefined) assertEquals([messages.length, reader.pending], [1, 0]);
    else assertEquals(messages, []);
    seen.add(error === undefined ? messages[0]!.kind : "error");
    checkAgain(messages);
  }
  const kinds = new Set(PEER_MESSAGES.map(({ message }) => message.kind));
  assertEquals(seen, new Set(["error", ...kinds]), "every kind is among what was read");
});

Deno.test("fuzz: long mutated streams are read the same however they are cut", () => {
  const random = seeded(20_012);
  for (let run = 0; run < RUNS / 20; run++) {
    const bytes = mutate(ALL, random);
    const whole = read([bytes]);
    const parts = read(cut(bytes, random));
    assertEquals([parts.messages, parts.error], [whole.messages, whole.error]);
  }
});

Deno.test("fuzz: mutated handshakes are read, want more or are refused", () => {
  const random = seeded(20_013);
  const sample = bytesOf("13", '"BitTorrent protocol"', "0000000000100015", "ab".repeat(40), "00");
  for (let run = 0; run < RUNS; run++) {
    const bytes = mutate(sample, random);
    const opening = classifyOpening(bytes);
    try {
      const handshake = decodeHandshake(bytes);
      assertEquals(handshake !== undefined, bytes.length >= HANDSHAKE_BYTES);
      assertEquals(opening, bytes.length < 20 ? "need_more" : "bittorrent");
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      assertEquals([error.code, opening], ["bad_handshake", "maybe_encrypted"]);
    }
  }
});
