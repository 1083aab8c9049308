/** Replays handshakes that scripts/vectors/mse.py computed, by either end. */
import { assert, assertEquals } from "jsr:@std/assert@1";
import { concatBytes, fromHex, toHex } from "../../lib/base/bytes.ts";
import { infoHash } from "../../lib/base/ids.ts";
import type { Random } from "../../lib/base/random.ts";
import { MseHandshake } from "../../lib/wire/mse_handshake.ts";
import { mseInitiator } from "../../lib/wire/mse_initiator.ts";
import { mseResponder } from "../../lib/wire/mse_responder.ts";
import type { MseMethod, MseTorrent } from "../../lib/wire/mse_types.ts";
import { MseEnd } from "../support/mse_end.ts";
import vectors from "./mse.json" with { type: "json" };

type Vector = (typeof vectors)[number];

/** Chance as a vector has it: the private key, then the paddings. */
function scripted({ private: key, pad, zeros }: Vector["a"]): Random {
  const length = (bytes: number) => (bytes + 0.5) / 513;
  const noise = (hex: string) => Array.from(fromHex(hex)!, (byte) => byte / 256);
  const values = [...noise(key), length(pad.length / 2), ...noise(pad), length(zeros)];
  return {
    next() {
      const value = values.shift();
      assert(value !== undefined, "more chance is wanted than there is");
      return value;
    },
  };
}

function torrentOf(vector: Vector, methods: readonly string[]): MseTorrent {
  return { infoHash: infoHash(vector.infoHash)!, methods: methods as MseMethod[] };
}

function dialler(vector: Vector): MseEnd {
  const torrent = torrentOf(vector, vector.provide);
  const initial = fromHex(vector.initial)!;
  const options = { torrent, initial, random: scripted(vector.a) };
  return new MseEnd(new MseHandshake((input) => mseInitiator(input, options)));
}

function dialled(vector: Vector): MseEnd {
  const others = Array.from({ length: 3 }, (_, at) => ({
    infoHash: infoHash(`${at}`.repeat(40))!,
    methods: [],
  }));
  const torrents = [...others, torrentOf(vector, [vector.select])];
  const random = scripted(vector.b);
  return new MseEnd(new MseHandshake((input) => mseResponder(input, { torrents, random })));
}

/** The ways in which bytes can arrive. */
const ARRIVALS: [string, (bytes: Uint8Array) => Uint8Array[]][] = [
  ["whole", (bytes) => [bytes]],
  ["byte by byte", (bytes) => Array.from(bytes, (byte) => Uint8Array.of(byte))],
  ["in sevens", (bytes) => {
    const count = Math.ceil(bytes.length / 7);
    return Array.from({ length: count }, (_, at) => bytes.subarray(7 * at, 7 * at + 7));
  }],
];

for (const vector of vectors) {
  const { said, a, b } = vector;
  for (const [how, arrive] of ARRIVALS) {
    Deno.test(`MSE vector, ${vector.name}: who dials, heard ${how}`, () => {
      const end = dialler(vector);
      assertEquals(toHex(end.said()), said.a1);
      for (const bytes of arrive(fromHex(said.b1)!)) end.hear(bytes);
      assertEquals(toHex(end.said()), said.a2);
      for (const bytes of arrive(fromHex(said.b2)!)) end.hear(bytes);
      assertEquals([end.error, end.secured?.method], [undefined, vector.select as MseMethod]);
      assertEquals(toHex(end.received), b.payload);
      end.say(fromHex(a.payload)!);
      assertEquals(toHex(end.said()), said.a3);
    });

    Deno.test(`MSE vector, ${vector.name}: who is dialled, heard ${how}`, () => {
      const end = dialled(vector);
      assertEquals(end.said().length, 0);
      for (const bytes of arrive(fromHex(said.a1)!)) end.hear(bytes);
      assertEquals(toHex(end.said()), said.b1);
      // Who offers one method only may go on at once with what comes behind the handshake.
      for (const bytes of arrive(concatBytes([said.a2, said.a3].map((hex) => fromHex(hex)!)))) {
        end.hear(bytes);
      }
      assertEquals([end.error, end.secured?.method], [undefined, vector.select as MseMethod]);
      assertEquals(end.secured?.infoHash as string, vector.infoHash);
      assertEquals(toHex(end.received), vector.initial + a.payload);
      end.say(fromHex(b.payload)!);
      assertEquals(toHex(end.said()), said.b2);
    });
  }
}
