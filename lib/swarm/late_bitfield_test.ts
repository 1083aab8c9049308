import { assertEquals, assertMatch } from "jsr:@std/assert@1";
import { FakeTorrent } from "../../tests/sim/fake_torrent.ts";
import { seededRandom } from "../../tests/support/seeded_random.ts";
import { Bitfield } from "../base/bitfield.ts";
import { infoHash, peerId } from "../base/ids.ts";
import type { PeerMessage } from "../wire/peer_message.ts";
import { Swarm } from "./engine.ts";

const PIECES = 20;

function swarmWithPeer() {
  const torrent = new FakeTorrent(PIECES * 16_384, 16_384, true);
  const swarm = new Swarm({
    infoHash: infoHash("ab".repeat(20))!,
    ownId: peerId("01".repeat(20))!,
    random: seededRandom(1),
    torrent: { layout: torrent.layout, metadata: new Uint8Array(1), private: false, v1: true },
  }, 0);
  const id = peerId("02".repeat(20))!;
  const peer = { key: 1, host: "192.0.2.1", id, fast: true, extended: true, v2: false };
  swarm.handle({ kind: "connected", peer }, 0);
  const hear = (message: PeerMessage) => swarm.handle({ kind: "message", peer: 1, message }, 1);
  return { swarm, hear };
}

function bitfield(...pieces: number[]): PeerMessage {
  const bits = new Bitfield(PIECES);
  for (const piece of pieces) bits.add(piece);
  return { kind: "bitfield", bits: bits.toBytes() };
}

Deno.test("late bitfield: it adds to what the peer has", () => {
  const { swarm, hear } = swarmWithPeer();
  hear({ kind: "have_none" });
  hear({ kind: "have", piece: 3 });
  hear({ kind: "interested" });
  const outputs = hear(bitfield(3, 4, 19));
  assertEquals(outputs.filter(({ kind }) => kind === "close"), []);
  const [peer] = swarm.snapshot(1).peers;
  assertEquals(peer!.progress, 3 / PIECES);
});

Deno.test("late bitfield: a peer that has everything now is a seed", () => {
  const { swarm, hear } = swarmWithPeer();
  hear({ kind: "have_none" });
  hear({ kind: "interested" });
  hear(bitfield(...Array(PIECES).keys()));
  assertEquals(swarm.snapshot(1).seeds, 1);
});

Deno.test("late bitfield: all or nothing may be said again", () => {
  const { swarm, hear } = swarmWithPeer();
  hear({ kind: "have_none" });
  hear({ kind: "have", piece: 3 });
  hear({ kind: "have_none" });
  assertEquals(swarm.snapshot(1).peers[0]!.progress, 1 / PIECES);
  hear({ kind: "have_all" });
  assertEquals(swarm.snapshot(1).seeds, 1);
});

Deno.test("late bitfield: one that is none closes the connection", () => {
  const wrong: PeerMessage[] = [
    { kind: "bitfield", bits: new Uint8Array(2) },
    { kind: "bitfield", bits: new Uint8Array(3).fill(255) },
  ];
  for (const message of wrong) {
    const { hear } = swarmWithPeer();
    hear({ kind: "have_none" });
    hear({ kind: "interested" });
    const close = hear(message).find(({ kind }) => kind === "close");
    assertMatch(JSON.stringify(close), /bad_bitfield/);
  }
});
