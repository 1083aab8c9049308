import { assert, assertEquals, assertLess } from "jsr:@std/assert@1";
import { concatBytes, fromHex, toHex } from "../../lib/base/bytes.ts";
import { infoHash } from "../../lib/base/ids.ts";
import { MseHandshake } from "../../lib/wire/mse_handshake.ts";
import { mseInitiator } from "../../lib/wire/mse_initiator.ts";
import { MSE_MAX_INITIAL, mseResponder } from "../../lib/wire/mse_responder.ts";
import type { MseTorrent } from "../../lib/wire/mse_types.ts";
import { MseEnd } from "../support/mse_end.ts";
import { seededRandom } from "../support/seeded_random.ts";
import { cut, mutate, RUNS, seeded } from "./mutations.ts";

/** Each handshake computes four powers of numbers of 768 bits, so there are fewer of them. */
const HANDSHAKES = Math.ceil(RUNS / 50);

const HASH = infoHash("0123456789".repeat(4))!;
const TORRENT: MseTorrent = { infoHash: HASH, methods: ["rc4", "plaintext"] };
const INITIAL = fromHex("13" + "ab".repeat(67))!;

/** Either end, with the same keys and paddings every time. */
function endOf(dials: boolean): MseEnd {
  const random = seededRandom(dials ? 1 : 2);
  return new MseEnd(
    new MseHandshake((input) =>
      dials
        ? mseInitiator(input, { torrent: TORRENT, initial: INITIAL, random })
        : mseResponder(input, { torrents: [TORRENT], random })
    ),
  );
}

/** All that the other end says to this one in a handshake that comes to its end, and something more. */
function saidTo(dials: boolean): Uint8Array {
  const [end, other] = [endOf(dials), endOf(!dials)];
  const said: Uint8Array[] = [];
  for (let turn = 0; turn < 3; turn++) {
    const words = other.said();
    said.push(words);
    end.hear(words);
    other.hear(end.said());
  }
  assert(end.secured && other.secured);
  return concatBytes([...said, new Uint8Array(100)]);
}

/** What comes of it, and that it is within the limits. */
function outcome(dials: boolean, pieces: readonly Uint8Array[]): string {
  const end = endOf(dials);
  for (const piece of pieces) end.hear(piece);
  assertLess(end.mostPending, MSE_MAX_INITIAL);
  if (end.error) {
    assertEquals([end.error.code, end.error.fault], ["bad_encryption", "remote"]);
    return end.error.message;
  }
  return `${end.secured?.method} ${toHex(end.received)}`;
}

for (const dials of [true, false]) {
  const who = dials ? "who dials" : "who is dialled";
  Deno.test(`fuzz: mutated encrypted handshakes are finished or refused by ${who}`, () => {
    const sample = saidTo(dials);
    const random = seeded(dials ? 30_001 : 30_002);
    for (let run = 0; run < HANDSHAKES; run++) {
      // Most of it comes after the key, where one changed byte ends everything.
      const kept = Math.floor(random() * sample.length);
      const bytes = concatBytes([
        sample.subarray(0, kept),
        mutate(sample.subarray(kept), random),
      ]);
      assertEquals(outcome(dials, cut(bytes, random)), outcome(dials, [bytes]), `run ${run}`);
    }
  });
}
