import { assert, assertEquals, assertGreater, assertLessOrEqual } from "jsr:@std/assert@1";
import { setOf, SwarmHarness } from "../../tests/support/swarm_harness.ts";
import { FIRST_DEPTH, MAX_QUEUED_REQUESTS } from "./defaults.ts";

Deno.test("downloads: the request queue is refilled on every message", () => {
  const swarm = new SwarmHarness({ pieces: 200, blocks: 1 });
  const peer = swarm.connectSource();
  assertEquals(swarm.sent(peer, "request").length, FIRST_DEPTH);
  const [first] = swarm.sent(peer, "request");
  const out = swarm.send(peer, first!);
  assertGreater(swarm.sent(peer, "request", out).length, 0, "at once, not on a timer");
  assertEquals(swarm.peer(peer)!.requested, FIRST_DEPTH + 1);
});

Deno.test("downloads: what is out never exceeds what the peer keeps, nor 500", () => {
  for (const [queue, most] of [[undefined, 250], [7, 7], [100_000, MAX_QUEUED_REQUESTS]] as const) {
    const swarm = new SwarmHarness({ pieces: 4000, blocks: 1 });
    const peer = swarm.connect({ has: "all" });
    swarm.introduce(peer, [], queue ? { queue } : {});
    swarm.say(peer, { kind: "unchoke" });
    for (let at = 0; at < 1500; at++) {
      const request = swarm.sent(peer, "request")[at]!;
      swarm.send(peer, request);
      assertLessOrEqual(swarm.peer(peer)!.requested, most);
    }
    assertEquals(swarm.peer(peer)!.requested, most);
  }
});

Deno.test("downloads: all blocks of a piece, then its proof, then the piece is told to all", () => {
  const swarm = new SwarmHarness({ pieces: 2, blocks: 2, short: 5 });
  const peer = swarm.connectSource();
  const other = swarm.connect();
  for (const request of swarm.sent(peer, "request")) swarm.send(peer, request);
  assertEquals(swarm.all("block").length, 4);
  assertEquals(swarm.all("prove").map(({ piece }) => piece).sort(), [0, 1]);
  assertEquals(swarm.sent(other, "have"), []);
  swarm.prove(0);
  swarm.prove(1);
  assertEquals(swarm.sent(other, "have").map(({ piece }) => piece), [0, 1]);
  assertEquals(swarm.all("complete").length, 1);
  assertEquals(swarm.closeCode(peer), "no_use", "two seeds have nothing to say");
  const { downloaded, verified, wasted } = swarm.snapshot;
  assertEquals([downloaded, verified, wasted], [4 * 16_384 - 5, 4 * 16_384 - 5, 0]);
});

Deno.test("downloads: after 60 s of silence a peer snubs, and what it owes is asked of others", () => {
  const swarm = new SwarmHarness({ pieces: 4, blocks: 4 });
  const slow = swarm.connectSource();
  assertEquals(swarm.peer(slow)!.requested, 16);
  swarm.pass(59_000);
  assertEquals(swarm.peer(slow)!.snubbed, false);
  const other = swarm.connectSource();
  swarm.pass(3000);
  assertEquals(swarm.peer(slow)!.snubbed, true);
  assertLessOrEqual(swarm.peer(slow)!.requested, 1, "one at a time");
  assertEquals(swarm.sent(slow, "cancel").length, 16);
  assertGreater(swarm.sent(other, "request").length, 14);
});

Deno.test("downloads: a block that comes late counts all the same", () => {
  const swarm = new SwarmHarness({ pieces: 1, blocks: 4 });
  const slow = swarm.connectSource();
  const [first] = swarm.sent(slow, "request");
  swarm.pass(62_000);
  const out = swarm.send(slow, first!);
  assertEquals(swarm.all("block", out).length, 1);
  assertEquals(swarm.peer(slow)!.snubbed, false);
});

Deno.test("downloads: a choke takes requests back without BEP 6, and leaves them with it", () => {
  for (const fast of [false, true]) {
    const swarm = new SwarmHarness({ pieces: 2, blocks: 4 });
    const peer = swarm.connect({ fast, has: [0, 1] });
    swarm.say(peer, { kind: "unchoke" });
    swarm.say(peer, { kind: "choke" });
    assertEquals(swarm.peer(peer)!.requested, fast ? 8 : 0);
    const [first] = swarm.sent(peer, "request");
    swarm.send(peer, first!);
    assertEquals(swarm.closeCode(peer), undefined, "it may have crossed the choke");
    swarm.say(peer, { kind: "unchoke" });
    assertEquals(swarm.peer(peer)!.requested, 7);
  }
});

Deno.test("downloads: what a peer rejects is asked of others, and of it only after a while", () => {
  const swarm = new SwarmHarness({ pieces: 1, blocks: 2 });
  const peer = swarm.connectSource();
  for (const request of swarm.sent(peer, "request")) {
    swarm.say(peer, { ...request, kind: "reject" });
  }
  assertEquals(swarm.peer(peer)!.requested, 0);
  const other = swarm.connectSource();
  assertEquals(swarm.peer(other)!.requested, 2);
  swarm.give({ kind: "left", peer: other });
  assertEquals(swarm.peer(peer)!.requested, 0);
  swarm.pass(31_000);
  assertEquals(swarm.peer(peer)!.requested, 2);
});

Deno.test("downloads: when a peer leaves, what it owed is asked of others at once", () => {
  const swarm = new SwarmHarness({ pieces: 1, blocks: 8 });
  const one = swarm.connectSource();
  assertEquals(swarm.peer(one)!.requested, 8);
  const other = swarm.connectSource();
  const before = swarm.sent(other, "request").length;
  const out = swarm.give({ kind: "left", peer: one });
  assertEquals(before + swarm.sent(other, "request", out).length, 8);
});

Deno.test("downloads: in the end game others are asked, too, and told when the block came", () => {
  const swarm = new SwarmHarness({ pieces: 1, blocks: 2 });
  const peers = [1, 2, 3].map(() => swarm.connectSource());
  for (const peer of peers) assertEquals(swarm.sent(peer, "request").length, 2);
  const [first] = swarm.sent(peers[0]!, "request");
  swarm.send(peers[0]!, first!);
  for (const peer of peers.slice(1)) {
    assertEquals(swarm.sent(peer, "cancel").map(({ begin }) => begin), [first!.begin]);
  }
  const wasted = () => swarm.snapshot.wasted;
  assertEquals(wasted(), 0);
  swarm.send(peers[1]!, first!);
  assertEquals([swarm.closeCode(peers[1]!), wasted()], [undefined, 16_384]);
});

Deno.test("downloads: no end game as long as there is something that nobody was asked for", () => {
  const swarm = new SwarmHarness({ pieces: 100, blocks: 4 });
  const peers = [1, 2, 3].map(() => swarm.connectSource());
  const asked = peers.flatMap((peer) => swarm.sent(peer, "request"));
  const different = new Set(asked.map(({ piece, begin }) => `${piece} ${begin}`));
  assertEquals(different.size, asked.length);
});

Deno.test("downloads: a begun piece is finished before another is begun", () => {
  const swarm = new SwarmHarness({ pieces: 50, blocks: 8 });
  const peers = [1, 2].map(() => swarm.connectSource());
  const begun = new Set(peers.flatMap((peer) => swarm.sent(peer, "request")).map((r) => r.piece));
  assertEquals(begun.size, 2 * FIRST_DEPTH / 8);
});

Deno.test("downloads: the rarest piece goes first, once there is something to trade", () => {
  const swarm = new SwarmHarness({ pieces: 20, blocks: 1, have: [0, 1] });
  for (let at = 0; at < 3; at++) swarm.connect({ has: [...Array(19).keys()] });
  const peer = swarm.connect({ has: [5, 6, 19] });
  swarm.say(peer, { kind: "unchoke" });
  assertEquals(swarm.sent(peer, "request")[0]!.piece, 19);
});

Deno.test("downloads: memory for begun pieces is bounded", () => {
  const swarm = new SwarmHarness({
    pieces: 100,
    blocks: 4,
    options: { maxPartialBytes: 10 * 4 * 16_384 },
  });
  swarm.connectSource();
  swarm.connectSource();
  const pieces = new Set<number>();
  for (const output of swarm.all("send")) {
    if (output.message.kind === "request") pieces.add(output.message.piece);
  }
  assertLessOrEqual(pieces.size, 10);
  assertLessOrEqual(swarm.snapshot.pieces!.begun, 10);
});

Deno.test("downloads: a piece that the disk could not keep is asked for again after a while", () => {
  const swarm = new SwarmHarness({ pieces: 1, blocks: 1 });
  const peer = swarm.connectSource();
  const ask = () => swarm.sent(peer, "request").length;
  swarm.send(peer, swarm.sent(peer, "request")[0]!);
  swarm.give({ kind: "proven", piece: 0, outcome: "failed" });
  assertEquals([ask(), swarm.snapshot.pieces!.missing], [1, 1]);
  swarm.pass(11_000);
  assertEquals(ask(), 2);
});

Deno.test("downloads: pieces that a peer allows while it chokes are asked for", () => {
  const swarm = new SwarmHarness({ pieces: 10, blocks: 1 });
  const peer = swarm.connect({ has: "all" });
  swarm.say(peer, { kind: "allowed_fast", piece: 3 });
  swarm.say(peer, { kind: "allowed_fast", piece: 4 });
  assertEquals(swarm.sent(peer, "request").map(({ piece }) => piece).sort(), [3, 4]);
});

Deno.test("downloads: a piece that is wanted no more is given up, and its requests taken back", () => {
  const swarm = new SwarmHarness({ pieces: 2, blocks: 2 });
  const peer = swarm.connectSource();
  swarm.give({ kind: "want", pieces: setOf(2, [0]) });
  assertEquals(swarm.sent(peer, "cancel").length, 2);
  assertEquals(swarm.snapshot.pieces!.missing, 1);
  assert(swarm.all("drop").some(({ piece }) => piece === 1));
});
