import { assertEquals, assertThrows } from "jsr:@std/assert@1";
import { WireError } from "./errors.ts";
import {
  decodeHashMessage,
  encodeHashMessage,
  HASH_REQUEST_BYTES,
  MAX_HASHES_BYTES,
} from "./hash_messages.ts";
import type { HashRequest } from "./peer_message.ts";

const root = Uint8Array.from({ length: 32 }, (_, at) => at);

/** A request for hashes of layer 0. */
function request(index: number, length: number, proofLayers = 0): HashRequest {
  return { root, baseLayer: 0, index, length, proofLayers };
}

/** A hashes message with that many hashes, as anybody could send it. */
function hashes(one: HashRequest, count: number): Uint8Array {
  const bytes = new Uint8Array(32 * count);
  return encodeHashMessage({ kind: "hashes", ...one, hashes: bytes });
}

Deno.test("hashes are as many as were asked for, and an uncle for each layer above theirs", () => {
  const table: [HashRequest, number][] = [
    [request(0, 2), 2],
    [request(2, 2, 1), 3],
    [request(2, 2, 5), 7],
    [request(4, 4), 4],
    [request(4, 4, 1), 4],
    [request(4, 4, 2), 5],
    [request(0, 512), 512],
    [request(512, 512, 8), 512],
    [request(512, 512, 9), 513],
    [request(512, 512, 20), 524],
  ];
  for (const [one, count] of table) {
    const body = hashes(one, count);
    assertEquals(body.length, HASH_REQUEST_BYTES + 32 * count);
    const message = decodeHashMessage("hashes", body);
    assertEquals(message, { kind: "hashes", ...one, hashes: new Uint8Array(32 * count) });
    for (const other of [count - 1, count + 1]) {
      const error = assertThrows(
        () => decodeHashMessage("hashes", hashes(one, other)),
        WireError,
        `${32 * other} bytes of hashes instead of ${32 * count}`,
      );
      assertEquals([error.code, error.fault], ["bad_message", "remote"]);
    }
    for (const bytes of [body.subarray(0, -1), new Uint8Array([...body, 0])]) {
      assertThrows(() => decodeHashMessage("hashes", bytes), WireError, "bytes of hashes");
    }
  }
});

Deno.test("answers to what nobody may ask are refused", () => {
  const wrong: HashRequest[] = [
    request(0, 0),
    request(0, 1),
    request(0, 3),
    request(0, 6),
    request(0, 1024),
    request(0, 0x80000000),
    request(1, 2),
    request(2, 4),
    request(256, 512),
    request(0, 2, 64),
    request(0, 2, 0xffffffff),
    { ...request(0, 2), baseLayer: 64 },
    { ...request(0, 2, 32), baseLayer: 32 },
  ];
  for (const one of wrong) {
    const body = encodeHashMessage({ kind: "hash_request", ...one });
    for (const kind of ["hashes", "hash_reject"] as const) {
      const error = assertThrows(() => decodeHashMessage(kind, body), WireError, "nobody may ask");
      assertEquals(error.code, "bad_message");
    }
    const asked = decodeHashMessage("hash_request", body);
    assertEquals(asked, { kind: "hash_request", ...one }, "a request is for the caller to reject");
  }
});

Deno.test("the numbers are unsigned and stand where BEP 52 says, at any offset", () => {
  const one = { root, baseLayer: 1, index: 0xfffffffe, length: 2, proofLayers: 3 };
  const large = new Uint8Array([9, 9, ...encodeHashMessage({ kind: "hash_request", ...one })]);
  assertEquals(
    large.subarray(34),
    Uint8Array.of(...[0, 0, 0, 1], 255, 255, 255, 254, ...[
      ...[0, 0, 0, 2],
      ...[0, 0, 0, 3],
    ]),
  );
  const message = decodeHashMessage("hash_reject", large.subarray(2));
  assertEquals(message, { kind: "hash_reject", ...one });
  assertEquals(message.root.buffer, large.buffer);
});

Deno.test("the largest answer fits", () => {
  const one = request(0, 512, 63);
  assertEquals(hashes(one, 512 + 55).length <= MAX_HASHES_BYTES, true);
  assertEquals(decodeHashMessage("hashes", hashes(one, 512 + 55)).kind, "hashes");
});
