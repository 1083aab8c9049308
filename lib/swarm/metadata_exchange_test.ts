import { assertEquals, assertGreater, assertLessOrEqual } from "jsr:@std/assert@1";
import { SwarmHarness } from "../../tests/support/swarm_harness.ts";
import { MAX_METADATA, METADATA_COPIES, METADATA_PIECE } from "./defaults.ts";
import type { PeerKey } from "./types.ts";

const SIZE = 3 * METADATA_PIECE + 5;
const METADATA = Uint8Array.from({ length: SIZE }, (_, at) => at % 251);

function magnet(): SwarmHarness {
  return new SwarmHarness({ magnet: true, metadata: METADATA });
}

function connect(swarm: SwarmHarness, metadataSize = SIZE, host?: string): PeerKey {
  const peer = swarm.connect({ has: "all", ...host && { host } });
  swarm.introduce(peer, ["ut_metadata"], { metadataSize });
  return peer;
}

/** A peer answers everything that it was asked for, or a part of it. */
function answer(swarm: SwarmHarness, peer: PeerKey, { lies = false, from = 0 } = {}): void {
  for (const { piece } of swarm.sent(peer, "metadata_request").slice(from)) {
    const begin = piece * METADATA_PIECE;
    const data = METADATA.slice(begin, begin + METADATA_PIECE);
    if (lies) data[0]! ^= 1;
    swarm.say(peer, { kind: "metadata_data", piece, totalSize: SIZE, data });
  }
}

Deno.test("metadata: it is gathered from several peers, handed out once and then used", () => {
  const swarm = magnet();
  const peers = [connect(swarm), connect(swarm)];
  assertEquals(swarm.snapshot.health, "metadata");
  assertEquals(peers.map((peer) => swarm.sent(peer, "metadata_request").length), [4, 0]);
  answer(swarm, peers[0]!);
  const [copy] = swarm.all("metadata");
  assertEquals(copy!.bytes, METADATA);
  swarm.give({ kind: "metadata_verified", ok: true, torrent: swarm.swarmTorrent });
  swarm.say(peers[1]!, { kind: "unchoke" });
  assertGreater(swarm.sent(peers[1]!, "request").length, 0);
  assertEquals(swarm.all("metadata").length, 1);
});

Deno.test("metadata: whoever sent all of a wrong copy is banned, and another is asked", () => {
  const swarm = magnet();
  const liar = connect(swarm, SIZE, "203.0.113.9");
  answer(swarm, liar, { lies: true });
  const honest = connect(swarm);
  swarm.give({ kind: "metadata_verified", ok: false });
  assertEquals([swarm.closeCode(liar), swarm.all("ban").length], ["false_data", 1]);
  answer(swarm, honest);
  assertEquals(swarm.all("metadata").at(-1)!.bytes, METADATA);
});

Deno.test("metadata: when a wrong copy came from several, each is asked alone, and the liar found", () => {
  const swarm = magnet();
  const [one, other] = [connect(swarm), connect(swarm)];
  const [first] = swarm.sent(one, "metadata_request");
  const data = METADATA.slice(0, METADATA_PIECE);
  swarm.say(one, { kind: "metadata_data", piece: first!.piece, totalSize: SIZE, data });
  for (const { piece } of swarm.sent(one, "metadata_request").slice(1)) {
    swarm.say(one, { kind: "metadata_reject", piece });
  }
  answer(swarm, other, { lies: true });
  assertEquals(swarm.all("metadata").length, 1);
  swarm.give({ kind: "metadata_verified", ok: false });
  assertEquals([swarm.closeCode(one), swarm.closeCode(other)], [undefined, undefined]);
  const asked = { one: swarm.sent(one, "metadata_request").length, other: 3 };
  answer(swarm, other, { lies: true, from: asked.other });
  swarm.give({ kind: "metadata_verified", ok: false });
  assertEquals(swarm.closeCode(other), "false_data");
  swarm.pass(31_000);
  answer(swarm, one, { from: asked.one });
  assertEquals(swarm.all("metadata").at(-1)!.bytes, METADATA);
});

Deno.test("metadata: a size that is none, or over 30 MiB, is not believed", () => {
  const swarm = magnet();
  for (const size of [0, MAX_METADATA + 1, 2 ** 31, Number.MAX_SAFE_INTEGER]) {
    const peer = connect(swarm, size);
    assertEquals(swarm.sent(peer, "metadata_request"), [], `${size} bytes`);
    assertEquals(swarm.closeCode(peer), undefined);
  }
  assertEquals(swarm.snapshot.metadata, undefined);
});

Deno.test("metadata: one huge size does not keep the true one away", () => {
  const swarm = magnet();
  const liar = connect(swarm, MAX_METADATA);
  assertLessOrEqual(swarm.sent(liar, "metadata_request").length, 4);
  const honest = [connect(swarm), connect(swarm), connect(swarm)];
  swarm.pass(20_000);
  for (const peer of honest) answer(swarm, peer);
  assertEquals(swarm.all("metadata").map(({ bytes }) => bytes.length), [SIZE]);
});

Deno.test("metadata: pieces of a wrong length, of another size or unasked are not taken", () => {
  const swarm = magnet();
  const peer = connect(swarm);
  const data = new Uint8Array(METADATA_PIECE);
  swarm.say(peer, { kind: "metadata_data", piece: 77, totalSize: SIZE, data });
  swarm.say(peer, { kind: "metadata_data", piece: 0, totalSize: SIZE + 1, data });
  swarm.say(peer, { kind: "metadata_data", piece: 1, totalSize: SIZE, data: data.subarray(1) });
  swarm.say(peer, { kind: "metadata_data", piece: 1, totalSize: SIZE, data });
  assertEquals(swarm.snapshot.metadata, { bytes: 0, size: SIZE });
});

Deno.test("metadata: what takes too long, or goes with its peer, is asked of another", () => {
  const swarm = magnet();
  const slow = connect(swarm);
  const other = connect(swarm);
  swarm.pass(16_000);
  assertEquals(swarm.sent(other, "metadata_request").length, 4);
  swarm.give({ kind: "left", peer: other });
  const third = connect(swarm);
  assertEquals(swarm.sent(third, "metadata_request").length, 4);
  assertEquals(swarm.sent(slow, "metadata_request").length, 4);
});

Deno.test("metadata: it is served, but not without end, and what is not there is rejected", () => {
  const swarm = new SwarmHarness({ metadata: METADATA });
  const peer = swarm.connect({ extensions: ["ut_metadata"] });
  for (let at = 0; at < 100; at++) swarm.say(peer, { kind: "metadata_request", piece: at % 4 });
  const sent = swarm.sent(peer, "metadata_data");
  assertEquals(sent.length, METADATA_COPIES * 4);
  assertEquals(sent.slice(0, 4).map(({ data }) => data.length), [16_384, 16_384, 16_384, 5]);
  assertEquals(sent[3]!.totalSize, SIZE);
  const rejected = swarm.sent(peer, "metadata_reject").length;
  assertEquals(rejected, 100 - METADATA_COPIES * 4);
  swarm.say(peer, { kind: "metadata_request", piece: 4 });
  swarm.say(peer, { kind: "metadata_request", piece: 2 ** 40 });
  assertEquals(swarm.sent(peer, "metadata_reject").length, rejected + 2);
});
