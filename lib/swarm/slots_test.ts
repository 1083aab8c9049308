import { assert, assertEquals, assertLessOrEqual } from "jsr:@std/assert@1";
import { SwarmHarness } from "../../tests/support/swarm_harness.ts";
import { LEAST_SLOTS, SPREAD_SLOTS } from "./defaults.ts";
import type { PeerKey } from "./types.ts";

function request(piece: number) {
  return { kind: "request" as const, piece, begin: 0, length: 16_384 };
}

/** Says that everything that is to be served has left. */
function serveAll(swarm: SwarmHarness): void {
  for (const { peer, request } of swarm.all("serve")) {
    swarm.give({ kind: "served", peer, request, ok: true });
  }
  swarm.outputs.length = 0;
}

Deno.test("slots: a seed serves so many at a time, and each gets its turn", () => {
  const swarm = new SwarmHarness({ pieces: 100, have: "all", options: { uploadSlots: 4 } });
  const peers = Array.from({ length: 12 }, () => swarm.connectTaker());
  const unchoked = () => swarm.snapshot.peers.filter(({ amChoking }) => !amChoking).length;
  assertEquals(unchoked(), 4);
  const had = new Set<PeerKey>();
  for (let turn = 0; turn < 30; turn++) {
    for (const { key, amChoking } of swarm.snapshot.peers) {
      if (amChoking) continue;
      had.add(key);
      swarm.say(key, request(turn));
    }
    serveAll(swarm);
    swarm.pass(10_000);
    for (const peer of peers) swarm.say(peer, { kind: "keep_alive" });
    assertLessOrEqual(unchoked(), 4);
  }
  assertEquals(had.size, 12);
});

Deno.test("slots: while downloading, those who give are served; one slot goes to another", () => {
  const swarm = new SwarmHarness({ pieces: 900, blocks: 1, options: { uploadSlots: 5 } });
  const givers = Array.from({ length: 4 }, () => swarm.connect({ has: [...Array(899).keys()] }));
  const takers = Array.from({ length: 12 }, () => swarm.connect({ has: [0] }));
  for (const peer of [...takers, ...givers]) swarm.say(peer, { kind: "interested" });
  for (const giver of givers) swarm.say(giver, { kind: "unchoke" });
  for (let second = 0; second < 40; second++) {
    for (const giver of givers) {
      const open = swarm.sent(giver, "request")[second];
      if (open) swarm.send(giver, open);
    }
    swarm.pass(1000);
  }
  const unchoked = swarm.snapshot.peers.filter(({ amChoking }) => !amChoking).map(({ key }) => key);
  for (const giver of givers) assert(unchoked.includes(giver), `giver ${giver} of ${unchoked}`);
  assertEquals(unchoked.filter((key) => takers.includes(key)).length, 1);
});

Deno.test("slots: flapping interest does not move slots about, and costs no memory", () => {
  const swarm = new SwarmHarness({ pieces: 100, have: "all", options: { uploadSlots: 1 } });
  const honest = swarm.connectTaker();
  const flapping = swarm.connect();
  for (let at = 0; at < 5000; at++) {
    swarm.say(flapping, { kind: at % 2 ? "interested" : "not_interested" });
  }
  assertEquals(swarm.peer(honest)!.amChoking, false);
  assertEquals(swarm.sent(flapping, "unchoke").length, 0);
  assertEquals(swarm.sent(honest, "choke").length, 0);
});

Deno.test("slots: 16 at least, more while a seed spreads its first copy; a free one is given away", () => {
  for (const [have, most] of [["all", SPREAD_SLOTS], [[0], LEAST_SLOTS]] as const) {
    const swarm = new SwarmHarness({ pieces: 100, have });
    for (let at = 0; at < 60; at++) swarm.connectTaker();
    const unchoked = () => swarm.snapshot.peers.filter(({ amChoking }) => !amChoking);
    swarm.pass(10_000);
    assertEquals(unchoked().length, most);
    swarm.give({ kind: "left", peer: unchoked()[0]!.key });
    assertEquals(unchoked().length, most);
    swarm.say(unchoked()[0]!.key, { kind: "not_interested" });
    assertEquals(unchoked().filter(({ interested }) => interested).length, most);
  }
});

Deno.test("slots: who is unchoked changes every ten seconds, and no faster", () => {
  const swarm = new SwarmHarness({ pieces: 100, have: "all", options: { uploadSlots: 2 } });
  for (let at = 0; at < 10; at++) swarm.connectTaker();
  const moments = new Set<number>();
  for (let second = 0; second < 100; second++) {
    const out = swarm.pass(1000);
    const chokes = out.filter((output) =>
      output.kind === "send" && output.message.kind === "choke"
    );
    if (chokes.length > 0) moments.add(second);
  }
  assert(moments.size >= 2);
  const sorted = [...moments];
  for (let at = 1; at < sorted.length; at++) assert(sorted[at]! - sorted[at - 1]! >= 10);
});
