import { assert, assertEquals, assertLess } from "jsr:@std/assert@1";
import fc from "npm:fast-check@4";
import { MseEnd } from "../../tests/support/mse_end.ts";
import { seededRandom } from "../../tests/support/seeded_random.ts";
import { concatBytes } from "../base/bytes.ts";
import { infoHash } from "../base/ids.ts";
import { MseHandshake } from "./mse_handshake.ts";
import { mseCipher, mseMark, mseName } from "./mse_hashes.ts";
import { mseInitiator } from "./mse_initiator.ts";
import { MseKeys } from "./mse_keys.ts";
import { MSE_MAX_INITIAL, mseResponder } from "./mse_responder.ts";
import type { MseMethod } from "./mse_types.ts";

const HASH = infoHash("00".repeat(19) + "01")!;
const OTHER = infoHash("00".repeat(19) + "02")!;
const BOTH: readonly MseMethod[] = ["rc4", "plaintext"];
const TEXT = new TextEncoder();

function dialler(methods = BOTH, seed = 1, initial = TEXT.encode("initial")): MseEnd {
  const torrent = { infoHash: HASH, methods };
  const options = { torrent, initial, random: seededRandom(seed) };
  return new MseEnd(new MseHandshake((input) => mseInitiator(input, options)));
}

function dialled(methods = BOTH, seed = 2, hashes = [OTHER, HASH]): MseEnd {
  const torrents = hashes.map((infoHash) => ({ infoHash, methods }));
  const options = { torrents, random: seededRandom(seed) };
  return new MseEnd(new MseHandshake((input) => mseResponder(input, options)));
}

/** Carries what each end says to the other, in parts, until neither says any more. */
function converse(a: MseEnd, b: MseEnd, cut: (bytes: Uint8Array) => Iterable<Uint8Array>): void {
  for (let silent = 0, [from, to] = [a, b]; silent < 2; [from, to] = [to, from]) {
    const said = from.said();
    for (const part of cut(said)) to.hear(part);
    silent = said.length === 0 ? silent + 1 : 0;
  }
}

const methodLists = fc.constantFrom<readonly MseMethod[]>(
  ["rc4"],
  ["plaintext"],
  ["rc4", "plaintext"],
  ["plaintext", "rc4"],
);

Deno.test("MSE: both ends agree, however what they say is cut, and their streams pass", () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 8 });
  const initials = fc.uint8Array({ maxLength: 200 });
  fc.assert(
    fc.property(
      methodLists,
      methodLists,
      fc.nat(),
      lengths,
      initials,
      (ours, theirs, seed, lengths, initial) => {
        const [a, b] = [dialler(ours, seed, initial), dialled(theirs, seed + 1)];
        let turn = 0;
        converse(a, b, function* (bytes) {
          for (let at = 0; at < bytes.length;) {
            const length = lengths[turn++ % lengths.length]!;
            yield bytes.subarray(at, at + length);
            at += length;
          }
        });
        const common = theirs.find((method) => ours.includes(method));
        assertEquals([a.secured?.method, b.secured?.method], [common, common]);
        if (common === undefined) return assertEquals(b.error?.code, "bad_encryption");
        assertEquals([a.secured?.infoHash, b.secured?.infoHash], [HASH, HASH]);
        a.say(TEXT.encode("from a"));
        b.say(TEXT.encode("from b"));
        converse(a, b, (bytes) => [bytes]);
        assertEquals(b.received, concatBytes([initial, TEXT.encode("from a")]));
        assertEquals(a.received, TEXT.encode("from b"));
      },
    ),
  );
});

Deno.test("MSE: what follows is plain only when that was chosen", () => {
  for (const method of BOTH) {
    const [a, b] = [dialler([method]), dialled()];
    converse(a, b, (bytes) => [bytes]);
    a.say(TEXT.encode("plain"));
    assertEquals(new TextDecoder().decode(a.said()) === "plain", method === "plaintext");
  }
});

Deno.test("MSE: who does not know the info-hash is told nothing", () => {
  const [a, b] = [dialler(), dialled(BOTH, 2, [OTHER])];
  converse(a, b, (bytes) => [bytes]);
  assertEquals([b.error?.code, b.error?.fault], ["bad_encryption", "remote"]);
  assertEquals(b.error?.message, "it asked for what is not shared here");
});

/** A handshake by hand with who is dialled: what is said second, given its cipher. */
function ask(request: (encrypt: (bytes: Uint8Array) => Uint8Array) => Uint8Array): MseEnd {
  const b = dialled(["rc4"]);
  const keys = new MseKeys(seededRandom(7));
  b.hear(keys.publicKey);
  const secret = keys.secretWith(b.said().subarray(0, 96));
  const cipher = mseCipher("keyA", secret, HASH);
  const encrypt = (bytes: Uint8Array) => {
    cipher(bytes);
    return bytes;
  };
  b.hear(concatBytes([mseMark(secret), mseName(secret, HASH), request(encrypt)]));
  return b;
}

/** A handshake by hand with who dials: what is answered, given its cipher. */
function answer(reply: (encrypt: (bytes: Uint8Array) => Uint8Array) => Uint8Array): MseEnd {
  const a = dialler(["rc4"]);
  const keys = new MseKeys(seededRandom(7));
  const secret = keys.secretWith(a.said().subarray(0, 96));
  const cipher = mseCipher("keyB", secret, HASH);
  a.hear(concatBytes([
    keys.publicKey,
    reply((bytes) => {
      cipher(bytes);
      return bytes;
    }),
  ]));
  return a;
}

const VC = new Uint8Array(8);

/** Big-endian numbers of so many bytes. */
function numbers(...list: readonly [value: number, bytes: number][]): Uint8Array {
  return concatBytes(
    list.map(([value, bytes]) =>
      Uint8Array.from({ length: bytes }, (_, at) => value / 256 ** (bytes - 1 - at))
    ),
  );
}

Deno.test("MSE: wrong requests are refused at the first byte that shows it", () => {
  const cases: [wrong: Uint8Array, message: string][] = [
    [concatBytes([Uint8Array.of(1), VC, new Uint8Array(5)]), "what it sent cannot be deciphered"],
    [
      concatBytes([VC, numbers([1, 4], [0, 2])]),
      "it offers no way of encryption that is accepted here (rc4)",
    ],
    [
      concatBytes([VC, numbers([2, 4], [513, 2])]),
      "it pads its handshake with 513 bytes; 512 are the most",
    ],
    [
      concatBytes([VC, numbers([2, 4], [0, 2], [MSE_MAX_INITIAL + 1, 2])]),
      "its handshake carries 16385 bytes; 16384 are the most",
    ],
  ];
  for (const [wrong, message] of cases) {
    const b = ask((encrypt) => encrypt(wrong));
    assertEquals([b.error?.code, b.error?.message], ["bad_encryption", message]);
    assertEquals(b.said().length, 0);
  }
});

Deno.test("MSE: bits that mean nothing are passed over, the longest parts are taken", () => {
  const initial = new Uint8Array(MSE_MAX_INITIAL).fill(5);
  const zeros = new Uint8Array(512);
  const request = concatBytes([VC, numbers([0x102, 4], [512, 2]), zeros, numbers([16384, 2])]);
  const b = ask((encrypt) => encrypt(concatBytes([request, initial])));
  assertEquals([b.error, b.secured?.method], [undefined, "rc4"]);
  assertEquals(b.received, initial);
});

Deno.test("MSE: wrong answers are refused", () => {
  const cases: [wrong: Uint8Array, message: string][] = [
    [numbers([1, 4], [0, 2]), "it chose the way of encryption 1, which was not offered"],
    [numbers([3, 4], [0, 2]), "it chose the way of encryption 3, which was not offered"],
    [numbers([0, 4], [0, 2]), "it chose the way of encryption 0, which was not offered"],
    [numbers([2, 4], [600, 2]), "it pads its handshake with 600 bytes; 512 are the most"],
  ];
  for (const [wrong, message] of cases) {
    const a = answer((encrypt) => encrypt(concatBytes([VC, wrong])));
    assertEquals([a.error?.code, a.error?.message], ["bad_encryption", message]);
  }
});

Deno.test("MSE: keys whose secret everybody knows are refused", () => {
  const prime = new MseKeys(seededRandom(1)).publicKey.slice().fill(255);
  for (const key of [new Uint8Array(96), numbers([1, 96]), prime]) {
    const [a, b] = [dialler(), dialled()];
    a.said();
    for (const end of [a, b]) {
      end.hear(key);
      assertEquals([end.error?.code, end.said().length], ["bad_encryption", 0]);
    }
  }
});

Deno.test("MSE: the mark is found behind the longest padding and not any later", () => {
  for (const padding of [0, 1, 511, 512, 513]) {
    const a = answer((encrypt) => {
      const reply = encrypt(concatBytes([VC, numbers([2, 4], [0, 2])]));
      return concatBytes([new Uint8Array(padding).fill(9), reply]);
    });
    assertEquals(a.secured !== undefined, padding <= 512);
    assertEquals(a.error?.code, padding <= 512 ? undefined : "bad_encryption");
  }
});

Deno.test("MSE: garbage is refused once it is longer than any padding, and never kept", () => {
  const bytes = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 });
  fc.assert(fc.property(bytes, fc.boolean(), (parts, dials) => {
    const end = dials ? dialler() : dialled();
    const longest = dials ? 96 + 512 + 8 : 96 + 512 + 20;
    let heard = 0;
    for (const part of parts) {
      end.hear(part);
      heard += part.length;
      assertEquals(end.secured, undefined);
      if (heard >= longest) assertEquals(end.error?.code, "bad_encryption");
      else assert(end.error === undefined || heard >= 96);
    }
    assertLess(end.mostPending, longest);
  }));
});
