import { assertEquals, assertGreater } from "jsr:@std/assert@1";
import { SwarmHarness } from "../../tests/support/swarm_harness.ts";
import type { PeerKey } from "./types.ts";

function request(piece: number, block = 0) {
  return { kind: "request" as const, piece, begin: block * 16_384, length: 16_384 };
}

/** Says that everything that was to be served has left. @returns How many blocks that were. */
function serveAll(swarm: SwarmHarness, from = 0): number {
  let count = 0;
  for (let at = from; at < swarm.outputs.length; at++) {
    const output = swarm.outputs[at]!;
    if (output.kind !== "serve") continue;
    count++;
    swarm.give({ kind: "served", peer: output.peer, request: output.request, ok: true });
  }
  return count;
}

/** A seed of 100 pieces and a peer that was unchoked. */
function seedWithTaker(fast = true): { swarm: SwarmHarness; peer: PeerKey } {
  const swarm = new SwarmHarness({ pieces: 100, blocks: 4, have: "all" });
  return { swarm, peer: swarm.connectTaker({ fast }) };
}

Deno.test("uploads: who is interested and finds a slot is unchoked at once, and served", () => {
  const { swarm, peer } = seedWithTaker();
  assertEquals(swarm.sent(peer, "unchoke").length, 1);
  swarm.say(peer, request(3, 1));
  const [serve] = swarm.all("serve");
  assertEquals(serve!.request, { piece: 3, begin: 16_384, length: 16_384 });
  swarm.give({ kind: "served", peer, request: serve!.request, ok: true });
  assertEquals([swarm.snapshot.uploaded, swarm.peer(peer)!.uploaded], [16_384, 16_384]);
});

Deno.test("uploads: 500 requests wait; what is over is rejected, and far too many close", () => {
  const { swarm, peer } = seedWithTaker();
  for (let at = 0; at < 900; at++) swarm.say(peer, request(at % 100, at % 4));
  const { waiting } = swarm.peer(peer)!;
  assertEquals(waiting, 500);
  assertEquals(swarm.sent(peer, "reject").length, 900 - 500 - swarm.all("serve").length);
  for (let at = 0; at < 700; at++) swarm.say(peer, request(at % 100, at % 4));
  assertEquals(swarm.closeCode(peer), "flood");
  assertEquals(swarm.snapshot.peers, []);
});

Deno.test("uploads: the invariant of BEP 6: every request is answered exactly once", () => {
  const { swarm, peer } = seedWithTaker();
  for (let at = 0; at < 600; at++) swarm.say(peer, request(at % 100, at % 4));
  for (let at = 0; at < 20; at++) swarm.say(peer, { ...request(at, at % 4), kind: "cancel" });
  swarm.say(peer, { kind: "not_interested" });
  const served = serveAll(swarm);
  assertEquals(served + swarm.sent(peer, "reject").length, 600);
  assertEquals(swarm.peer(peer)!.waiting, 0);
});

Deno.test("uploads: a choked peer is served nothing, and is told so with BEP 6", () => {
  const swarm = new SwarmHarness({ pieces: 4, have: "all" });
  for (const fast of [true, false]) {
    const peer = swarm.connect({ fast });
    const out = swarm.say(peer, request(0));
    assertEquals(swarm.all("serve", out), []);
    assertEquals(swarm.sent(peer, "reject", out).length, fast ? 1 : 0);
  }
});

Deno.test("uploads: a piece that is not here is rejected; one that does not exist closes", () => {
  const swarm = new SwarmHarness({ pieces: 4, have: [1] });
  const bad = [
    { ...request(4) },
    { ...request(1), begin: 65_536 },
    { ...request(1), begin: 60_000 },
    { ...request(1), length: 0 },
    { ...request(1), length: 16_384 * 16 },
    { ...request(2 ** 32 - 1) },
  ];
  for (const wrong of bad) {
    const peer = swarm.connectTaker();
    swarm.say(peer, request(0));
    assertEquals(swarm.sent(peer, "reject").length, 1);
    swarm.say(peer, wrong);
    assertEquals(swarm.closeCode(peer), "bad_request");
  }
  assertEquals(swarm.all("serve"), []);
});

Deno.test("uploads: so many blocks are handed out to one peer and in all, the rest waits", () => {
  const swarm = new SwarmHarness({
    pieces: 100,
    have: "all",
    options: { servesPerPeer: 5, servesAtOnce: 8 },
  });
  const [one, other] = [swarm.connectTaker(), swarm.connectTaker()];
  for (let at = 0; at < 40; at++) swarm.say(one, request(at));
  assertEquals(swarm.all("serve").length, 5);
  for (let at = 0; at < 40; at++) swarm.say(other, request(at));
  assertEquals(swarm.all("serve").length, 8);
  assertEquals(serveAll(swarm), 80);
});

Deno.test("uploads: peers that take nothing do not hold up another", () => {
  const swarm = new SwarmHarness({
    pieces: 100,
    have: "all",
    options: { servesPerPeer: 4, servesAtOnce: 8 },
  });
  for (const peer of [swarm.connectTaker(), swarm.connectTaker()]) {
    for (let at = 0; at < 40; at++) swarm.say(peer, request(at));
  }
  const honest = swarm.connectTaker();
  swarm.say(honest, request(1));
  const served = () => swarm.all("serve").filter(({ peer }) => peer === honest).length;
  assertEquals(served(), 0);
  swarm.pass(3000);
  assertEquals(served(), 1);
});

Deno.test("uploads: a block that cannot be had is rejected; a piece that is lost, too", () => {
  const { swarm, peer } = seedWithTaker();
  for (let at = 0; at < 60; at++) swarm.say(peer, request(50, at % 4));
  const [serve] = swarm.all("serve");
  swarm.give({ kind: "served", peer, request: serve!.request, ok: false });
  assertEquals(swarm.sent(peer, "reject").length, 1);
  const { waiting } = swarm.peer(peer)!;
  assertGreater(waiting, 0);
  swarm.introduce(peer, ["lt_donthave"]);
  swarm.give({ kind: "lost", piece: 50 });
  assertEquals(swarm.peer(peer)!.waiting, 0);
  assertEquals(swarm.sent(peer, "reject").length, 1 + waiting);
  assertEquals(swarm.sent(peer, "dont_have").map(({ piece }) => piece), [50]);
});

Deno.test("uploads: a newcomer that has to wait may have a few pieces meanwhile (BEP 6)", () => {
  const swarm = new SwarmHarness({
    pieces: 200,
    have: [...Array(199).keys()],
    options: { uploadSlots: 1 },
  });
  swarm.connectTaker();
  const peer = swarm.connectTaker();
  const allowed = swarm.sent(peer, "allowed_fast").map(({ piece }) => piece);
  assertGreater(allowed.length, 3);
  swarm.say(peer, request(allowed[0]!));
  assertEquals(swarm.all("serve").map(({ request: { piece } }) => piece), [allowed[0]]);
  const other = [...Array(199).keys()].find((piece) => !allowed.includes(piece))!;
  swarm.say(peer, request(other));
  assertEquals(swarm.sent(peer, "reject").length, 1);
  // Whoever has more than that has something to trade.
  for (let piece = 0; piece < 10; piece++) swarm.say(peer, { kind: "have", piece });
  swarm.say(peer, request(allowed[1]!));
  assertEquals(swarm.sent(peer, "reject").length, 2);
});
