import { assertEquals, assertThrows } from "jsr:@std/assert@1";
import fc from "npm:fast-check@4";
import { concatBytes, fromHex } from "../base/bytes.ts";
import { infoHash, peerId } from "../base/ids.ts";
import { WireError } from "./errors.ts";
import {
  classifyOpening,
  decodeHandshake,
  encodeHandshake,
  type Handshake,
  HANDSHAKE_BYTES,
} from "./handshake.ts";

const PREFIX = "13" + "426974546f7272656e742070726f746f636f6c";
const HASH = "000102030405060708090a0b0c0d0e0f10111213";
const ID = "2d4d54303130302d303030303030303030303030";

function handshake(abilities: Partial<Handshake>): Handshake {
  const none = { extended: false, fast: false, dht: false, v2: false };
  return { ...none, ...abilities, infoHash: infoHash(HASH)!, peerId: peerId(ID)! };
}

const TABLE: [string, Handshake][] = [
  ["0000000000000000", handshake({})],
  ["0000000000100000", handshake({ extended: true })],
  ["0000000000000004", handshake({ fast: true })],
  ["0000000000000001", handshake({ dht: true })],
  ["0000000000000010", handshake({ v2: true })],
  ["0000000000100015", handshake({ extended: true, fast: true, dht: true, v2: true })],
];

Deno.test("the handshake, both ways", () => {
  for (const [reserved, value] of TABLE) {
    const bytes = fromHex(PREFIX + reserved + HASH + ID)!;
    assertEquals(bytes.length, HANDSHAKE_BYTES);
    assertEquals(encodeHandshake(value), bytes);
    assertEquals(decodeHandshake(bytes), value);
    assertEquals(decodeHandshake(concatBytes([bytes, Uint8Array.of(0, 0, 0, 0)])), value);
  }
});

Deno.test("reserved bits that mean nothing to us are passed over", () => {
  const bytes = fromHex(PREFIX + "ffffffffffefffea" + HASH + ID)!;
  assertEquals(decodeHandshake(bytes), handshake({}));
});

Deno.test("any beginning of a handshake wants more, at an offset of a larger buffer too", () => {
  const large = concatBytes([new Uint8Array(7), encodeHandshake(handshake({ fast: true }))]);
  for (let length = 0; length < HANDSHAKE_BYTES; length++) {
    assertEquals(decodeHandshake(large.subarray(7, 7 + length)), undefined);
  }
  assertEquals(decodeHandshake(large.subarray(7)), handshake({ fast: true }));
});

Deno.test("the first byte that differs is refused at once", () => {
  for (let at = 0; at < 20; at++) {
    const bytes = fromHex(PREFIX)!.subarray(0, at + 1);
    bytes[at]! ^= 0x20;
    const error = assertThrows(() => decodeHandshake(bytes), WireError, `byte ${at} `);
    assertEquals([error.code, error.fault], ["bad_handshake", "remote"]);
    assertEquals(classifyOpening(bytes), "maybe_encrypted");
  }
});

Deno.test("an opening is told apart by its first bytes", () => {
  const plain = encodeHandshake(handshake({}));
  for (let length = 0; length <= HANDSHAKE_BYTES; length++) {
    const expected = length < 20 ? "need_more" : "bittorrent";
    assertEquals(classifyOpening(plain.subarray(0, length)), expected);
  }
  assertEquals(classifyOpening(new TextEncoder().encode("GET / HTTP/1.1")), "maybe_encrypted");
});

Deno.test("any bytes are a handshake, the beginning of one, or refused", () => {
  const bytes = fc.uint8Array({ maxLength: 100 });
  fc.assert(fc.property(bytes, fc.nat({ max: 20 }), (noise, kept) => {
    const all = concatBytes([fromHex(PREFIX)!.subarray(0, kept), noise]);
    try {
      const value = decodeHandshake(all);
      assertEquals(value !== undefined, all.length >= HANDSHAKE_BYTES);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      assertEquals(error.code, "bad_handshake");
    }
  }));
});
