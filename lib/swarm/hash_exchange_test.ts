import { assertEquals, assertGreater, assertLessOrEqual } from "jsr:@std/assert@1";
import { SwarmHarness } from "../../tests/support/swarm_harness.ts";
import type { HashRequest } from "../wire/peer_message.ts";
import { MAX_HASH_SERVES } from "./defaults.ts";
import type { HashAnswer } from "./types.ts";

const ALL = [...Array(64).keys()];

function good(request: HashRequest) {
  const { root, baseLayer, index, length, proofLayers } = request;
  const hashes = new Uint8Array(32 * length).fill(1);
  return { kind: "hashes" as const, root, baseLayer, index, length, proofLayers, hashes };
}

Deno.test("hashes: pieces without a proof are not asked for; their hashes are, each range once", () => {
  const swarm = new SwarmHarness({ pieces: 64, blocks: 1, unproven: ALL });
  const peers = [swarm.connectSource(), swarm.connectSource(), swarm.connectSource()];
  const asked = peers.flatMap((peer) => swarm.sent(peer, "hash_request").map((r) => r.index));
  assertEquals(asked.toSorted((a, b) => a - b), [0, 8, 16, 24, 32, 40, 48, 56]);
  for (const peer of peers) {
    assertEquals(swarm.sent(peer, "request"), []);
    assertLessOrEqual(swarm.sent(peer, "hash_request").length, 4);
  }
  const [request] = swarm.sent(peers[0]!, "hash_request");
  const out = swarm.say(peers[0]!, good(request!));
  const pieces = peers.flatMap((peer) => swarm.sent(peer, "request", out).map((r) => r.piece));
  assertEquals(new Set(pieces), new Set(ALL.slice(request!.index, request!.index + 8)));
});

Deno.test("hashes: those that disagree with the root end the matter with their sender", () => {
  const swarm = new SwarmHarness({ pieces: 8, blocks: 1, unproven: ALL.slice(0, 8) });
  const liar = swarm.connectSource();
  const honest = swarm.connectSource();
  const [request] = swarm.sent(liar, "hash_request");
  const out = swarm.say(liar, { ...good(request!), hashes: new Uint8Array(32 * 8) });
  assertEquals([swarm.closeCode(liar), swarm.all("ban").length], ["false_data", 1]);
  assertEquals(swarm.sent(honest, "hash_request", out).length, 1, "another is asked");
  assertEquals(swarm.proofs.added, 0);
});

Deno.test("hashes: an answer that nobody asked for closes; in another's place, too", () => {
  const swarm = new SwarmHarness({ pieces: 64, blocks: 1, unproven: ALL });
  const one = swarm.connectSource();
  const [request] = swarm.sent(one, "hash_request");
  const other = swarm.connectSource({ v2: false });
  swarm.say(other, good(request!));
  assertEquals(swarm.closeCode(other), "unsolicited");
  swarm.say(one, good({ ...request!, index: request!.index + 32 }));
  assertEquals([swarm.closeCode(one), swarm.proofs.added], ["unsolicited", 0]);
});

Deno.test("hashes: an answer after another was asked is no crime, once", () => {
  const swarm = new SwarmHarness({ pieces: 8, blocks: 1, unproven: ALL.slice(0, 8) });
  const slow = swarm.connectSource();
  const [request] = swarm.sent(slow, "hash_request");
  const other = swarm.connectSource();
  swarm.pass(22_000);
  assertEquals(swarm.sent(other, "hash_request").length, 1);
  swarm.say(slow, good(request!));
  assertEquals(swarm.closeCode(slow), undefined);
  swarm.say(slow, good(request!));
  assertEquals(swarm.closeCode(slow), "unsolicited");
});

Deno.test("hashes: one that rejects is asked again after a while, and only one that knows of them", () => {
  const swarm = new SwarmHarness({ pieces: 8, blocks: 1, unproven: ALL.slice(0, 8) });
  const old = swarm.connectSource({ v2: false });
  const peer = swarm.connectSource();
  const [request] = swarm.sent(peer, "hash_request");
  swarm.say(peer, { ...request!, kind: "hash_reject" });
  assertEquals(swarm.sent(peer, "hash_request").length, 1);
  swarm.pass(25_000);
  assertEquals(swarm.sent(peer, "hash_request").length, 2);
  assertEquals(swarm.sent(old, "hash_request").length, 0);
  assertEquals(swarm.snapshot.health, "hashes");
});

Deno.test("hashes: every request of a peer is answered, and only so many are computed for it", () => {
  const swarm = new SwarmHarness({ pieces: 8, blocks: 4, have: [0] });
  const known: HashAnswer = { kind: "read", pieces: [0] };
  const proofs = swarm.proofs as { answer: (request: HashRequest) => HashAnswer | undefined };
  const request = { root: new Uint8Array(32), baseLayer: 0, index: 0, length: 4, proofLayers: 1 };
  const peer = swarm.connect();
  proofs.answer = () => undefined;
  swarm.say(peer, { kind: "hash_request", ...request, length: 3, index: 2 ** 31 });
  assertEquals(swarm.sent(peer, "hash_reject").length, 1);
  proofs.answer = () => ({ kind: "read", pieces: [0, 1] });
  swarm.say(peer, { kind: "hash_request", ...request });
  assertEquals(swarm.sent(peer, "hash_reject").length, 2, "piece 1 is not here");
  proofs.answer = () => known;
  for (let at = 0; at < 100; at++) swarm.say(peer, { kind: "hash_request", ...request });
  const serves = swarm.all("serve_hashes");
  assertEquals(serves.length, MAX_HASH_SERVES);
  assertEquals(swarm.sent(peer, "hash_reject").length, 2 + 100 - MAX_HASH_SERVES);
  const hashes = new Uint8Array(32 * 5);
  for (const [at, serve] of serves.entries()) {
    const answer = at % 2 ? { hashes } : {};
    swarm.give({ kind: "served_hashes", peer, request: serve.request, ...answer });
  }
  assertEquals(swarm.sent(peer, "hashes").length, MAX_HASH_SERVES / 2);
  assertGreater(swarm.sent(peer, "hash_reject").length, 100 - MAX_HASH_SERVES / 2);
  swarm.give({ kind: "served_hashes", peer, request: serves[0]!.request, hashes });
  assertEquals(swarm.sent(peer, "hashes").length, MAX_HASH_SERVES / 2, "once only");
});

Deno.test("hashes: what a peer that left owed is asked of another", () => {
  const swarm = new SwarmHarness({ pieces: 8, blocks: 1, unproven: ALL.slice(0, 8) });
  const one = swarm.connectSource();
  const other = swarm.connectSource();
  const out = swarm.give({ kind: "left", peer: one });
  assertEquals(swarm.sent(other, "hash_request", out).length, 1);
});
