import { assert, assertEquals, assertLessOrEqual } from "jsr:@std/assert@1";
import { FakeTorrent } from "../../tests/sim/fake_torrent.ts";
import { setOf, SwarmHarness } from "../../tests/support/swarm_harness.ts";
import { MAX_ASKERS } from "./defaults.ts";
import { BlockNumbers } from "./picker.ts";
import type { PeerKey } from "./types.ts";

function asked(swarm: SwarmHarness, peer: PeerKey): number[] {
  return swarm.sent(peer, "request").map(({ piece }) => piece);
}

Deno.test("BlockNumbers: no two blocks have the same number", () => {
  const { layout } = new FakeTorrent(5 * 65_536 - 40_000, 65_536);
  const numbers = new BlockNumbers(layout);
  const seen = new Set<number>();
  let count = 0;
  for (let piece = 0; piece < layout.pieceCount; piece++) {
    for (let index = 0; index < layout.blockCount(piece); index++, count++) {
      seen.add(numbers.of(piece, index));
    }
  }
  assertEquals(seen.size, count);
});

Deno.test("picker: what could not be found is looked for again when it may be there", () => {
  const swarm = new SwarmHarness({
    pieces: 8,
    blocks: 1,
    have: [0, 1],
    wanted: [0, 1, 2, 3, 4, 5],
  });
  const peer = swarm.connect({ has: [6], extensions: ["lt_donthave"] });
  swarm.say(peer, { kind: "unchoke" });
  assertEquals(asked(swarm, peer), []);
  swarm.say(peer, { kind: "have", piece: 2 });
  assertEquals(asked(swarm, peer), [2], "it has more");
  swarm.send(peer, { piece: 2, begin: 0, length: 16_384 });
  swarm.give({ kind: "proven", piece: 2, outcome: "failed" });
  swarm.pass(11_000);
  assertEquals(asked(swarm, peer), [2, 2], "a piece may be begun again");
  swarm.give({ kind: "want" });
  assertEquals(asked(swarm, peer), [2, 2, 6], "more is wanted");
  swarm.say(peer, { kind: "reject", piece: 6, begin: 0, length: 16_384 });
  swarm.pass(31_000);
  assertEquals(asked(swarm, peer), [2, 2, 6, 6], "what it refused is asked for again");
  swarm.say(peer, { kind: "choke" });
  swarm.say(peer, { kind: "have", piece: 3 });
  swarm.say(peer, { kind: "allowed_fast", piece: 4 });
  swarm.say(peer, { kind: "have", piece: 4 });
  assertEquals(asked(swarm, peer).slice(4), [4], "it is allowed");
  swarm.say(peer, { kind: "unchoke" });
  assertEquals(asked(swarm, peer).slice(5), [3], "it does not choke any more");
  swarm.give({ kind: "lost", piece: 0 });
  swarm.say(peer, { kind: "have", piece: 0 });
  assertEquals(asked(swarm, peer).slice(6), [0], "a piece is lost");
});

Deno.test("picker: quick peers are asked for pieces of their own, until no other is left", () => {
  const swarm = new SwarmHarness({ pieces: 16, blocks: 5 });
  const has = Array.from({ length: 16 }, (_, piece) => piece);
  const [quick, other] = [swarm.connect({ has }), swarm.connect({ has })];
  for (const peer of [quick, other]) swarm.say(peer, { kind: "unchoke" });
  const [ones, others] = [asked(swarm, quick), asked(swarm, other)];
  assertEquals([ones.length, others.length], [32, 32]);
  assertEquals(ones.filter((piece) => others.includes(piece)), [], "none is begun by both");
  for (const piece of new Set(others)) {
    const blocks = others.filter((of) => of === piece).length;
    for (let n = 0; n < blocks; n++) {
      swarm.send(other, { piece, begin: n * 16_384, length: 16_384 });
    }
  }
  const all = [...asked(swarm, quick), ...asked(swarm, other)];
  assertEquals(all.length, 16 * 5, "what is left is shared out");
  assert(asked(swarm, other).includes(ones.at(-1)!), "of the other's piece, too");
});

Deno.test("picker: in sequential mode the lowest piece that a peer has comes first", () => {
  const swarm = new SwarmHarness({ pieces: 60, blocks: 1, options: { sequential: true } });
  const [odd, even] = [[1, 3, 5, 7, 9], [0, 2, 4, 6, 8]].map((has) => {
    const peer = swarm.connect({ has });
    swarm.say(peer, { kind: "unchoke" });
    return peer;
  });
  assertEquals([asked(swarm, odd!), asked(swarm, even!)], [[1, 3, 5, 7, 9], [0, 2, 4, 6, 8]]);
  swarm.give({ kind: "lost", piece: 0 });
  const seed = swarm.connectSource();
  assertEquals(asked(swarm, seed).slice(0, 3), [10, 11, 12]);
});

Deno.test("picker: the order can be changed at any time", () => {
  const swarm = new SwarmHarness({ pieces: 400, blocks: 1 });
  const seed = swarm.connectSource();
  const before = asked(swarm, seed);
  assert(before.some((piece, at) => at > 0 && piece < before[at - 1]!), "not in order");
  swarm.give({ kind: "order", sequential: true });
  for (const request of swarm.sent(seed, "request")) swarm.send(seed, request);
  const after = asked(swarm, seed).slice(before.length);
  assertEquals(after, after.toSorted((a, b) => a - b));
});

Deno.test("picker: at most four peers are asked for the same block", () => {
  const swarm = new SwarmHarness({ pieces: 1, blocks: 1 });
  const peers = Array.from({ length: 10 }, () => swarm.connectSource());
  const askers = peers.filter((peer) => asked(swarm, peer).length > 0);
  assertEquals(askers.length, MAX_ASKERS);
});

Deno.test("picker: a begun piece that nobody can go on with makes room for another", () => {
  const swarm = new SwarmHarness({
    pieces: 4,
    blocks: 4,
    options: { maxPartialBytes: 4 * 16_384 },
  });
  const gone = swarm.connect({ has: [0] });
  swarm.say(gone, { kind: "unchoke" });
  swarm.send(gone, swarm.sent(gone, "request")[0]!);
  swarm.give({ kind: "left", peer: gone });
  const other = swarm.connect({ has: [1, 2] });
  swarm.say(other, { kind: "unchoke" });
  assertEquals(asked(swarm, other), [], "it may come back soon");
  swarm.pass(11_000);
  swarm.say(other, { kind: "unchoke" });
  assertEquals(asked(swarm, other).length, 4);
  assertEquals(swarm.all("drop"), [{ kind: "drop", piece: 0 }]);
  assertLessOrEqual(swarm.snapshot.pieces!.begun, 1);
  assertEquals(swarm.snapshot.wasted, 16_384);
});

Deno.test("picker: before a begun piece is given up, a quick peer's one is shared", () => {
  const swarm = new SwarmHarness({
    pieces: 40,
    blocks: 5,
    options: { maxPartialBytes: 8 * 5 * 16_384 },
  });
  const gone = swarm.connect({ has: [0] });
  swarm.say(gone, { kind: "unchoke" });
  swarm.send(gone, swarm.sent(gone, "request")[0]!);
  swarm.give({ kind: "left", peer: gone });
  swarm.pass(11_000);
  const has = Array.from({ length: 39 }, (_, n) => n + 1);
  const quick = swarm.connect({ has });
  swarm.say(quick, { kind: "unchoke" });
  assertEquals(asked(swarm, quick).length, 32, "two blocks of the seventh piece");
  const other = swarm.connect({ has });
  swarm.introduce(other, [], { queue: 3 });
  swarm.say(other, { kind: "unchoke" });
  assertEquals(asked(swarm, other), Array(3).fill(asked(swarm, quick).at(-1)));
  assertEquals(swarm.all("drop"), [], "what is held of the other one stays");
});

Deno.test("picker: only what is wanted is begun, and what is not proven anyhow is not", () => {
  const swarm = new SwarmHarness({ pieces: 8, blocks: 1, wanted: [1, 2, 3], unproven: [2] });
  const seed = swarm.connectSource();
  assertEquals(asked(swarm, seed).toSorted(), [1, 3]);
  swarm.give({ kind: "want", pieces: setOf(8, [1, 2, 3, 7]) });
  assertEquals(asked(swarm, seed).toSorted(), [1, 3, 7]);
});
