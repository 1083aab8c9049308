import { assert, assertEquals } from "jsr:@std/assert@1";
import fc from "npm:fast-check@4";
import { ClassicChecksum } from "../../lib/meta/classic_checksum.ts";
import {
  type ClassicHeader,
  ClassicStreamReader,
  encodeClassicHeader,
} from "../../lib/wire/classic_stream.ts";
import { WireError } from "../../lib/wire/errors.ts";
import { cut, mutate, RUNS, seeded } from "./mutations.ts";

interface Outcome {
  readonly header: ClassicHeader | undefined;
  readonly content: Uint8Array;
  readonly end: string;
}

/** Reads a stream to its end and tells what came of it. */
function read(pieces: readonly Uint8Array[]): Outcome {
  const reader = new ClassicStreamReader();
  const content: number[] = [];
  let end = "complete";
  try {
    for (const piece of pieces) {
      for (const event of reader.push(piece)) {
        if (event.kind === "data") content.push(...event.bytes);
      }
    }
    reader.end();
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    end = error.code;
  }
  assertEquals(reader.received, content.length);
  return { header: reader.header, content: Uint8Array.from(content), end };
}

function streamOf(content: Uint8Array): Uint8Array {
  const checksum = new ClassicChecksum();
  checksum.update(content);
  const header = encodeClassicHeader({ size: content.length, checksum: checksum.digest() });
  return Uint8Array.from([...header, ...content]);
}

Deno.test("fuzz: any content comes through, cut anywhere, with anything behind it", () => {
  const pieces = fc.array(fc.nat({ max: 5000 }), { maxLength: 20 });
  const content = fc.uint8Array({ maxLength: 5000 });
  fc.assert(
    fc.property(content, fc.uint8Array({ maxLength: 20 }), pieces, (bytes, more, cuts) => {
      const stream = Uint8Array.from([...streamOf(bytes), ...more]);
      const at = [0, ...cuts.filter((one) => one < stream.length).sort((a, b) => a - b)];
      const parts = at.map((from, index) => stream.subarray(from, at[index + 1]));
      const outcome = read(parts);
      assertEquals(outcome.end, "complete");
      assertEquals(outcome.content, bytes);
    }),
    { seed: 20_004, numRuns: 500 },
  );
});

Deno.test("fuzz: a stream cut at every byte of its header is read as when it comes whole", () => {
  const stream = streamOf(Uint8Array.from({ length: 1500 }, (_, index) => index * 7));
  const whole = read([stream]);
  assertEquals(whole.end, "complete");
  for (let at = 0; at <= 40; at++) {
    assertEquals(read([stream.subarray(0, at), stream.subarray(at)]), whole);
  }
  assertEquals(read([...stream].map((byte) => Uint8Array.of(byte))), whole);
});

Deno.test("fuzz: mutated streams end complete or in a WireError, however they are cut", () => {
  const random = seeded(20_005);
  const samples = [0, 1, 60].map((length) => streamOf(new Uint8Array(length).fill(65)));
  const ends = new Set<string>();
  for (let run = 0; run < RUNS; run++) {
    const bytes = mutate(samples[run % samples.length]!, random);
    const whole = read([bytes]);
    assertEquals(read(cut(bytes, random)), whole);
    ends.add(whole.end);
    if (whole.header) assert(whole.content.length <= whole.header.size);
  }
  assertEquals([...ends].sort(), ["bad_header", "complete", "truncated"]);
});

Deno.test("fuzz: any garbage is refused or read to its promised size, and nothing is kept of it", () => {
  const field = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((value) => {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, value, true);
    return bytes;
  });
  const small = fc.nat({ max: 300 }).map((value) =>
    Uint8Array.of(value & 255, value >> 8, 0, 0, 0, 0, 0, 0)
  );
  const begin = fc.tuple(fc.oneof(field, small), fc.oneof(field, small), fc.uint8Array())
    .map((parts) => Uint8Array.from(parts.flatMap((part) => [...part])));
  const bytes = fc.oneof(fc.uint8Array({ maxLength: 600 }), begin);
  fc.assert(
    fc.property(bytes, (stream) => {
      const whole = read([stream]);
      for (let at = 0; at <= Math.min(stream.length, 60); at++) {
        assertEquals(read([stream.subarray(0, at), stream.subarray(at)]), whole);
      }
      if (whole.header) assert(whole.content.length <= whole.header.size);
      if (whole.end === "bad_header") assertEquals(whole.header, undefined);
    }),
    { seed: 20_009, numRuns: 2_000 },
  );
});
