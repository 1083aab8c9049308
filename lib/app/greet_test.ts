import { assert, assertEquals, assertInstanceOf } from "jsr:@std/assert@1";
import {
  DIALLED,
  DIALLER,
  type Greeted,
  hybrid,
  MeetingPlace,
  nextFrom,
  sendTo,
  V1,
} from "../../tests/support/meeting_place.ts";
import { MseEnd } from "../../tests/support/mse_end.ts";
import { seededRandom } from "../../tests/support/seeded_random.ts";
import { HandTimers } from "../../tests/support/stand_ins.ts";
import { concatBytes } from "../base/bytes.ts";
import { type InfoHash, infoHash } from "../base/ids.ts";
import { NetError } from "../net/errors.ts";
import { WireError } from "../wire/errors.ts";
import { MseHandshake } from "../wire/mse_handshake.ts";
import { mseInitiator } from "../wire/mse_initiator.ts";
import type { MseMethod } from "../wire/mse_types.ts";
import { SILENCE_MS } from "./greet.ts";
import { ownHandshake } from "./own_handshake.ts";

const OTHER = infoHash("99".repeat(20))!;
const HAVE = Uint8Array.of(0, 0, 0, 5, 4, 0, 0, 0, 7);
const HANDSHAKE = ownHandshake(V1, { peerId: DIALLER, v1: V1 });

function connect({ address }: MeetingPlace): Promise<Deno.TcpConn> {
  return Deno.connect({ hostname: address.host, port: address.port });
}

/** Writes each part in a segment of its own, if the system pleases. */
async function write(conn: Deno.TcpConn, parts: Iterable<Uint8Array>): Promise<void> {
  conn.setNoDelay(true);
  for (const part of parts) await conn.write(part);
}

function bytewise(bytes: Uint8Array): Uint8Array[] {
  return Array.from(bytes, (byte) => Uint8Array.of(byte));
}

/** Talks through the encrypted handshake as who dials; not further than the other end lets it. */
async function encrypted(
  conn: Deno.TcpConn,
  named: InfoHash,
  methods: readonly MseMethod[],
  initial: Uint8Array,
  cut = (bytes: Uint8Array) => [bytes],
): Promise<MseEnd> {
  const options = { torrent: { infoHash: named, methods }, initial, random: seededRandom(5) };
  const end = new MseEnd(new MseHandshake((input) => mseInitiator(input, options)));
  const buffer = new Uint8Array(100);
  while (!end.secured) {
    await write(conn, cut(end.said()));
    const count = await conn.read(buffer);
    if (count === null) break;
    end.hear(buffer.subarray(0, count));
  }
  return end;
}

function peerOf(greeted: Greeted) {
  assert(greeted !== "silent" && !(greeted instanceof Error), String(greeted));
  return greeted;
}

Deno.test("greeting: a plain handshake, whole, byte by byte and with more behind it", async () => {
  const stream = concatBytes([HANDSHAKE, HAVE]);
  for (const parts of [[stream], bytewise(stream)]) {
    await using place = new MeetingPlace([hybrid(DIALLED)]);
    using conn = await connect(place);
    await write(conn, parts);
    const { met } = peerOf(await place.first());
    assertEquals([met.handshake.peerId, met.v2, met.encrypt], [DIALLER, false, undefined]);
    assertEquals(await nextFrom(met), { kind: "have", piece: 7 });
  }
});

Deno.test("greeting: an encrypted handshake, whole and byte by byte, with more in it", async () => {
  for (const method of ["rc4", "plaintext"] as const) {
    for (const cut of [(bytes: Uint8Array) => [bytes], bytewise]) {
      for (const inside of [0, 30, HANDSHAKE.length, HANDSHAKE.length + 3]) {
        const stream = concatBytes([HANDSHAKE, HAVE]);
        await using place = new MeetingPlace([hybrid(DIALLED)]);
        using conn = await connect(place);
        const end = await encrypted(conn, V1, [method], stream.subarray(0, inside), cut);
        end.say(stream.subarray(inside));
        await write(conn, cut(end.said()));
        const { met } = peerOf(await place.first());
        assertEquals(met.handshake.peerId, DIALLER);
        assertEquals(met.encrypt !== undefined, method === "rc4");
        assertEquals(await nextFrom(met), { kind: "have", piece: 7 });
        await sendTo(met, { kind: "unchoke" });
        const buffer = new Uint8Array(100);
        while (end.received.length < HANDSHAKE.length + 5) {
          end.hear(buffer.subarray(0, await conn.read(buffer) ?? 0));
        }
        assertEquals([...end.received.subarray(HANDSHAKE.length)], [0, 0, 0, 1, 1]);
      }
    }
  }
});

/** What comes of who says this and waits. */
async function refusal(place: MeetingPlace, said: Uint8Array): Promise<unknown> {
  using conn = await connect(place);
  await write(conn, [said]);
  return await place.first();
}

Deno.test("greeting: a torrent that is not shared is refused, plain and encrypted", async () => {
  const handshake = ownHandshake(OTHER, { peerId: DIALLER, v1: OTHER });
  await using plain = new MeetingPlace([hybrid(DIALLED)]);
  const error = await refusal(plain, handshake);
  assertInstanceOf(error, NetError);
  assertEquals(error.message, "it asked for what is not shared here");
  await using place = new MeetingPlace([hybrid(DIALLED)]);
  using conn = await connect(place);
  assertEquals((await encrypted(conn, OTHER, ["rc4"], handshake)).secured, undefined);
  const other = await place.first();
  assertInstanceOf(other, WireError);
  assertEquals([other.code, other.message], [
    "bad_encryption",
    "it asked for what is not shared here",
  ]);
});

Deno.test("greeting: who names one share and asks for another is refused", async () => {
  await using place = new MeetingPlace([hybrid(DIALLED), { peerId: DIALLED, v1: OTHER }]);
  using conn = await connect(place);
  await encrypted(conn, OTHER, ["rc4"], HANDSHAKE);
  const error = await place.first();
  assertInstanceOf(error, NetError);
  assertEquals(error.message, "it asked for what is not shared here");
});

Deno.test("greeting: one of several shares is found by either hash", async () => {
  const shares = [{ peerId: DIALLED, v1: OTHER }, hybrid(DIALLED)];
  await using place = new MeetingPlace(shares);
  using conn = await connect(place);
  await encrypted(conn, V1, ["rc4"], HANDSHAKE);
  const { identity } = peerOf(await place.first());
  assert(identity === shares[1]);
});

Deno.test("greeting: what is required must be offered", async () => {
  await using place = new MeetingPlace([hybrid(DIALLED, "require")]);
  const error = await refusal(place, HANDSHAKE);
  assertInstanceOf(error, NetError);
  assertEquals(error.message, "it does not encrypt, which is required here");
  await using another = new MeetingPlace([hybrid(DIALLED, "require")]);
  using conn = await connect(another);
  assertEquals((await encrypted(conn, V1, ["plaintext"], HANDSHAKE)).secured, undefined);
  const other = await another.first();
  assertInstanceOf(other, WireError);
  assertEquals(other.code, "bad_encryption");
});

Deno.test("greeting: what is no BitTorrent at all is refused once that is certain", async () => {
  await using place = new MeetingPlace([hybrid(DIALLED)]);
  const error = await refusal(place, new TextEncoder().encode("GET / HTTP/1.1\r\n".repeat(50)));
  assertInstanceOf(error, WireError);
  assertEquals(error.code, "bad_encryption");
});

Deno.test("greeting: who hangs up early is told apart", async () => {
  for (const said of [new Uint8Array(0), HANDSHAKE.subarray(0, 10), new Uint8Array(50)]) {
    await using place = new MeetingPlace([hybrid(DIALLED)]);
    const conn = await connect(place);
    await write(conn, said.length > 0 ? [said] : []);
    conn.close();
    const error = await place.first();
    assertInstanceOf(error, NetError);
    assertEquals([error.code, error.fault], ["reset", "remote"]);
  }
});

Deno.test("greeting: who says nothing is a downloader of the original", async () => {
  await using place = new MeetingPlace([hybrid(DIALLED)]);
  using timers = new HandTimers();
  using _conn = await connect(place);
  (await timers.find(({ ms }) => ms === SILENCE_MS)).end();
  assertEquals(await place.first(), "silent");
});

Deno.test("greeting: all handshakes have one deadline together", async () => {
  for (const said of [Uint8Array.of(19), new Uint8Array(20).fill(7), HANDSHAKE.subarray(0, 60)]) {
    await using place = new MeetingPlace([hybrid(DIALLED)]);
    using timers = new HandTimers();
    using conn = await connect(place);
    await write(conn, [said]);
    (await timers.find(({ ms }) => ms > SILENCE_MS && ms <= 10_000)).end();
    const error = await place.first();
    assertInstanceOf(error, NetError);
    assertEquals(error.code, "timeout");
  }
});
