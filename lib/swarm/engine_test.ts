import { assert, assertEquals, assertGreater, assertLessOrEqual } from "jsr:@std/assert@1";
import { idOf, OWN_ID, SwarmHarness } from "../../tests/support/swarm_harness.ts";
import { MAX_HALF_OPEN } from "./defaults.ts";
import type { Address } from "./types.ts";

function addresses(count: number, from = 0): Address[] {
  return Array.from({ length: count }, (_, at) => ({
    host: `203.0.${(from + at) >> 8}.${(from + at) & 255}`,
    port: 6881,
  }));
}

Deno.test("engine: a seed keeps no seeds, nor those that only upload (BEP 21)", () => {
  const swarm = new SwarmHarness({ have: "all" });
  assertEquals(swarm.closeCode(swarm.connect({ has: "all" })), "no_use");
  const later = swarm.connect({ has: [0, 1, 2] });
  for (const piece of [3, 4, 5, 6, 7]) swarm.say(later, { kind: "have", piece });
  assertEquals(swarm.closeCode(later), "no_use");
  const partial = swarm.connect({ has: [0] });
  swarm.introduce(partial, [], { uploadOnly: true });
  assertEquals(swarm.closeCode(partial), "no_use");
  const told = swarm.connect();
  swarm.say(told, { kind: "upload_only", value: true });
  assertEquals(swarm.closeCode(told), "no_use");
  assertEquals(swarm.closeCode(swarm.connect({ has: [0] })), undefined);
});

Deno.test("engine: when the download is complete, the seeds that it came from are let go", () => {
  const swarm = new SwarmHarness({ pieces: 1, blocks: 1 });
  const seed = swarm.connectSource();
  const taker = swarm.connect({ extensions: ["upload_only"] });
  swarm.send(seed, swarm.sent(seed, "request")[0]!);
  swarm.prove(0);
  assertEquals([swarm.closeCode(seed), swarm.closeCode(taker)], ["no_use", undefined]);
  assertEquals(swarm.sent(taker, "upload_only").map(({ value }) => value), [true]);
});

Deno.test("engine: another tracker of a private torrent means other peers (BEP 27)", () => {
  for (const isPrivate of [true, false]) {
    const swarm = new SwarmHarness({ private: isPrivate });
    const told = swarm.give({ kind: "candidates", source: "tracker", addresses: addresses(2) });
    const dials = swarm.all("dial", told).map(({ address }) => address);
    const peers = [swarm.connect({ dialled: dials[0]! }), swarm.connect()];
    swarm.give({ kind: "other_tracker" });
    const code = isPrivate ? "other_tracker" : undefined;
    assertEquals(peers.map((peer) => swarm.closeCode(peer)), [code, code]);
    const next = { kind: "candidates", source: "tracker", addresses: addresses(2, 1) } as const;
    const again = swarm.all("dial", swarm.give(next)).map(({ address }) => address);
    assertEquals(again.length, isPrivate ? 2 : 1);
  }
});

Deno.test("engine: 200 connections at most, 3 from one address, a /64 being one; loopback is free", () => {
  const swarm = new SwarmHarness();
  for (let at = 0; at < 200; at++) assertEquals(swarm.closeCode(swarm.connect()), undefined);
  assertEquals(swarm.closeCode(swarm.connect()), "full");
  const other = new SwarmHarness();
  const codes = (hosts: string[]) => hosts.map((host) => other.closeCode(other.connect({ host })));
  const four = [undefined, undefined, undefined, "full"];
  assertEquals(codes(Array(4).fill("203.0.113.1")), four);
  assertEquals(codes(["2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8::4"]), four);
  assertEquals(codes(Array(9).fill("127.0.0.1")), Array(9).fill(undefined));
  const few = new SwarmHarness({ options: { maxConnections: 1, maxPerAddress: 1 } });
  few.connect();
  assertEquals(few.closeCode(few.connect()), "full");
});

Deno.test("engine: dials 25 at once and 30 a second, never ourselves", () => {
  const own = addresses(1);
  const swarm = new SwarmHarness({ options: { ownAddresses: own } });
  const out = swarm.give({ kind: "candidates", source: "tracker", addresses: addresses(100) });
  assertEquals(swarm.all("dial", out).length, MAX_HALF_OPEN);
  for (let second = 0; second < 5; second++) {
    const dials = swarm.all("dial", swarm.pass(1000));
    assertLessOrEqual(dials.length, 30);
    for (const { address } of swarm.all("dial").slice(25 * second)) {
      swarm.give({ kind: "dial_failed", address });
    }
  }
  const dialled = swarm.all("dial").map(({ address }) => address.host);
  assert(!dialled.includes(own[0]!.host));
  assertEquals(swarm.all("dial").length, 99, "each once, within a few seconds");
});

Deno.test("engine: it is never connected to itself, and does not dial there again", () => {
  const swarm = new SwarmHarness();
  const [dialled] = addresses(1);
  swarm.give({ kind: "candidates", source: "tracker", addresses: [dialled!] });
  const self = swarm.connect({ id: OWN_ID, host: dialled!.host, dialled: dialled! });
  assertEquals(swarm.closeCode(self), "self");
  swarm.give({ kind: "candidates", source: "person", addresses: [dialled!] });
  swarm.pass(3_600_000);
  assertEquals(swarm.all("dial").length, 1);
});

Deno.test("engine: of two connections with one peer both ends keep the same", () => {
  const swarm = new SwarmHarness();
  const dialled = addresses(1)[0]!;
  const theirs = swarm.connect({ id: idOf(77), host: dialled.host });
  const ours = swarm.connect({ id: idOf(77), host: dialled.host, dialled });
  // Ours is the smaller id: what we dialled is kept.
  assertEquals([swarm.closeCode(theirs), swarm.closeCode(ours)], ["duplicate", undefined]);
  const again = swarm.connect({ id: idOf(77), host: dialled.host });
  assertEquals(swarm.closeCode(again), "duplicate");
});

Deno.test("engine: a silent peer is kept alive, and let go after two minutes", () => {
  const swarm = new SwarmHarness({ have: "all" });
  const idle = swarm.connect();
  const waiting = swarm.connectTaker();
  swarm.pass(105_000);
  assertEquals(swarm.sent(idle, "keep_alive").length, 1);
  swarm.pass(17_000);
  assertEquals([swarm.closeCode(idle), swarm.closeCode(waiting)], ["idle", undefined]);
  swarm.pass(120_000);
  assertEquals(swarm.closeCode(waiting), "idle");
});

Deno.test("engine: who we are is told at once, with the size of the metadata when it is known", () => {
  const known = new SwarmHarness({ have: "all", options: { client: "Mini", port: 6881 } });
  const peer = known.connect({ host: "203.0.113.5" });
  const [ours] = known.sent(peer, "extension_handshake");
  assertEquals([ours!.client, ours!.port, ours!.metadataSize, ours!.uploadOnly], [
    "Mini",
    6881,
    100,
    true,
  ]);
  assertEquals([ours!.queue, ours!.yourIp], [500, Uint8Array.of(203, 0, 113, 5)]);
  assertEquals(known.sent(peer, "have_all").length, 1);
  const plain = known.connect({ fast: false, extended: false });
  assertEquals(known.sent(plain, "extension_handshake"), []);
  assertEquals(known.sent(plain, "bitfield").map(({ bits }) => bits), [Uint8Array.of(255)]);
  const magnet = new SwarmHarness({ magnet: true });
  const other = magnet.connect({ has: "silent" });
  assertEquals(magnet.sent(other, "extension_handshake")[0]!.metadataSize, undefined);
  assertEquals(magnet.sent(other, "have_none").length, 1);
});

Deno.test("engine: a closed peer is unknown from then on, whatever still comes of it", () => {
  const swarm = new SwarmHarness();
  const peer = swarm.connectSource();
  const request = swarm.sent(peer, "request")[0]!;
  swarm.say(peer, { kind: "have", piece: 99 });
  const before = swarm.snapshot;
  swarm.send(peer, request);
  swarm.give({ kind: "served", peer, request, ok: true });
  swarm.give({ kind: "left", peer });
  swarm.give({ kind: "left", peer: 12_345 });
  assertEquals(swarm.snapshot, before);
});

Deno.test("engine: as long as there is anybody to wait for, a wake is out", () => {
  const swarm = new SwarmHarness();
  assertEquals(swarm.all("wake"), []);
  const peer = swarm.connect();
  assertEquals(swarm.all("wake").length, 1);
  swarm.pass(10_000);
  assertGreater(swarm.all("wake").length, 9);
  swarm.give({ kind: "left", peer });
  const out = swarm.pass(5000);
  assertLessOrEqual(swarm.all("wake", out).length, 1);
});

Deno.test("engine: the same inputs give the same outputs", () => {
  const run = () => {
    const swarm = new SwarmHarness({ pieces: 50, seed: 3 });
    for (let at = 0; at < 5; at++) swarm.connectSource();
    swarm.pass(30_000);
    return swarm.outputs;
  };
  assertEquals(run(), run());
});
