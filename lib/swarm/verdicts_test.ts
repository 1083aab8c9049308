import { assert, assertEquals } from "jsr:@std/assert@1";
import { SwarmHarness } from "../../tests/support/swarm_harness.ts";
import type { PeerKey } from "./types.ts";

/** Which of its requests each of two peers answers, so that both have a part in the piece. */
function gatherFromTwo(swarm: SwarmHarness): { one: PeerKey; other: PeerKey } {
  const one = swarm.connectSource();
  const other = swarm.connectSource();
  const blocks = swarm.sent(one, "request");
  const half = blocks.length / 2;
  blocks.slice(0, half).forEach((request) => swarm.send(one, request));
  const rest = new Set(blocks.slice(half).map(({ begin }) => begin));
  for (const request of swarm.sent(other, "request")) {
    if (rest.has(request.begin)) swarm.send(other, request);
  }
  return { one, other };
}

function hosts(swarm: SwarmHarness): string[] {
  return swarm.all("ban").map(({ host }) => host);
}

Deno.test("verdicts: whoever sent all of a bad piece is banned at once, v1 or v2", () => {
  for (const v1 of [false, true]) {
    const swarm = new SwarmHarness({ pieces: 1, v1 });
    const liar = swarm.connectSource({ host: "203.0.113.7" });
    for (const request of swarm.sent(liar, "request")) swarm.send(liar, request, true);
    swarm.prove(0, [2]);
    assertEquals([hosts(swarm), swarm.closeCode(liar)], [["203.0.113.7"], "false_data"]);
    assertEquals(swarm.all("drop"), [{ kind: "drop", piece: 0 }]);
    const again = swarm.connect({ host: "203.0.113.7" });
    assertEquals(swarm.closeCode(again), "banned");
    const honest = swarm.connectSource();
    assertEquals(swarm.sent(honest, "request").length, 4, "all of it is asked for again");
  }
});

Deno.test("verdicts: v2: the first bad block names its sender, and only it is asked for again", () => {
  const swarm = new SwarmHarness({ pieces: 1 });
  const { one, other } = gatherFromTwo(swarm);
  const third = swarm.connectSource();
  swarm.prove(0, [3]);
  const asked = [one, other, third].filter((peer) => swarm.sent(peer, "hash_request").length > 0);
  assertEquals(asked, [third], "those that are no suspects are asked for the hashes first");
  const [request] = swarm.sent(third, "hash_request");
  const hashes = new Uint8Array(32 * request!.length).fill(1);
  const out = swarm.say(third, { ...request!, kind: "hashes", hashes });
  assertEquals(swarm.closeCode(other), "false_data");
  assertEquals(swarm.closeCode(one), undefined);
  assertEquals(swarm.all("drop", out), [{ kind: "drop", piece: 0, blocks: [3] }]);
  const again = [...swarm.sent(one, "request", out), ...swarm.sent(third, "request", out)];
  assertEquals(new Set(again.map(({ begin }) => begin)), new Set([3 * 16_384]));
  const source = [one, third].find((peer) => swarm.sent(peer, "request", out).length > 0)!;
  swarm.send(source, { piece: 0, begin: 3 * 16_384, length: 16_384 });
  swarm.prove(0);
  assertEquals(swarm.all("complete").length, 1);
  assertEquals(swarm.snapshot.wasted, 16_384);
});

Deno.test("verdicts: v2: when nobody has the hashes of the blocks, blame is shared", () => {
  const swarm = new SwarmHarness({ pieces: 1 });
  const { one, other } = gatherFromTwo(swarm);
  swarm.prove(0, [3]);
  for (const peer of [one, other]) {
    for (const request of swarm.sent(peer, "hash_request")) {
      swarm.say(peer, { ...request, kind: "hash_reject" });
    }
  }
  assertEquals([swarm.closeCode(one), swarm.closeCode(other)], [undefined, undefined]);
  assertEquals(swarm.all("drop"), [{ kind: "drop", piece: 0 }]);
});

Deno.test("verdicts: v1: one bad piece with shared blame bans nobody, the second one does", () => {
  const swarm = new SwarmHarness({ pieces: 1, v1: true });
  const { one, other } = gatherFromTwo(swarm);
  swarm.prove(0, [3]);
  assertEquals(hosts(swarm), []);
  const again = swarm.sent(one, "request").slice(4);
  again.slice(0, 2).forEach((request) => swarm.send(one, request));
  // The end game: what one of them owes is asked of the other, too.
  swarm.now += 1000;
  const out = swarm.say(other, { kind: "unchoke" });
  for (const request of swarm.sent(other, "request", out)) swarm.send(other, request);
  swarm.prove(0, [3]);
  assertEquals(hosts(swarm).length, 2, "nothing tells the two apart");
});

Deno.test("verdicts: v1: when the piece is good at last, the liar is known and the other is not", () => {
  const swarm = new SwarmHarness({ pieces: 1, v1: true });
  const { one, other } = gatherFromTwo(swarm);
  const hostOfOther = swarm.peer(other)!.host;
  swarm.prove(0, [3]);
  const out = swarm.outputs.length;
  for (const request of swarm.sent(one, "request").slice(4)) swarm.send(one, request);
  assertEquals(swarm.all("prove", swarm.outputs.slice(out)), [
    { kind: "prove", piece: 0, hashes: true },
  ], "the hashes of its blocks are asked for");
  swarm.prove(0);
  assertEquals(hosts(swarm), [hostOfOther]);
  assert(swarm.peer(one) || swarm.closeCode(one) === "no_use");
});

Deno.test("verdicts: on this machine peers are told apart by id, not by address", () => {
  const swarm = new SwarmHarness({ pieces: 2, blocks: 1 });
  const liar = swarm.connectSource({ host: "127.0.0.1" });
  const honest = swarm.connect({ host: "127.0.0.1" });
  for (const request of swarm.sent(liar, "request")) swarm.send(liar, request, true);
  swarm.prove(0, [0]);
  assertEquals([swarm.closeCode(liar), swarm.closeCode(honest)], ["false_data", undefined]);
  assertEquals(swarm.all("ban"), []);
});

Deno.test("verdicts: an answer for a piece that is not being proven changes nothing", () => {
  const swarm = new SwarmHarness({ pieces: 2 });
  const peer = swarm.connectSource();
  swarm.prove(0);
  swarm.prove(1, [0]);
  swarm.give({ kind: "proven", piece: 99, outcome: "bad" });
  assertEquals(swarm.snapshot.pieces, { count: 2, have: 0, missing: 2, begun: 2 });
  assertEquals(swarm.closeCode(peer), undefined);
});

Deno.test("verdicts: a late block for a piece that is proven already is wasted and no crime", () => {
  const swarm = new SwarmHarness({ pieces: 2, blocks: 1 });
  const [one, other] = [swarm.connectSource(), swarm.connectSource()];
  const request = swarm.sent(one, "request").find(({ piece }) =>
    swarm.sent(other, "request").some((asked) => asked.piece === piece)
  )!;
  swarm.send(one, request);
  swarm.prove(request.piece);
  swarm.send(other, request, true);
  assertEquals([swarm.closeCode(other), swarm.snapshot.wasted], [undefined, 16_384]);
});
