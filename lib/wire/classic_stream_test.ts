import { assert, assertEquals, assertThrows } from "jsr:@std/assert@1";
import fc from "npm:fast-check@4";
import { type ClassicHeader, ClassicStreamReader, encodeClassicHeader } from "./classic_stream.ts";
import { WireError } from "./errors.ts";

const HEADER_BYTES = 24;

/** A header as anybody could send it. */
function rawHeader(size: bigint, length: bigint, text: string): Uint8Array {
  const bytes = new Uint8Array(16 + text.length);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, size, true);
  view.setBigUint64(8, length, true);
  for (let at = 0; at < text.length; at++) bytes[16 + at] = text.charCodeAt(at);
  return bytes;
}

function join(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** What comes of a stream that arrives in pieces; each piece is overwritten once it was read. */
function read(pieces: readonly Uint8Array[]) {
  const reader = new ClassicStreamReader();
  const headers: ClassicHeader[] = [];
  const content: number[] = [];
  for (const piece of pieces) {
    const buffer = piece.slice();
    for (const event of reader.push(buffer)) {
      if (event.kind === "header") headers.push(event.header);
      else content.push(...event.bytes);
    }
    buffer.fill(0xee);
  }
  assertEquals(reader.received, content.length);
  assertEquals(reader.header, headers[0]);
  return { reader, headers, content: Uint8Array.from(content) };
}

Deno.test("the header is byte for byte the original's", () => {
  const golden = [
    ...[0x08, 0x07, 0x06, 0x05, 0x04, 0x03, 0x02, 0x00], // size, least byte first
    ...[8, 0, 0, 0, 0, 0, 0, 0], // length of the checksum text
    ...[0x30, 0x30, 0x30, 0x33, 0x66, 0x63, 0x30, 0x30], // its text, no terminator
  ];
  const header = { size: 0x2030405060708, checksum: "0003fc00" };
  assertEquals(encodeClassicHeader(header), Uint8Array.from(golden));
  assertEquals(read([Uint8Array.from(golden)]).headers, [header]);
});

Deno.test("any content, cut anywhere, gives back header and content", () => {
  const cuts = fc.array(fc.nat({ max: 400 }), { maxLength: 12 });
  const content = fc.uint8Array({ maxLength: 300 });
  const checksum = fc.nat({ max: 0xffff_fffe }).map((sum) => sum.toString(16).padStart(8, "0"));
  const trailing = fc.uint8Array({ maxLength: 20 });
  fc.assert(fc.property(content, checksum, trailing, cuts, (bytes, sum, more, at) => {
    const header = { size: bytes.length, checksum: sum };
    const stream = join(encodeClassicHeader(header), bytes, more);
    const places = [0, ...at.filter((one) => one < stream.length).sort((a, b) => a - b)];
    const seen = read(places.map((from, index) => stream.subarray(from, places[index + 1])));
    assertEquals([seen.headers, seen.content], [[header], bytes]);
    assert(seen.reader.complete);
    seen.reader.end();
  }));
});

Deno.test("data is handed on as views, not copies", () => {
  const stream = join(encodeClassicHeader({ size: 4, checksum: "00000000" }), Uint8Array.of(1, 2));
  const [header, data] = new ClassicStreamReader().push(stream);
  assertEquals(header?.kind, "header");
  assert(data?.kind === "data");
  assert(data.bytes.buffer === stream.buffer);
  assertEquals(data.bytes.byteOffset, HEADER_BYTES);
});

Deno.test("an empty file is complete with its header", () => {
  const { reader, headers, content } = read([
    encodeClassicHeader({ size: 0, checksum: "00000000" }),
  ]);
  assertEquals([headers.length, content.length, reader.complete], [1, 0, true]);
  reader.end();
});

Deno.test("bytes after the promised end are passed over, and so is what comes later", () => {
  const stream = join(encodeClassicHeader({ size: 2, checksum: "00000000" }), Uint8Array.of(1, 2));
  const { reader, content } = read([join(stream, Uint8Array.of(3, 4)), Uint8Array.of(5)]);
  assertEquals([content, reader.received], [Uint8Array.of(1, 2), 2]);
  reader.end();
});

Deno.test("headers that no classic seeder sends are refused, as early as they show", () => {
  const table: [Uint8Array, string][] = [
    [rawHeader(1n, 256n, ""), "a checksum of 256 characters"],
    [rawHeader(1n, 257n, ""), "a checksum of 257 characters"],
    [rawHeader(1n, (1n << 64n) - 1n, ""), "a checksum of 18446744073709551615 characters"],
    [rawHeader(1n, 0n, ""), "a checksum of 0 characters"],
    [rawHeader(1n, 9n, ""), "a checksum of 9 characters"],
    [rawHeader(1n << 53n, 8n, ""), "a file of 9007199254740992 bytes"],
    [rawHeader((1n << 64n) - 1n, 8n, ""), "a file of 18446744073709551615 bytes"],
    [rawHeader(1n, 8n, "0003FC00"), "not 8 hex digits"],
    [rawHeader(1n, 8n, "0003fc0\0"), "not 8 hex digits"],
    [rawHeader(1n, 8n, "0003fc0\n"), "not 8 hex digits"],
    [new TextEncoder().encode("HTTP/1.1 400 Bad Request"), "no Mini-Torrent seeder"],
  ];
  for (const [bytes, words] of table) {
    for (const pieces of [[bytes], Array.from(bytes, (byte) => Uint8Array.of(byte))]) {
      const error = assertThrows(() => read(pieces), WireError, words);
      assertEquals([error.code, error.fault], ["bad_header", "remote"]);
    }
  }
});

Deno.test("the largest size that a number holds is taken", () => {
  const size = Number.MAX_SAFE_INTEGER;
  assertEquals(read([rawHeader(BigInt(size), 8n, "00000000")]).headers[0]?.size, size);
});

Deno.test("a stream that ends early is truncated, and says how far it came", () => {
  const stream = join(encodeClassicHeader({ size: 2, checksum: "00000000" }), Uint8Array.of(1));
  for (let length = 0; length <= stream.length; length++) {
    const { reader } = read([stream.subarray(0, length)]);
    assert(!reader.complete);
    const words = length < HEADER_BYTES
      ? "before it had said how long the file is"
      : `after ${length - HEADER_BYTES} of 2 bytes`;
    assertEquals(assertThrows(() => reader.end(), WireError, words).code, "truncated");
  }
});

Deno.test("any garbage is refused or waits for more, and is never taken for more than promised", () => {
  const near = fc.tuple(fc.bigInt(0n, 40n), fc.constantFrom(0n, 7n, 8n, 255n, 256n), fc.string())
    .map(([size, length, text]) => rawHeader(size, length, text));
  fc.assert(fc.property(fc.oneof(near, fc.uint8Array({ maxLength: 400 })), (bytes) => {
    try {
      const { reader, content } = read([bytes]);
      assert(content.length <= (reader.header?.size ?? 0));
      assert(reader.header !== undefined || bytes.length < HEADER_BYTES, "no more is kept");
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      assertEquals(error.code, "bad_header");
    }
  }));
});
