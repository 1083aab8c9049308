import { assert, assertEquals, assertThrows } from "jsr:@std/assert@1";
import fc from "npm:fast-check@4";
import { readPeerStream } from "../../tests/support/peer_stream.ts";
import { anyPeerMessage } from "../../tests/support/any_peer_message.ts";
import { bytesOf, PEER_MESSAGES } from "../../tests/vectors/peer_messages.ts";
import { concatBytes, toHex } from "../base/bytes.ts";
import { infoHash, peerId } from "../base/ids.ts";
import { WireError } from "./errors.ts";
import { OUR_EXTENSIONS } from "./extensions.ts";
import { encodeHandshake } from "./handshake.ts";
import { MAX_BLOCK, MAX_MESSAGE } from "./peer_message_ids.ts";
import { PeerReader } from "./peer_reader.ts";
import { encodeMessage, encodePieceHeader } from "./peer_writer.ts";

const TRAILING = bytesOf("00000005 04 0000002a");

/** A vector with its last byte gone (-1) or one more (+1), and the length before it to match. */
function resized(bytes: Uint8Array, by: -1 | 1): Uint8Array {
  const changed = new Uint8Array(bytes.length + by);
  changed.set(bytes.subarray(0, changed.length));
  new DataView(changed.buffer).setUint32(0, changed.length - 4);
  return changed;
}

function bytewise(bytes: Uint8Array): Uint8Array[] {
  return Array.from(bytes, (byte) => Uint8Array.of(byte));
}

Deno.test("every message is written as the BEPs say", () => {
  for (const { bytes, message, readOnly } of PEER_MESSAGES) {
    if (readOnly) continue;
    assertEquals(toHex(encodeMessage(message, OUR_EXTENSIONS)!), toHex(bytes), message.kind);
  }
});

Deno.test("every message is read whole, byte by byte, and with another one behind it", () => {
  for (const { bytes, message } of PEER_MESSAGES) {
    for (const pieces of [[bytes], bytewise(bytes)]) {
      const { messages, error, reader } = readPeerStream(pieces);
      assertEquals([messages, error, reader.pending], [[message], undefined, 0], message.kind);
    }
    for (let cut = 1; cut <= TRAILING.length; cut++) {
      const { messages, reader } = readPeerStream([
        concatBytes([bytes, TRAILING.subarray(0, cut)]),
      ]);
      const more = cut === TRAILING.length;
      assertEquals(messages, more ? [message, { kind: "have", piece: 42 }] : [message]);
      assertEquals(reader.pending, more ? 0 : cut);
    }
  }
});

Deno.test("all messages in one chunk", () => {
  const all = concatBytes(PEER_MESSAGES.map(({ bytes }) => bytes));
  const expected = PEER_MESSAGES.map(({ message }) => message);
  assertEquals(readPeerStream([all]).messages, expected);
  assertEquals(readPeerStream(bytewise(all)).messages, expected);
});

Deno.test("a message that is cut off waits for the rest", () => {
  for (const { bytes } of PEER_MESSAGES) {
    for (let length = 0; length < bytes.length; length++) {
      const { messages, error, reader } = readPeerStream([bytes.subarray(0, length)]);
      assertEquals([messages, error, reader.pending], [[], undefined, length]);
    }
  }
});

Deno.test("a message that is a byte too short or too long is refused, and says which", () => {
  for (const { bytes, message, elastic } of PEER_MESSAGES) {
    if (message.kind === "keep_alive") continue;
    for (const by of [-1, 1] as const) {
      const changed = resized(bytes, by);
      const { messages, error } = readPeerStream([changed]);
      const keepAlive = changed.length === 4;
      if (keepAlive || elastic?.includes(by)) {
        assertEquals([messages.length, error], [1, undefined], message.kind);
      } else {
        assertEquals(messages, [], message.kind);
        assert(error!.startsWith("bad_message: it sent "), error);
      }
    }
  }
});

Deno.test("a wrong length is refused when the id is there, before the body is", () => {
  const table: [string, string][] = [
    ["00000002 00", "choke (message 0) of 2 bytes instead of 1"],
    ["00000001 04", "have (message 4) of 1 bytes instead of 5"],
    ["00000009 07", "piece (message 7) of 9 bytes instead of 10 to 131081"],
    ["0002000a 07", "piece (message 7) of 131082 bytes instead of 10 to 131081"],
    ["00000001 14", "extended (message 20) of 1 bytes instead of 2 to 262157"],
    ["00004832 16", "hashes (message 22) of 18482 bytes instead of 49 to 18481"],
  ];
  for (const [hex, words] of table) {
    const { error } = readPeerStream([bytesOf(hex)]);
    assertEquals(error, `bad_message: it sent ${words}`);
  }
});

Deno.test("a length over the cap is refused before anything of the message arrives", () => {
  for (const length of [MAX_MESSAGE + 1, 0x7fffffff, 0x80000000, 0xffffffff]) {
    const reader = new PeerReader();
    const prefix = new Uint8Array(4);
    new DataView(prefix.buffer).setUint32(0, length);
    reader.push(prefix);
    const error = assertThrows(() => reader.next(), WireError, `a message of ${length} bytes`);
    assertEquals([error.code, error.fault], ["bad_message", "remote"]);
    assertThrows(() => reader.next(), WireError);
  }
});

Deno.test("the longest messages are taken", () => {
  const bitfield = { kind: "bitfield", bits: new Uint8Array(MAX_MESSAGE - 1).fill(255) } as const;
  const piece = { kind: "piece", piece: 1, begin: 2, data: new Uint8Array(MAX_BLOCK) } as const;
  for (const message of [bitfield, piece]) {
    const bytes = encodeMessage(message)!;
    const { messages, reader } = readPeerStream([bytes, bytes]);
    assertEquals(messages, [message, message]);
    assert(reader.capacity <= 4 + MAX_MESSAGE + 256 * 1024);
  }
});

Deno.test("memory grows with what arrives, not with what is announced", () => {
  const reader = new PeerReader();
  reader.push(bytesOf("0004000d 05 ff"));
  assertEquals([reader.next(), reader.pending, reader.capacity], [undefined, 6, 16 * 1024]);
  reader.push(new Uint8Array(16 * 1024));
  assertEquals(reader.next(), undefined);
  assertEquals(reader.capacity, 64 * 1024);
});

Deno.test("at full speed the space becomes large, and stays bounded", () => {
  const reader = new PeerReader();
  const block = encodeMessage({ kind: "piece", piece: 0, begin: 0, data: new Uint8Array(16384) })!;
  const stream = concatBytes(new Array(64).fill(block));
  let sent = 0;
  let blocks = 0;
  while (sent < 64 * stream.length) {
    const from = sent % stream.length;
    const space = reader.space();
    const part = stream.subarray(from, from + space.length);
    space.set(part);
    reader.filled(part.length);
    sent += part.length;
    while (reader.next()) blocks++;
    assert(reader.pending < block.length);
  }
  assertEquals([blocks, reader.pending], [64 * 64, 0]);
  assert(reader.space().length >= 256 * 1024);
  assertEquals(reader.capacity, 4 + MAX_MESSAGE + 256 * 1024);
});

Deno.test("messages that nobody takes leave no room in the end, and that is said", () => {
  const reader = new PeerReader();
  assertThrows(() => reader.push(new Uint8Array(1024 * 1024)), RangeError, "nobody takes");
});

Deno.test("data of a block is a view of the buffer, good until the next space", () => {
  const reader = new PeerReader();
  const space = reader.space();
  space.set(bytesOf("0000000c 07 00000002 00000000 010203", "00000005 04 00"));
  reader.filled(23);
  const message = reader.next();
  assert(message?.kind === "piece");
  assert(message.data.buffer === space.buffer);
  assertEquals(message.data, Uint8Array.of(1, 2, 3));
  reader.next();
  reader.space();
  assertEquals(message.data.length, 3);
});

Deno.test("the handshake comes first out of the same buffer", () => {
  const hash = infoHash("ab".repeat(20))!;
  const abilities = { extended: true, fast: true, dht: false, v2: true };
  const handshake = { ...abilities, infoHash: hash, peerId: peerId("2d".repeat(20))! };
  const reader = new PeerReader();
  for (const byte of encodeHandshake(handshake)) {
    assertEquals(reader.handshake(), undefined);
    reader.push(Uint8Array.of(byte));
  }
  reader.push(TRAILING);
  assertEquals(reader.handshake(), handshake);
  assertEquals([reader.next(), reader.pending], [{ kind: "have", piece: 42 }, 0]);
});

Deno.test("the header of a piece message can be written before its data", () => {
  const { bytes } = PEER_MESSAGES.find(({ message }) => message.kind === "piece")!;
  assertEquals(encodePieceHeader(2, 0x80000000, 3), bytes.slice(0, 13));
  const buffer = new Uint8Array(20);
  encodePieceHeader(2, 0x80000000, 3, buffer.subarray(2));
  assertEquals(buffer.subarray(2, 15), bytes.subarray(0, 13));
});

Deno.test("any messages, cut anywhere, come through", () => {
  const cuts = fc.array(fc.nat({ max: 3000 }), { maxLength: 12 });
  fc.assert(fc.property(fc.array(anyPeerMessage(), { maxLength: 12 }), cuts, (all, at) => {
    const stream = concatBytes(all.map((message) => encodeMessage(message, OUR_EXTENSIONS)!));
    const places = [0, ...at.filter((one) => one < stream.length).sort((a, b) => a - b)];
    const pieces = places.map((from, index) => stream.subarray(from, places[index + 1]));
    const { messages, error, reader } = readPeerStream(pieces);
    assertEquals([error, reader.pending], [undefined, 0]);
    assertEquals(messages, all);
  }));
});
