import { assert, assertEquals } from "jsr:@std/assert@1";
import {
  type Bencode,
  decodeBencode,
  decodePrefix,
  encodeBencode,
} from "../../lib/meta/bencode.ts";
import { MetaError } from "../../lib/meta/errors.ts";
import { mutate, RUNS, seeded } from "./mutations.ts";

const encoder = new TextEncoder();
const SAMPLES = [
  "i-1234567890e",
  "i18446744073709551616e",
  "26:abcdefghijklmnopqrstuvwxyz",
  "l4:spami7eld1:xleeee",
  "d1:ad1:bi1e1:cl0:1:x2:xyeee",
  "d1:md11:ut_metadatai1e6:ut_pexi2ee13:metadata_sizei31235e4:reqqi500e1:v5:peer e",
  "d8:msg_typei1e5:piecei0e10:total_sizei3425eexxxxxxxx",
  "d8:announce19:http://t.example/a/4:infod6:lengthi5e4:name1:n12:piece lengthi16384eee",
  "llllllllllllllllllllllllllllllllleeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee",
  "d1:a0:1:b0:1:c0:1:d0:1:e0:1:f0:e",
].map((text) => encoder.encode(text));

/** The value and its end, or the code of the refusal. */
function read(bytes: Uint8Array, strict: boolean) {
  try {
    return decodePrefix(bytes, { strict });
  } catch (error) {
    if (!(error instanceof MetaError)) throw error;
    assert(error.code === "bad_bencode" || error.code === "too_large", error.message);
    return error.code;
  }
}

Deno.test("fuzz: mutated bencode is refused, or has one form only", () => {
  const random = seeded(30_001);
  let taken = 0;
  for (let run = 0; run < RUNS; run++) {
    const bytes = mutate(SAMPLES[run % SAMPLES.length]!, random);
    const strict = read(bytes, true);
    if (typeof strict === "string") continue;
    taken++;
    assert(strict.end <= bytes.length);
    assertEquals(encodeBencode(strict.value), bytes.subarray(0, strict.end));
    for (const [key, encoded] of strict.encoded) {
      const value = (strict.value as ReadonlyMap<string, Bencode>).get(key)!;
      assertEquals(encodeBencode(value), encoded);
    }
  }
  assert(taken > RUNS / 20, `only ${taken} were taken`);
});

Deno.test("fuzz: what is taken strictly is taken the same without, and never the other way round", () => {
  const random = seeded(30_002);
  for (let run = 0; run < RUNS; run++) {
    const bytes = mutate(SAMPLES[run % SAMPLES.length]!, random);
    const lenient = read(bytes, false);
    const strict = read(bytes, true);
    if (typeof strict !== "string") {
      assertEquals(lenient, strict);
    } else if (typeof lenient !== "string") {
      const sorted = encodeBencode(lenient.value);
      assertEquals(sorted.length, lenient.end, "only the order of keys differs");
      assertEquals(encodeBencode(decodeBencode(sorted).value), sorted);
    }
  }
});

Deno.test("fuzz: noise of the letters of bencode", () => {
  const random = seeded(30_003);
  const letters = encoder.encode("deli0123456789:-e");
  for (let run = 0; run < RUNS; run++) {
    const length = Math.floor(random() * 40);
    const bytes = Uint8Array.from(
      { length },
      () => letters[Math.floor(random() * letters.length)]!,
    );
    const decoded = read(bytes, true);
    if (typeof decoded === "string") continue;
    assertEquals(encodeBencode(decoded.value), bytes.subarray(0, decoded.end));
  }
});
