import { assert, assertEquals, assertInstanceOf, assertRejects } from "jsr:@std/assert@1";
import {
  DIALLED,
  DIALLER,
  hybrid,
  MeetingPlace,
  nextFrom,
  sendTo,
  V1,
  V2,
  V2_SHORT,
} from "../../tests/support/meeting_place.ts";
import { concatBytes } from "../base/bytes.ts";
import { infoHash } from "../base/ids.ts";
import { NetError } from "../net/errors.ts";
import { WireError } from "../wire/errors.ts";
import { classifyOpening, encodeHandshake } from "../wire/handshake.ts";
import { meetPeer, type Met } from "./meet.ts";
import type { SwarmIdentity } from "./swarm_identity.ts";
import type { Encryption } from "./types.ts";

const { signal } = new AbortController();

/** Sees to it that both understand what the other one says. */
async function checkTalk(one: Met, other: Met): Promise<void> {
  for (const [from, to] of [[one, other], [other, one]] as const) {
    for (const piece of [1, 2_000_000]) {
      await sendTo(from, { kind: "have", piece });
      assertEquals(await nextFrom(to), { kind: "have", piece });
    }
  }
}

function isEncrypted({ encrypt, decrypt }: Met): boolean {
  assertEquals(encrypt === undefined, decrypt === undefined);
  return encrypt !== undefined;
}

/** Who dials, who is dialled, how many connections it takes, and whether what follows is encrypted. */
const COMBINATIONS: [Encryption | undefined, Encryption | undefined, number, boolean][] = [
  [undefined, undefined, 1, false],
  [undefined, "require", 3, true],
  ["require", undefined, 1, true],
  ["off", "off", 1, false],
  ["off", "prefer", 1, false],
  ["off", "require", 3, true],
  ["prefer", "off", 1, false],
  ["prefer", "prefer", 1, true],
  ["prefer", "require", 1, true],
  ["require", "off", 1, true],
  ["require", "prefer", 1, true],
  ["require", "require", 1, true],
];

for (const [dials, dialled, connections, encrypted] of COMBINATIONS) {
  const [who, whom] = [dials ?? "by default", dialled ?? "by default"];
  Deno.test(`encryption: ${who} dials ${whom}: ${encrypted ? "RC4" : "plain"}`, async () => {
    await using place = new MeetingPlace([hybrid(DIALLED, dialled)]);
    const met = await meetPeer(place.address, hybrid(DIALLER, dials), signal);
    using _closing = met.connection;
    const greeted = await place.last();
    assert(greeted !== "silent" && !(greeted instanceof Error), String(greeted));
    assertEquals(place.greeted.length, connections);
    assertEquals([isEncrypted(met), isEncrypted(greeted.met)], [encrypted, encrypted]);
    assertEquals([met.handshake.peerId, greeted.met.handshake.peerId], [DIALLED, DIALLER]);
    assertEquals([met.v2, greeted.met.v2], [true, true]);
    await checkTalk(met, greeted.met);
  });
}

const KINDS: [string, SwarmIdentity, SwarmIdentity, boolean, number][] = [
  ["v1 dials hybrid", { peerId: DIALLER, v1: V1 }, hybrid(DIALLED), false, 1],
  ["hybrid dials v1", hybrid(DIALLER), { peerId: DIALLED, v1: V1 }, false, 1],
  ["v2 dials hybrid", { peerId: DIALLER, v2: V2 }, hybrid(DIALLED), true, 1],
  ["hybrid dials v2", hybrid(DIALLER), { peerId: DIALLED, v2: V2 }, true, 2],
];

for (const [what, ours, theirs, v2, connections] of KINDS) {
  for (const encryption of ["off", "require"] as const) {
    Deno.test(`meeting: ${what}, encryption ${encryption}`, async () => {
      await using place = new MeetingPlace([theirs]);
      const met = await meetPeer(place.address, { ...ours, encryption }, signal);
      using _closing = met.connection;
      const greeted = await place.last();
      assert(greeted !== "silent" && !(greeted instanceof Error), String(greeted));
      assertEquals([met.v2, greeted.met.v2, place.greeted.length], [v2, v2, connections]);
      assertEquals(isEncrypted(met), encryption === "require");
      await checkTalk(met, greeted.met);
    });
  }
}

/** Answers each connection with the next of these, whatever it says, once it has said something. */
function answering(answers: readonly (Uint8Array | "hangs up")[]) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const heard: Uint8Array[] = [];
  const serving = (async () => {
    for (const answer of answers) {
      using conn = await listener.accept();
      const buffer = new Uint8Array(2048);
      heard.push(buffer.subarray(0, await conn.read(buffer) ?? 0));
      if (answer === "hangs up") continue;
      await conn.write(answer);
      await conn.read(buffer);
    }
  })();
  return {
    address: { host: "127.0.0.1", port: listener.addr.port },
    heard,
    async [Symbol.asyncDispose]() {
      listener.close();
      await serving;
    },
  };
}

function isPlain(bytes: Uint8Array): boolean {
  return classifyOpening(bytes) === "bittorrent";
}

function handshakeOf(hash: string): Uint8Array {
  const abilities = { extended: true, fast: true, dht: false, v2: false };
  return encodeHandshake({ ...abilities, infoHash: infoHash(hash)!, peerId: DIALLED });
}

Deno.test("meeting: a peer that knows no encryption is dialled again without", async () => {
  await using peer = answering(["hangs up", "hangs up", handshakeOf(V1)]);
  const met = await meetPeer(peer.address, hybrid(DIALLER, "prefer"), signal);
  met.connection.close();
  assertEquals(isEncrypted(met), false);
  assertEquals(peer.heard.map(isPlain), [false, false, true]);
});

Deno.test("meeting: a peer that requires encryption is dialled again with it", async () => {
  await using peer = answering(["hangs up", "hangs up", "hangs up", "hangs up"]);
  const error = await assertRejects(
    () => meetPeer(peer.address, hybrid(DIALLER), signal),
    NetError,
  );
  assertEquals([error.code, error.fault], ["reset", "remote"]);
  assertEquals(peer.heard.map(isPlain), [true, true, false, false]);
});

Deno.test("meeting: where encryption is required nothing is said without", async () => {
  await using peer = answering(["hangs up", "hangs up"]);
  const error = await assertRejects(
    () => meetPeer(peer.address, hybrid(DIALLER, "require"), signal),
    NetError,
  );
  assertEquals([error.code, error.fault], ["reset", "remote"]);
  assertEquals(peer.heard.map(isPlain), [false, false]);
});

Deno.test("meeting: a peer that has another torrent is not dialled again", async () => {
  const other = "99".repeat(20);
  await using peer = answering([handshakeOf(other)]);
  const error = await assertRejects(
    () => meetPeer(peer.address, hybrid(DIALLER), signal),
    WireError,
  );
  assertEquals([error.code, peer.heard.length], ["bad_handshake", 1]);
});

Deno.test("meeting: what speaks no BitTorrent is not dialled again", async () => {
  const talk = new Uint8Array(700).fill(65);
  for (
    const [encryption, code] of [["off", "bad_handshake"], ["require", "bad_encryption"]] as const
  ) {
    await using peer = answering([talk]);
    const error = await assertRejects(
      () => meetPeer(peer.address, hybrid(DIALLER, encryption), signal),
      WireError,
    );
    assertEquals([error.code, peer.heard.length], [code, 1]);
  }
});

Deno.test("meeting: what comes with the handshake is not lost", async () => {
  const have = Uint8Array.of(0, 0, 0, 5, 4, 0, 0, 0, 7);
  await using peer = answering([concatBytes([handshakeOf(V2_SHORT), have])]);
  const met = await meetPeer(peer.address, hybrid(DIALLER), signal);
  assertEquals(await nextFrom(met), { kind: "have", piece: 7 });
  met.connection.close();
});

Deno.test("meeting: the signal ends it", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const address = { host: "127.0.0.1", port: listener.addr.port };
  for (const encryption of [undefined, "require"] as const) {
    const abort = new AbortController();
    const meeting = meetPeer(address, hybrid(DIALLER, encryption), abort.signal);
    using _conn = await listener.accept();
    abort.abort();
    const error = await meeting.catch((error: unknown) => error);
    assertInstanceOf(error, NetError);
    assertEquals(error.code, "aborted");
  }
});
