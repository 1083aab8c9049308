import { assert, assertEquals, assertRejects, assertStrictEquals } from "jsr:@std/assert@1";
import { StandingClock } from "../../tests/support/in_process.ts";
import { NO_IPV6 } from "../../tests/support/no_ipv6.ts";
import { skippable } from "../../tests/support/programs.ts";
import { HandTimers, replaced } from "../../tests/support/stand_ins.ts";
import { UdpStandIn } from "../../tests/support/tracker_stand_ins.ts";
import { bytesOf } from "../../tests/vectors/peer_messages.ts";
import { concatBytes, toHex } from "../base/bytes.ts";
import { infoHash, peerId } from "../base/ids.ts";
import type { TrackerAnnounce } from "../wire/tracker_announce.ts";
import { DiscoveryError } from "./errors.ts";
import { UdpTracker, type UdpTrackerOptions } from "./udp_tracker.ts";

const TOLD: TrackerAnnounce = {
  infoHash: infoHash("aa".repeat(20))!,
  peerId: peerId("bb".repeat(20))!,
  port: 6881,
  uploaded: 1,
  downloaded: 2,
  left: 3,
  numwant: 50,
  key: 0xab,
};
const never = new AbortController().signal;

const actionOf = (bytes: Uint8Array) => bytes[11]!;
const transactionOf = (bytes: Uint8Array) => bytes.subarray(12, 16);
const connected = (bytes: Uint8Array, id = "1122334455667788") =>
  concatBytes([bytesOf("00000000"), transactionOf(bytes), bytesOf(id)]);
const announced = (bytes: Uint8Array, peers = "7f0000011ae1") =>
  concatBytes([
    bytesOf("00000001"),
    transactionOf(bytes),
    bytesOf("0000003c0000000200000001", peers),
  ]);
const failed = (bytes: Uint8Array, text: string) =>
  concatBytes([bytesOf("00000003"), transactionOf(bytes), bytesOf(`"${text}"`)]);

/** What a tracker that is well says. */
const well = (bytes: Uint8Array) => [actionOf(bytes) === 0 ? connected(bytes) : announced(bytes)];

function tracker(port: number, options: Partial<UdpTrackerOptions> = {}, rest = "", host?: string) {
  let transactions = 0xfffffff0;
  return new UdpTracker(new URL(`udp://${host ?? "127.0.0.1"}:${port}${rest}`), {
    local: true,
    clock: new StandingClock(),
    transaction: () => transactions++,
    ...options,
  });
}

const REPLY = {
  answer: {
    interval: 60,
    leechers: 2,
    seeders: 1,
    peers: [{ host: "127.0.0.1", port: 6881 }],
  },
  trackerKind: "loopback",
};

Deno.test("connect, then announce, with transactions of their own", async () => {
  await using server = await UdpStandIn.open(well);
  const reply = await tracker(server.port, {}, "/announce?k=v").announce(TOLD, never);
  assertEquals(reply, REPLY as typeof reply);
  const [first, second] = server.asked.map(({ bytes }) => toHex(bytes));
  assertEquals(first, "000004172710198000000000fffffff0");
  assertEquals(second?.slice(0, 32), "112233445566778800000001fffffff1");
  assertEquals(second?.slice(196), `020d${toHex(new TextEncoder().encode("/announce?k=v"))}`);
  assertEquals(new Set(server.asked.map(({ from }) => from)).size, 1);
});

Deno.test("a tracker without a path is sent no option", async () => {
  for (const rest of ["", "/"]) {
    await using server = await UdpStandIn.open(well);
    await tracker(server.port, {}, rest).announce(TOLD, never);
    assertEquals(server.asked.map(({ bytes }) => bytes.length), [16, 98]);
  }
});

skippable("a tracker on IPv6 tells of IPv6 peers", NO_IPV6, async () => {
  const peers = "20010db80000000000000000000000011ae1";
  await using server = await UdpStandIn.open(
    (bytes) => [actionOf(bytes) === 0 ? connected(bytes) : announced(bytes, peers)],
    { host: "::1" },
  );
  const { answer } = await tracker(server.port, {}, "", "[::1]").announce(TOLD, never);
  assertEquals(answer.peers, [{ host: "2001:db8::1", port: 6881 }]);
});

Deno.test("a connection id is used for 60 s, from the same port", async () => {
  const clock = new StandingClock();
  await using server = await UdpStandIn.open(well);
  const one = tracker(server.port, { clock });
  await one.announce(TOLD, never);
  clock.advance(59_999);
  await one.announce(TOLD, never);
  assertEquals(server.asked.map(({ bytes }) => actionOf(bytes)), [0, 1, 1]);
  assertEquals(new Set(server.asked.map(({ from }) => from)).size, 1);
  clock.advance(1);
  await one.announce(TOLD, never);
  assertEquals(server.asked.map(({ bytes }) => actionOf(bytes)), [0, 1, 1, 0, 1]);
});

Deno.test("a connection id that the tracker forgot is asked for again", async () => {
  let forgotten = false;
  await using server = await UdpStandIn.open((bytes) =>
    forgotten && actionOf(bytes) === 1 ? [failed(bytes, "wrong id")] : well(bytes)
  );
  const one = tracker(server.port);
  await one.announce(TOLD, never);
  forgotten = true;
  const error = await assertRejects(() => one.announce(TOLD, never), DiscoveryError, "wrong id");
  assertEquals([error.code, error.fault], ["refused", "remote"]);
  assertEquals(server.asked.map(({ bytes }) => actionOf(bytes)), [0, 1, 1, 0, 1]);
});

Deno.test("a refusal is told in the tracker's words, made harmless", async () => {
  await using server = await UdpStandIn.open((bytes) => [failed(bytes, "no \x1b[31mx")]);
  const one = tracker(server.port);
  const error = await assertRejects(() => one.announce(TOLD, never), DiscoveryError);
  assertEquals([error.code, error.message], ["refused", "no \\u{1b}[31mx"]);
});

Deno.test("an answer to something else is refused", async () => {
  await using server = await UdpStandIn.open((bytes) => [connected(bytes)]);
  const one = tracker(server.port);
  const error = await assertRejects(() => one.announce(TOLD, never), DiscoveryError);
  assertEquals(error.code, "bad_answer");
});

Deno.test("garbage, foreign transactions and foreign senders are passed over", async () => {
  const [liar] = [await UdpStandIn.open(() => [])];
  await using _liar = liar;
  await using server = await UdpStandIn.open((bytes, at) => {
    const { from } = server.asked[at]!;
    const wrong = bytes.slice();
    wrong[15]! ^= 1;
    const lie = actionOf(bytes) === 0
      ? connected(bytes, "6666666666666666")
      : announced(bytes, "060606060606");
    liar.send(lie, from);
    return [
      bytesOf(""),
      bytesOf("00000000 00"),
      bytesOf("00000009 00000000 00000000"),
      ...well(wrong),
      ...well(bytes),
    ];
  });
  const reply = await tracker(server.port).announce(TOLD, never);
  assertEquals(reply, REPLY as typeof reply);
  assertEquals(toHex(server.asked[1]!.bytes.subarray(0, 8)), "1122334455667788");
});

Deno.test("what was lost is sent again after 15 s, then after 30 s (BEP 15)", async () => {
  using timers = new HandTimers();
  const lost = new Set([0, 2]);
  await using server = await UdpStandIn.open((bytes, at) => {
    if (!lost.has(at)) return well(bytes);
    const wait = at === 0 ? 15_000 : 30_000;
    timers.find(({ ms }) => ms === wait).then((timer) => timer.end());
    return [];
  });
  const reply = await tracker(server.port).announce(TOLD, never);
  assertEquals(reply, REPLY as typeof reply);
  const actions = server.asked.map(({ bytes }) => actionOf(bytes));
  assertEquals(actions, [0, 0, 1, 1], "the new connection id is kept");
  const transactions = server.asked.map(({ bytes }) => toHex(transactionOf(bytes)));
  assertEquals(new Set(transactions).size, 4, "each has a transaction of its own");
});

skippable("a silent address gives way to the others of its name", NO_IPV6, async () => {
  using timers = new HandTimers();
  await using silent = await UdpStandIn.open(() => []);
  const { port } = silent;
  await using server = await UdpStandIn.open(
    (bytes) => [actionOf(bytes) === 0 ? connected(bytes) : announced(bytes, "")],
    { host: "::1", port },
  );
  const resolve = () => Promise.resolve(["::1", "127.0.0.1"]);
  const one = tracker(port, { resolve }, "", "tracker.example");
  const reply = one.announce(TOLD, never);
  (await timers.find(({ ms }) => ms === 15_000)).end();
  assertEquals((await reply).answer.interval, 60);
  assertEquals(server.asked.length, 2);
});

Deno.test("an announce that has no answer in 30 s is given up", async () => {
  const over = new AbortController();
  await using server = await UdpStandIn.open(() => {
    over.abort(new DOMException("over", "TimeoutError"));
    return [];
  });
  using _ = replaced(AbortSignal, "timeout", (ms: number) => {
    assertEquals(ms, 30_000);
    return over.signal;
  });
  const one = tracker(server.port);
  const error = await assertRejects(() => one.announce(TOLD, never), DiscoveryError, "within 30 s");
  assertEquals(error.code, "timeout");
});

Deno.test("local places are not asked for strangers", async () => {
  await using server = await UdpStandIn.open(well);
  const one = tracker(server.port, { local: false });
  const error = await assertRejects(() => one.announce(TOLD, never), DiscoveryError);
  assertEquals([error.code, server.asked.length], ["forbidden", 0]);
});

Deno.test("the signal's reason ends an announce", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  await using server = await UdpStandIn.open(() => {
    controller.abort(reason);
    return [];
  });
  const one = tracker(server.port);
  assertStrictEquals(await assertRejects(() => one.announce(TOLD, controller.signal)), reason);
  assertStrictEquals(await assertRejects(() => one.announce(TOLD, controller.signal)), reason);
  assert(server.asked.length === 1);
});
