import { assert, assertEquals } from "jsr:@std/assert@1";
import fc from "npm:fast-check@4";
import {
  encodeClassicGetPeers,
  encodeClassicProblem,
  encodeClassicRegister,
  MAX_CLASSIC_LINE,
  parseClassicPeersReply,
  parseClassicRegisterReply,
  parseClassicRequest,
} from "../../lib/wire/classic_tracker.ts";
import { WireError } from "../../lib/wire/errors.ts";
import { LineReader } from "../../lib/wire/line_reader.ts";
import { nameProblem } from "../../lib/wire/share_name.ts";
import { cut, mutate, RUNS, seeded } from "./mutations.ts";

const encoder = new TextEncoder();
const SAMPLES = [
  "REGISTER file.bin 9000\n",
  "REGISTER a name with spaces.tar.gz 65535\nGETPEERS a name with spaces.tar.gz\n",
  "GETPEERS file.bin\r\n",
  "REGISTER \u{1F600}\u202e.txt 1024\n",
  "REGISTER x\nGETPEERS\nHELLO\n\n",
  "GETPEERS " + "n".repeat(255) + "\n",
].map((text) => encoder.encode(text));

/** What a stream of bytes is read as, whichever way it is cut. */
function read(pieces: readonly Uint8Array[]): string[] {
  const reader = new LineReader(MAX_CLASSIC_LINE);
  const seen: string[] = [];
  try {
    for (const piece of pieces) {
      reader.push(piece);
      for (let line = reader.next(); line !== undefined; line = reader.next()) {
        seen.push(check(line));
      }
      assert(reader.pending < MAX_CLASSIC_LINE, "a line that has begun is bounded");
    }
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    seen.push(error.code);
  }
  return seen;
}

function check(line: Uint8Array): string {
  const request = parseClassicRequest(line);
  switch (request.kind) {
    case "register":
      assert(request.port >= 1 && request.port <= 65535);
      assertEquals(nameProblem(request.name), undefined);
      break;
    case "getpeers":
      assertEquals(nameProblem(request.name), undefined);
      break;
    case "malformed":
    case "refused":
    case "unknown": {
      const reply = new TextDecoder().decode(encodeClassicProblem(request));
      assert(/^ERROR [^\n]+\n$/.test(reply), reply);
      break;
    }
  }
  return JSON.stringify(request);
}

Deno.test("fuzz: mutated request lines are read the same however they are cut", () => {
  const random = seeded(20_001);
  for (let run = 0; run < RUNS; run++) {
    const bytes = mutate(SAMPLES[run % SAMPLES.length]!, random);
    const whole = read([bytes]);
    assertEquals(read(cut(bytes, random)), whole);
  }
});

Deno.test("fuzz: samples cut at every byte are read as when they come whole", () => {
  for (const sample of SAMPLES) {
    const whole = read([sample]);
    for (let at = 0; at <= sample.length; at++) {
      assertEquals(read([sample.subarray(0, at), sample.subarray(at)]), whole);
    }
    assertEquals(read([...sample].map((byte) => Uint8Array.of(byte))), whole);
  }
});

Deno.test("fuzz: a line without an end is refused, whatever is in it", () => {
  const random = seeded(20_002);
  for (let run = 0; run < 1_000; run++) {
    const bytes = Uint8Array.from({ length: 9_000 }, () => 11 + Math.floor(random() * 245));
    assertEquals(read(cut(bytes, random)), ["line_too_long"]);
  }
});

Deno.test("fuzz: mutated replies of a tracker give addresses or a WireError", () => {
  const random = seeded(20_003);
  const samples = ["OK", "", "192.0.2.1:9000;192.0.2.2:9001;", "[2001:db8::1]:9000;", "ERROR no"];
  for (let run = 0; run < RUNS; run++) {
    const bytes = mutate(encoder.encode(samples[run % samples.length]!), random);
    const refusal = parseClassicRegisterReply(bytes);
    assert(refusal === undefined || refusal.length > 0);
    try {
      for (const { host, port } of parseClassicPeersReply(bytes)) {
        assert(/^[0-9a-fA-F:.]+$/.test(host) && port >= 1 && port <= 65535);
      }
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
    }
  }
});

/** Bytes as a hostile or broken client may send them: whole requests, parts of them, and noise. */
const STREAM = fc.array(
  fc.oneof(
    fc.constantFrom(...SAMPLES),
    fc.constantFrom("REGISTER", "GETPEERS", " ", "\t", "\r\n", "\n", "65535", "-1", "../", "\0")
      .map((text) => encoder.encode(text)),
    fc.string({ unit: "binary", maxLength: 40 }).map((text) => encoder.encode(text)),
    fc.uint8Array({ maxLength: 40 }),
    fc.nat({ max: 5_000 }).map((length) => new Uint8Array(length).fill(120)),
  ),
  { maxLength: 12 },
).map((parts) => Uint8Array.from(parts.flatMap((part) => [...part])));

Deno.test("fuzz: any bytes, cut anywhere, are read as when they come whole", () => {
  const cuts = fc.array(fc.nat({ max: 20_000 }), { maxLength: 30 });
  fc.assert(
    fc.property(STREAM, cuts, (bytes, wanted) => {
      const at = [0, ...wanted.filter((one) => one < bytes.length).sort((a, b) => a - b)];
      assertEquals(read(at.map((from, n) => bytes.subarray(from, at[n + 1]))), read([bytes]));
    }),
    { seed: 20_006, numRuns: 2_000 },
  );
});

Deno.test("fuzz: any short stream is read the same when split at every byte", () => {
  fc.assert(
    fc.property(STREAM, (bytes) => {
      const short = bytes.subarray(0, 200);
      const whole = read([short]);
      for (let at = 0; at <= short.length; at++) {
        assertEquals(read([short.subarray(0, at), short.subarray(at)]), whole);
      }
    }),
    { seed: 20_007, numRuns: 300 },
  );
});

Deno.test("fuzz: every name that may be registered is read back as it was written", () => {
  const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 })
    .filter((text) => text.trim() === text && nameProblem(text) === undefined);
  fc.assert(
    fc.property(name, fc.integer({ min: 1, max: 65_535 }), (name, port) => {
      const line = (bytes: Uint8Array) => parseClassicRequest(bytes.subarray(0, -1));
      assertEquals(line(encodeClassicRegister(name, port)), { kind: "register", name, port });
      assertEquals(line(encodeClassicGetPeers(name)), { kind: "getpeers", name });
    }),
    { seed: 20_008, numRuns: 2_000 },
  );
});
