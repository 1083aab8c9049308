import { assert, assertEquals, assertFalse, assertLessOrEqual } from "jsr:@std/assert@1";
import { SwarmHarness } from "../../tests/support/swarm_harness.ts";
import type { PexPeer } from "../wire/peer_message.ts";

const PEX = ["ut_pex"];

function host(number: number, port = 6881): PexPeer {
  return { host: `203.0.${number >> 8}.${number & 255}`, port, flags: 0 };
}

/** A peer that tells where it listens. */
function listening(swarm: SwarmHarness, extensions = PEX) {
  const peer = swarm.connect();
  swarm.introduce(peer, extensions, { port: 7000 + peer });
  return peer;
}

Deno.test("PEX: peers are told of each other, not of themselves, and of who left", () => {
  const swarm = new SwarmHarness({ have: "all" });
  const [one, other] = [listening(swarm), listening(swarm)];
  const silent = swarm.connect({ extensions: PEX });
  swarm.pass(10_000);
  const ports = (peer: number) =>
    swarm.sent(peer, "pex").flatMap(({ added }) => added.map(({ port }) => port));
  assertEquals(ports(one), [7000 + other]);
  assertEquals(ports(silent), [7000 + one, 7000 + other]);
  swarm.give({ kind: "left", peer: other });
  swarm.pass(61_000);
  assertEquals(swarm.sent(one, "pex").at(-1)!.dropped.map(({ port }) => port), [7000 + other]);
});

Deno.test("PEX: at most one message a minute, with at most 50 peers", () => {
  const swarm = new SwarmHarness({ have: "all" });
  const peer = listening(swarm);
  for (let at = 0; at < 120; at++) listening(swarm, []);
  swarm.pass(10_000);
  assertEquals(swarm.sent(peer, "pex").map(({ added }) => added.length), [50]);
  swarm.pass(50_000);
  assertEquals(swarm.sent(peer, "pex").length, 1);
  swarm.pass(70_000);
  const messages = swarm.sent(peer, "pex");
  assertLessOrEqual(messages.length, 3);
  for (const { added, dropped } of messages) assert(added.length <= 50 && dropped.length <= 50);
});

Deno.test("PEX: addresses are taken, one port a host, at most 100, once in 45 seconds", () => {
  const swarm = new SwarmHarness({ options: { maxConnections: 1 } });
  const peer = swarm.connect({ extensions: PEX, host: "192.0.2.1" });
  const flood = Array.from({ length: 300 }, (_, at) => host(at));
  swarm.say(peer, { kind: "pex", added: [host(0, 1), host(0, 2), ...flood], dropped: [] });
  assertEquals(swarm.snapshot.known, 100);
  swarm.say(peer, { kind: "pex", added: [host(5000)], dropped: [] });
  assertEquals(swarm.snapshot.known, 100);
  swarm.pass(46_000);
  swarm.say(peer, { kind: "pex", added: [host(5000)], dropped: [] });
  assertEquals(swarm.snapshot.known, 101);
});

Deno.test("PEX: a public peer cannot have private, loopback or impossible addresses dialled", () => {
  const swarm = new SwarmHarness();
  const peer = swarm.connect({ extensions: PEX });
  const hosts = ["127.0.0.1", "10.0.0.1", "192.168.0.1", "169.254.1.1", "0.0.0.0", "224.0.0.1"];
  const added = [...hosts, "::1", "fe80::1", "::ffff:10.0.0.1", "nonsense", ""].map((name) => ({
    host: name,
    port: 80,
    flags: 0,
  }));
  swarm.say(peer, { kind: "pex", added, dropped: [] });
  swarm.pass(5000);
  assertEquals([swarm.snapshot.known, swarm.all("dial").length], [0, 0]);
});

Deno.test("PEX: not for private torrents, neither told nor heard (BEP 27)", () => {
  const swarm = new SwarmHarness({ private: true });
  const [one] = [listening(swarm), listening(swarm)];
  const [ours] = swarm.sent(one, "extension_handshake");
  assertFalse(ours!.extensions.has("ut_pex"));
  swarm.say(one, { kind: "pex", added: [host(1)], dropped: [] });
  swarm.pass(120_000);
  assertEquals(swarm.sent(one, "pex"), []);
  assertEquals(swarm.all("dial"), []);
});

Deno.test("PEX: as long as only the info-hash is known nobody is told of anybody", () => {
  const swarm = new SwarmHarness({ magnet: true });
  const [one] = [listening(swarm), listening(swarm)];
  swarm.pass(60_000);
  assertEquals(swarm.sent(one, "pex"), []);
});
