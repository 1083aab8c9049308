import { assert, assertEquals, assertGreater, assertLessOrEqual } from "jsr:@std/assert@1";
import { SwarmHarness } from "../../tests/support/swarm_harness.ts";
import type { PeerKey } from "./types.ts";

const BLOCK = 16_384;

function seedWith(takers: number, pieces = 40) {
  const swarm = new SwarmHarness({
    pieces,
    blocks: 16,
    have: "all",
    options: { servesAtOnce: 1, servesPerPeer: 1 },
  });
  const peers = Array.from({ length: takers }, () => swarm.connectTaker());
  return { swarm, peers };
}

function suggested(swarm: SwarmHarness, peer: PeerKey): number[] {
  return swarm.sent(peer, "suggest").map(({ piece }) => piece);
}

function ask(swarm: SwarmHarness, peer: PeerKey, piece: number, block = 0): void {
  swarm.say(peer, { kind: "request", piece, begin: block * BLOCK, length: BLOCK });
}

Deno.test("spread: a seed suggests different pieces to different peers", () => {
  const { swarm, peers } = seedWith(4);
  swarm.pass(2000);
  const all = peers.flatMap((peer) => suggested(swarm, peer));
  assertEquals(new Set(all).size, all.length);
  for (const peer of peers) assertEquals(suggested(swarm, peer).length, 2, "half a megabyte ahead");
});

Deno.test("spread: who takes a piece up is given another", () => {
  const { swarm, peers: [one] } = seedWith(2);
  swarm.pass(2000);
  const [first] = suggested(swarm, one!);
  ask(swarm, one!, first!);
  assertEquals(suggested(swarm, one!).length, 3);
  ask(swarm, one!, first!, 1);
  assertEquals(suggested(swarm, one!).length, 3);
});

Deno.test("spread: what is new to the swarm goes before what was given to another", () => {
  const { swarm, peers: [one, other] } = seedWith(2);
  swarm.pass(2000);
  const [first] = suggested(swarm, one!);
  const [theirs] = suggested(swarm, other!);
  ask(swarm, one!, first!);
  ask(swarm, one!, first!, 1);
  for (let block = 0; block < 4; block++) ask(swarm, other!, first!, block);
  ask(swarm, other!, theirs!);
  const order: string[] = [];
  for (let turn = 0; turn < 7; turn++) {
    const serve = swarm.all("serve").at(-1)!;
    order.push(`${serve.peer} ${serve.request.piece}`);
    swarm.give({ kind: "served", peer: serve.peer, request: serve.request, ok: true });
  }
  const stale = `${other} ${first}`;
  assertEquals(order.slice(0, 3).filter((one) => one === stale), []);
  assertEquals(order.filter((one) => one === stale).length, 4, "all have their turn");
});

Deno.test("spread: a peer that takes everything and tells of nothing does not starve another", () => {
  const { swarm, peers: [hostile, honest] } = seedWith(2);
  const served = { hostile: 0, honest: 0 };
  for (let piece = 0; piece < 40; piece++) ask(swarm, hostile!, piece);
  let [one, other] = [0, 0];
  let next = swarm.all("serve")[0];
  for (let turn = 0; turn < 4000; turn++) {
    ask(swarm, hostile!, one++ % 40, turn % 16);
    if (turn % 2) ask(swarm, honest!, 20 + (other++ >> 4) % 20, other % 16);
    const serve = swarm.all("serve", swarm.outputs.splice(0))[0] ?? next;
    next = undefined;
    if (!serve) continue;
    served[serve.peer === hostile ? "hostile" : "honest"]++;
    const out = swarm.give({ kind: "served", peer: serve.peer, request: serve.request, ok: true });
    next = swarm.all("serve", out)[0];
    swarm.outputs.length = 0;
    swarm.now += 1;
  }
  assertGreater(served.honest, 1200, JSON.stringify(served));
});

Deno.test("spread: what a peer that left had before it goes to others", () => {
  const { swarm, peers } = seedWith(3, 6);
  swarm.pass(2000);
  const [one, ...others] = peers;
  const lost = suggested(swarm, one!);
  swarm.give({ kind: "left", peer: one! });
  for (const other of others) for (const piece of suggested(swarm, other)) ask(swarm, other, piece);
  swarm.pass(2000);
  const later = others.flatMap((other) => suggested(swarm, other));
  for (const piece of lost) assert(later.includes(piece), `piece ${piece} among ${later}`);
});

Deno.test("spread: a choked peer may finish its piece; what it was not sent goes to others", () => {
  const swarm = new SwarmHarness({
    pieces: 8,
    blocks: 16,
    have: "all",
    options: { uploadSlots: 1, servesAtOnce: 1, servesPerPeer: 1 },
  });
  const one = swarm.connectTaker();
  const other = swarm.connectTaker();
  swarm.pass(1000);
  const [first, second] = suggested(swarm, one);
  for (let block = 0; block < 3; block++) ask(swarm, one, first!, block);
  ask(swarm, one, second!);
  swarm.pass(60_000);
  assertEquals(swarm.peer(one)!.amChoking, true);
  assertEquals(swarm.sent(one, "reject").map(({ piece }) => piece), [second]);
  assertEquals(swarm.peer(one)!.waiting, 2, "the rest of its piece");
  assert(suggested(swarm, other).length > 0);
});

Deno.test("spread: it ends when there is another seed, or every piece is with some peer", () => {
  const { swarm, peers: [one, other] } = seedWith(2, 4);
  for (const piece of [0, 1, 2, 3]) swarm.say(piece < 2 ? one! : other!, { kind: "have", piece });
  const before = swarm.all("send").filter(({ message }) => message.kind === "suggest").length;
  assertGreater(before, 0);
  swarm.connectTaker();
  swarm.pass(5000);
  const after = swarm.all("send").filter(({ message }) => message.kind === "suggest").length;
  assertLessOrEqual(after, before);
});

Deno.test("spread: a suggestion is followed first, but not in sequential mode", () => {
  for (const sequential of [false, true]) {
    const swarm = new SwarmHarness({ pieces: 40, blocks: 4, options: { sequential } });
    const seed = swarm.connect({ has: "all" });
    swarm.say(seed, { kind: "suggest", piece: 33 });
    swarm.say(seed, { kind: "unchoke" });
    const pieces = swarm.sent(seed, "request").map(({ piece }) => piece);
    assertEquals(pieces.slice(0, 4), Array(4).fill(sequential ? 0 : 33));
    if (sequential) assertEquals(pieces, pieces.toSorted((a, b) => a - b));
    else assertLessOrEqual(pieces.length, 8, "others have the rest");
  }
});

Deno.test("spread: a suggestion of what others have too, or an old one, changes nothing", () => {
  const swarm = new SwarmHarness({ pieces: 40, blocks: 4, have: [0, 1] });
  swarm.connect({ has: [33] });
  const seed = swarm.connect({ has: "all" });
  swarm.say(seed, { kind: "suggest", piece: 33 });
  swarm.say(seed, { kind: "unchoke" });
  assert(swarm.sent(seed, "request").every(({ piece }) => piece !== 33));
  const late = new SwarmHarness({ pieces: 40, blocks: 4 });
  const other = late.connect({ has: "all" });
  late.say(other, { kind: "suggest", piece: 33 });
  late.pass(31_000);
  late.say(other, { kind: "unchoke" });
  assertEquals(late.sent(other, "request").length, 32, "nothing holds it back");
});
