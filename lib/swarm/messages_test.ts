import { assertEquals, assertGreater, assertLessOrEqual } from "jsr:@std/assert@1";
import {
  type HarnessOptions,
  type PeerOptions,
  SwarmHarness,
} from "../../tests/support/swarm_harness.ts";
import type { PeerMessage } from "../wire/peer_message.ts";
import { MAX_ALLOWED_FAST, MAX_EARLY_HAVES, MAX_UNSOLICITED } from "./defaults.ts";
import type { CloseCode } from "./errors.ts";

const ROOT = new Uint8Array(32);
const RANGE = { root: ROOT, baseLayer: 0, index: 0, length: 2, proofLayers: 0 };
const BLOCK = { piece: 0, begin: 0, length: 16_384 };

/** Messages that break the rules, and what they are answered with. */
const OFFENCES: readonly [string, CloseCode, PeerMessage, PeerOptions?, HarnessOptions?][] = [
  ["have of no piece", "bad_piece", { kind: "have", piece: 8 }],
  ["have far out", "bad_piece", { kind: "have", piece: 2 ** 32 - 1 }],
  ["suggest of no piece", "bad_piece", { kind: "suggest", piece: 8 }],
  ["allowed fast of no piece", "bad_piece", { kind: "allowed_fast", piece: 8 }],
  ["dont_have of no piece", "bad_piece", { kind: "dont_have", piece: 8 }],
  ["bitfield too long", "bad_bitfield", { kind: "bitfield", bits: new Uint8Array(2) }, {
    has: "silent",
  }],
  ["bitfield empty", "bad_bitfield", { kind: "bitfield", bits: new Uint8Array(0) }, {
    has: "silent",
  }],
  ["bitfield with spare bits", "bad_bitfield", { kind: "bitfield", bits: Uint8Array.of(1) }, {
    has: "silent",
  }, { pieces: 7 }],
  ["have_all without BEP 6", "not_fast", { kind: "have_all" }, { fast: false, has: "silent" }],
  ["have_none without BEP 6", "not_fast", { kind: "have_none" }, { fast: false, has: "silent" }],
  ["suggest without BEP 6", "not_fast", { kind: "suggest", piece: 0 }, { fast: false }],
  ["allowed fast without BEP 6", "not_fast", { kind: "allowed_fast", piece: 0 }, { fast: false }],
  ["reject without BEP 6", "not_fast", { kind: "reject", ...BLOCK }, { fast: false }],
  ["reject unasked", "unsolicited", { kind: "reject", ...BLOCK }],
  ["hashes unasked", "unsolicited", { kind: "hashes", ...RANGE, hashes: new Uint8Array(64) }],
  ["hash reject unasked", "unsolicited", { kind: "hash_reject", ...RANGE }],
  ["piece unasked", "unsolicited", { kind: "piece", piece: 0, begin: 0, data: new Uint8Array(1) }],
  ["piece far out", "unsolicited", {
    kind: "piece",
    piece: 2 ** 32 - 1,
    begin: 2 ** 32 - 1,
    data: new Uint8Array(16_384),
  }],
  ["piece at no block", "unsolicited", {
    kind: "piece",
    piece: 0,
    begin: 5,
    data: new Uint8Array(1),
  }],
  ["request of no piece", "bad_request", { kind: "request", piece: 8, begin: 0, length: 1 }],
  [
    "piece before the metadata",
    "unsolicited",
    {
      kind: "piece",
      piece: 0,
      begin: 0,
      data: new Uint8Array(9),
    },
    {},
    { magnet: true },
  ],
  [
    "hashes before the metadata",
    "unsolicited",
    {
      kind: "hashes",
      ...RANGE,
      hashes: new Uint8Array(64),
    },
    {},
    { magnet: true },
  ],
];

for (const [what, code, message, peerOptions, harness] of OFFENCES) {
  Deno.test(`messages: ${what}: ${code}, and nobody else is harmed`, () => {
    const swarm = new SwarmHarness({ ...harness });
    const honest = swarm.connectSource();
    const peer = swarm.connect(peerOptions);
    swarm.say(peer, message);
    assertEquals(swarm.closeCode(peer), code);
    assertEquals(swarm.closeCode(honest), undefined);
    assertEquals(swarm.say(peer, message).filter(({ kind }) => kind !== "wake"), []);
    assertEquals(swarm.snapshot.peers.map(({ key }) => key), [honest]);
  });
}

Deno.test("messages: a block that was asked for but has another length closes", () => {
  const swarm = new SwarmHarness();
  const peer = swarm.connectSource();
  const [request] = swarm.sent(peer, "request");
  swarm.send(peer, { ...request!, length: 1 });
  assertEquals(swarm.closeCode(peer), "unsolicited");
  assertEquals(swarm.all("block"), []);
});

Deno.test("messages: without BEP 6 a few unasked blocks are forgiven, more are not", () => {
  const swarm = new SwarmHarness();
  const peer = swarm.connect({ fast: false });
  for (let at = 0; at <= MAX_UNSOLICITED; at++) {
    assertEquals(swarm.closeCode(peer), undefined);
    swarm.send(peer, BLOCK);
  }
  assertEquals(swarm.closeCode(peer), "unsolicited");
  assertEquals(swarm.snapshot.wasted, (MAX_UNSOLICITED + 1) * 16_384);
});

Deno.test("messages: floods of have, interest, advice and rejections cost nothing that grows", () => {
  const swarm = new SwarmHarness({ pieces: 1000, have: "all" });
  const honest = swarm.connectTaker();
  const peer = swarm.connect({ extensions: ["lt_donthave"] });
  const flood: PeerMessage[] = [
    { kind: "have", piece: 1 },
    { kind: "dont_have", piece: 1 },
    { kind: "interested" },
    { kind: "not_interested" },
    { kind: "keep_alive" },
    { kind: "port", port: 1 },
    { kind: "ignored", id: 99 },
    { kind: "choke" },
    { kind: "unchoke" },
    { kind: "upload_only", value: false },
    { kind: "metadata_request", piece: 5000 },
  ];
  let outputs = 0;
  for (let at = 0; at < 20_000; at++) {
    outputs += swarm.say(peer, flood[at % flood.length]!).length;
    swarm.outputs.length = 0;
  }
  assertLessOrEqual(outputs, 20_000, "no answer is more than the question");
  for (let piece = 0; piece < 1000; piece++) {
    swarm.say(peer, { kind: "allowed_fast", piece });
    swarm.say(peer, { kind: "suggest", piece });
  }
  assertEquals(swarm.peer(honest)!.amChoking, false);
  swarm.say(honest, { kind: "request", ...BLOCK });
  assertEquals(swarm.all("serve").length, 1);
});

Deno.test("messages: only so many allowed fast pieces of a peer count", () => {
  const swarm = new SwarmHarness({ pieces: 1000, blocks: 1 });
  const peer = swarm.connect({ has: "all" });
  swarm.introduce(peer, [], { queue: 500 });
  for (let piece = 0; piece < 1000; piece++) swarm.say(peer, { kind: "allowed_fast", piece });
  for (let at = 0; at < swarm.sent(peer, "request").length; at++) {
    swarm.send(peer, swarm.sent(peer, "request")[at]!);
  }
  assertEquals(swarm.sent(peer, "request").length, MAX_ALLOWED_FAST);
});

Deno.test("messages: before the metadata is known only so many pieces are noted", () => {
  const swarm = new SwarmHarness({ magnet: true });
  const peer = swarm.connect({ has: "silent" });
  for (let piece = 0; piece <= MAX_EARLY_HAVES; piece++) swarm.say(peer, { kind: "have", piece });
  assertEquals(swarm.closeCode(peer), "flood");
});

Deno.test("messages: what was told before the metadata counts when it is known, or closes", () => {
  const swarm = new SwarmHarness({ magnet: true });
  const told = (bits: number[], ...haves: number[]) => {
    const peer = swarm.connect({ has: "silent" });
    if (bits.length > 0) swarm.say(peer, { kind: "bitfield", bits: Uint8Array.from(bits) });
    for (const piece of haves) swarm.say(peer, { kind: "have", piece });
    return peer;
  };
  const good = told([0xf0], 5);
  const [long, far] = [told([0xf0, 0]), told([], 8)];
  const all = swarm.connect({ has: "all" });
  swarm.say(good, { kind: "unchoke" });
  // Only who owes the answer is asked, so the torrent comes in as if it had been checked.
  swarm.give({ kind: "metadata_verified", ok: true, torrent: swarm.swarmTorrent });
  assertEquals([good, long, far, all].map((peer) => swarm.closeCode(peer)), [
    undefined,
    "bad_bitfield",
    "bad_bitfield",
    undefined,
  ]);
  assertEquals([swarm.peer(good)!.progress, swarm.peer(all)!.seed], [5 / 8, true]);
  assertGreater(swarm.sent(good, "request").length, 0);
});

Deno.test("messages: a request before the metadata is known is rejected, if that can be said", () => {
  const swarm = new SwarmHarness({ magnet: true });
  const fast = swarm.connect({ has: "silent" });
  const slow = swarm.connect({ has: "silent", fast: false });
  for (const peer of [fast, slow]) swarm.say(peer, { kind: "request", ...BLOCK });
  swarm.say(fast, { kind: "hash_request", ...RANGE });
  assertEquals(swarm.sent(fast, "reject"), [{ kind: "reject", ...BLOCK }]);
  assertEquals(swarm.sent(fast, "hash_reject").length, 1);
  assertEquals(swarm.sent(slow, "reject"), []);
});

Deno.test("messages: interest is told as it changes", () => {
  const swarm = new SwarmHarness({ pieces: 2, blocks: 1 });
  const peer = swarm.connect({ extensions: ["lt_donthave"] });
  assertEquals(swarm.peer(peer)!.amInterested, false);
  swarm.say(peer, { kind: "have", piece: 0 });
  assertEquals(swarm.sent(peer, "interested").length, 1);
  swarm.say(peer, { kind: "have", piece: 1 });
  swarm.say(peer, { kind: "dont_have", piece: 1 });
  assertEquals(swarm.sent(peer, "not_interested").length, 0);
  swarm.say(peer, { kind: "dont_have", piece: 0 });
  assertEquals(swarm.sent(peer, "not_interested").length, 1);
});
