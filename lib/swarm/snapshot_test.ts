import { assertEquals } from "jsr:@std/assert@1";
import { SwarmHarness } from "../../tests/support/swarm_harness.ts";

Deno.test("snapshot: why a download is as fast as it is", () => {
  const swarm = new SwarmHarness({ pieces: 2, blocks: 1 });
  assertEquals(swarm.snapshot.health, "no_peers");
  const addresses = [{ host: "203.0.113.1", port: 1 }];
  swarm.give({ kind: "candidates", source: "tracker", addresses });
  assertEquals([swarm.snapshot.health, swarm.snapshot.dialling], ["connecting", 1]);
  const one = swarm.connect({ has: [0] });
  assertEquals(swarm.snapshot.health, "missing_pieces");
  const seed = swarm.connect({ has: "all" });
  assertEquals(swarm.snapshot.health, "choked");
  swarm.say(seed, { kind: "unchoke" });
  assertEquals(swarm.snapshot.health, "downloading");
  swarm.pass(61_000);
  assertEquals(swarm.snapshot.health, "snubbed");
  for (const request of swarm.sent(seed, "request").slice(0, 2)) {
    swarm.send(seed, request);
    swarm.prove(request.piece);
  }
  assertEquals([swarm.snapshot.health, swarm.snapshot.availability], ["complete", 1.5]);
  assertEquals(swarm.peer(one)!.progress, 0.5);
});

Deno.test("snapshot: of a peer what is known", () => {
  const swarm = new SwarmHarness({ pieces: 4, blocks: 1, have: [0] });
  const peer = swarm.connectSource({ host: "203.0.113.1" });
  swarm.introduce(peer, [], { client: "Some 1.0", port: 7000 });
  swarm.send(peer, swarm.sent(peer, "request")[0]!);
  swarm.pass(1000);
  const one = swarm.peer(peer)!;
  assertEquals(
    [one.host, one.client, one.address, one.incoming, one.seed, one.progress, one.age],
    ["203.0.113.1", "Some 1.0", { host: "203.0.113.1", port: 7000 }, true, true, 1, 1000],
  );
  assertEquals([one.downloaded, one.downRate, one.requested], [16_384, 16_384, 2]);
  const { pieces, seeds, availability, downRate } = swarm.snapshot;
  assertEquals(pieces, { count: 4, have: 1, missing: 3, begun: 3 });
  assertEquals([seeds, availability, downRate], [1, 1.25, 16_384]);
});

Deno.test("snapshot: looking changes nothing", () => {
  const swarm = new SwarmHarness({ pieces: 4 });
  swarm.connectSource();
  assertEquals(swarm.snapshot, swarm.snapshot);
});
