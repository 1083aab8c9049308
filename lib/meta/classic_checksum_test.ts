import { assertEquals, assertNotEquals } from "jsr:@std/assert@1";
import fc from "npm:fast-check@4";
import { CLASSIC_CHUNK, ClassicChecksum } from "./classic_checksum.ts";

/** The checksum as the original describes it: byte by byte, reduced after every addition. */
function reference(bytes: Uint8Array): string {
  let sum = 0;
  const covered = Math.floor(bytes.length / 1024) * 1024;
  for (let at = 0; at < covered; at++) sum = (sum + bytes[at]!) % 4294967295;
  return sum.toString(16).padStart(8, "0");
}

function checksumOf(...pieces: Uint8Array[]): ClassicChecksum {
  const checksum = new ClassicChecksum();
  for (const piece of pieces) checksum.update(piece);
  return checksum;
}

const filled = (length: number, byte = 0xff) => new Uint8Array(length).fill(byte);

Deno.test("known values: only whole chunks count", () => {
  const table: [Uint8Array, string, number][] = [
    [filled(0), "00000000", 0],
    [filled(1), "00000000", 1],
    [filled(1023), "00000000", 1023],
    [filled(1024), "0003fc00", 0],
    [filled(1025), "0003fc00", 1],
    [filled(2047), "0003fc00", 1023],
    [filled(2048), "0007f800", 0],
    [filled(1024, 1), "00000400", 0],
    [filled(4096, 0), "00000000", 0],
  ];
  for (const [bytes, digest, uncovered] of table) {
    const checksum = checksumOf(bytes);
    assertEquals([checksum.digest(), checksum.uncovered], [digest, uncovered]);
  }
});

Deno.test("the sum starts over at 2^32 - 1", () => {
  const perChunk = CLASSIC_CHUNK * 255;
  const chunks = Math.floor(4294967295 / perChunk);
  const last = new Uint8Array(CLASSIC_CHUNK); // what is missing to 2^32 - 1 after so many chunks
  let missing = 4294967295 - chunks * perChunk;
  for (let at = 0; missing > 0; at++) {
    last[at] = Math.min(255, missing);
    missing -= last[at]!;
  }
  const checksum = new ClassicChecksum();
  const mebibyte = filled(1024 * CLASSIC_CHUNK);
  for (let n = 0; n < Math.floor(chunks / 1024); n++) checksum.update(mebibyte);
  checksum.update(filled(chunks % 1024 * CLASSIC_CHUNK));
  assertEquals(checksum.digest(), (chunks * perChunk).toString(16));
  checksum.update(last);
  assertEquals(checksum.digest(), "00000000");
  checksum.update(filled(CLASSIC_CHUNK, 1));
  assertEquals(checksum.digest(), "00000400");
});

Deno.test("any bytes, cut anywhere and lying anywhere in memory, agree with the reference", () => {
  const noise = fc.uint8Array({ minLength: 1, maxLength: 64 });
  const length = fc.oneof(fc.nat({ max: 5000 }), fc.constantFrom(1023, 1024, 1025, 3072));
  const cuts = fc.array(fc.nat({ max: 5000 }), { maxLength: 8 });
  fc.assert(fc.property(noise, length, cuts, fc.nat({ max: 7 }), (pattern, size, at, offset) => {
    const memory = new Uint8Array(size + offset);
    const bytes = memory.subarray(offset);
    for (let index = 0; index < size; index++) {
      bytes[index] = pattern[index % pattern.length]! + (index >> 6);
    }
    const places = [0, ...at.filter((one) => one < size).sort((a, b) => a - b)];
    const pieces = places.map((from, index) => bytes.subarray(from, places[index + 1]));
    const checksum = checksumOf(...pieces);
    assertEquals(checksum.digest(), reference(bytes));
    assertEquals(checksum.uncovered, size % CLASSIC_CHUNK);
    assertEquals(checksum.fingerprint(), checksumOf(bytes).fingerprint());
  }));
});

Deno.test("damage in the tail goes unseen by the checksum, but not by the fingerprint", () => {
  const bytes = filled(1030, 7);
  const damaged = bytes.slice();
  damaged[1029] = 8;
  assertEquals(checksumOf(bytes).digest(), checksumOf(damaged).digest());
  assertNotEquals(checksumOf(bytes).fingerprint(), checksumOf(damaged).fingerprint());
});
