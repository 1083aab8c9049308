import { assert, assertEquals, assertThrows } from "jsr:@std/assert@1";
import fc from "npm:fast-check@4";
import { WireError } from "./errors.ts";
import { LineReader } from "./line_reader.ts";

const encode = (text: string) => new TextEncoder().encode(text);

/** All that comes out of a reader: whole lines, then what is left, or the code of the error. */
function read(pieces: readonly Uint8Array[], limit: number): string[] {
  const reader = new LineReader(limit);
  const seen: string[] = [];
  try {
    for (const piece of pieces) {
      reader.push(piece.slice());
      for (let line = reader.next(); line; line = reader.next()) seen.push(`line ${[...line]}`);
      assert(reader.pending < limit, "less than the limit is kept");
    }
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return [...seen, error.code];
  }
  const rest = reader.rest();
  return rest ? [...seen, `rest ${[...rest]}`] : seen;
}

Deno.test("lines come out without their line feed, empty ones too", () => {
  const reader = new LineReader(100);
  reader.push(encode("one\n\ntwo\r\nthr"));
  assertEquals(reader.next(), encode("one"));
  assertEquals(reader.next(), encode(""));
  assertEquals(reader.next(), encode("two\r"));
  assertEquals(reader.next(), undefined);
  assertEquals(reader.pending, 3);
  reader.push(encode("ee\n"));
  assertEquals(reader.next(), encode("three"));
  assertEquals(reader.pending, 0);
  assertEquals(reader.rest(), undefined);
});

Deno.test("what follows the last line feed is given at the end, once", () => {
  const reader = new LineReader(100);
  reader.push(encode("one\ntw"));
  reader.next();
  assertEquals(reader.next(), undefined);
  reader.push(encode("o"));
  assertEquals(reader.rest(), encode("two"));
  assertEquals([reader.rest(), reader.pending], [undefined, 0]);
});

Deno.test("what is kept is a copy: the caller may fill its buffer again", () => {
  const reader = new LineReader(100);
  const buffer = encode("GETP");
  reader.push(buffer);
  reader.next();
  buffer.set(encode("EER\n"));
  reader.push(buffer);
  assertEquals(reader.next(), encode("GETPEER"));
});

Deno.test("a line may have as many bytes as the limit, its line feed among them", () => {
  const reader = new LineReader(8);
  reader.push(encode("1234567\n"));
  assertEquals(reader.next(), encode("1234567"));
  reader.push(encode("12345678\n"));
  const error = assertThrows(() => reader.next(), WireError, "longer than 8 bytes");
  assertEquals([error.code, error.fault], ["line_too_long", "remote"]);
});

Deno.test("an endless line is refused as soon as it cannot end in time", () => {
  const reader = new LineReader(8);
  for (let n = 0; n < 7; n++) {
    reader.push(encode("x"));
    assertEquals(reader.next(), undefined);
  }
  reader.push(encode("x"));
  assertThrows(() => reader.next(), WireError);
});

Deno.test("any bytes, cut at every byte, give the same lines", () => {
  const byte = fc.oneof(fc.constant(10), fc.constantFrom(65, 13, 0, 255));
  const bytes = fc.array(byte, { maxLength: 40 }).map((all) => Uint8Array.from(all));
  fc.assert(fc.property(bytes, fc.integer({ min: 2, max: 12 }), (all, limit) => {
    const whole = read([all], limit);
    for (let at = 0; at <= all.length; at++) {
      assertEquals(read([all.subarray(0, at), all.subarray(at)], limit), whole);
    }
    assertEquals(read(Array.from(all, (one) => Uint8Array.of(one)), limit), whole);
  }));
});

Deno.test("lines that are put together again are the bytes that went in", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (all) => {
    const reader = new LineReader(4096);
    reader.push(all);
    const again: number[] = [];
    for (let line = reader.next(); line; line = reader.next()) again.push(...line, 10);
    again.push(...reader.rest() ?? []);
    assertEquals(Uint8Array.from(again), all);
  }));
});
