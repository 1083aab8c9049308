/** The UDP door of the tracker over real sockets. */
import { assertEquals } from "jsr:@std/assert@1";
import { toHex } from "../../lib/base/bytes.ts";
import { infoHash, peerId } from "../../lib/base/ids.ts";
import type { TrackerAnnounce } from "../../lib/wire/tracker_announce.ts";
import { encodeUdpAnnounce, encodeUdpConnect, parseUdpAnswer } from "../../lib/wire/udp_tracker.ts";
import { StandingClock, trackerHere, Watched } from "../support/in_process.ts";
import { NO_IPV6 } from "../support/no_ipv6.ts";
import { skippable } from "../support/programs.ts";
import { UdpAsker } from "../support/udp_asker.ts";

const HASH = infoHash("11".repeat(20))!;

const told = (port: number, more: Partial<TrackerAnnounce> = {}): TrackerAnnounce => ({
  infoHash: HASH,
  peerId: peerId("aa".repeat(20))!,
  port,
  uploaded: 0,
  downloaded: 0,
  left: 5,
  numwant: -1,
  key: 7,
  ...more,
});

async function connected(asker: UdpAsker): Promise<Uint8Array> {
  const answer = parseUdpAnswer(await asker.ask(encodeUdpConnect(1)), 4);
  if (answer.kind !== "connected") throw new Error(answer.kind);
  return answer.connection;
}

/** What an announce is answered. */
async function announced(
  asker: UdpAsker,
  id: Uint8Array,
  what: TrackerAnnounce,
  family: 4 | 6 = 4,
) {
  const answer = parseUdpAnswer(await asker.ask(encodeUdpAnnounce(id, 9, what)), family);
  assertEquals(answer.transaction, 9);
  return answer.kind === "announced" ? answer.answer : answer;
}

/** A scrape of so many times the one hash. */
function scrape(id: Uint8Array, count: number): Uint8Array {
  const bytes = new Uint8Array(16 + 20 * count);
  bytes.set(id);
  bytes.set([0, 0, 0, 2, 0, 0, 0, 8], 8);
  for (let at = 16; at < bytes.length; at++) bytes[at] = 0x11;
  return bytes;
}

Deno.test("udp door: peers find each other, complete, are counted and go", async () => {
  await using tracker = await trackerHere({ httpPort: 0 });
  await using asker = await UdpAsker.to(tracker.httpPort!);
  const id = await connected(asker);
  const counts = { interval: 120, seeders: 1, leechers: 0 };
  assertEquals(await announced(asker, id, told(1, { left: 0 })), { ...counts, peers: [] });
  const one = { host: "127.0.0.1", port: 1 };
  const leech = await announced(asker, id, told(2));
  assertEquals(leech, { ...counts, leechers: 1, peers: [one] });
  await announced(asker, id, told(2, { left: 0, event: "completed" }));
  const counted = "00000002" + "00000008" + "000000020000000100000000";
  assertEquals(toHex(await asker.ask(scrape(id, 1))), counted);
  assertEquals((await asker.ask(scrape(id, 74))).length, 8 + 74 * 12);
  const left = await announced(asker, id, told(1, { event: "stopped" }));
  assertEquals(left, { ...counts, peers: [] });
});

Deno.test("udp door: what has no valid id is not answered, and changes nothing", async () => {
  const clock = new StandingClock();
  await using tracker = await trackerHere({ httpPort: 0 }, new Watched({ clock }));
  await using asker = await UdpAsker.to(tracker.httpPort!);
  const id = await connected(asker);
  const wrong = id.slice();
  wrong[7]! ^= 1;
  for (const bytes of [new Uint8Array(0), new Uint8Array(15), new Uint8Array(16)]) {
    asker.send(bytes);
  }
  asker.send(encodeUdpAnnounce(wrong, 3, told(1)));
  asker.send(scrape(wrong, 1));
  // Datagrams stay in order here, so the next answer is to the next question.
  assertEquals(toHex(await asker.ask(scrape(id, 1))).slice(0, 16), "0000000200000008");
  assertEquals(tracker.snapshot().peers, 0);
  clock.advance(2 * 60_000);
  assertEquals(await announced(asker, id, told(1)), {
    interval: 120,
    seeders: 0,
    leechers: 1,
    peers: [],
  });
  clock.advance(60_000);
  asker.send(encodeUdpAnnounce(id, 3, told(2)));
  assertEquals((await asker.ask(encodeUdpConnect(4)))[7], 4);
});

Deno.test("udp door: no answer to what is not proven is longer than it", async () => {
  await using tracker = await trackerHere({ httpPort: 0 });
  await using asker = await UdpAsker.to(tracker.httpPort!);
  const request = encodeUdpConnect(4);
  assertEquals((await asker.ask(request)).length, request.length);
});

Deno.test("udp door: refusals say why", async () => {
  await using tracker = await trackerHere({ httpPort: 0, maxPeersPerName: 1 });
  await using asker = await UdpAsker.to(tracker.httpPort!);
  const id = await connected(asker);
  const reason = async (bytes: Uint8Array) => {
    const answer = parseUdpAnswer(await asker.ask(bytes), 4);
    return answer.kind === "failed" ? answer.reason : answer.kind;
  };
  assertEquals(await reason(encodeUdpAnnounce(id, 3, told(0))), "The port is 0");
  assertEquals(await reason(encodeUdpAnnounce(id, 3, told(1)).subarray(0, 97)), "It is too short");
  assertEquals(await reason(scrape(id, 75)), "A scrape has 1 to 74 whole hashes");
  assertEquals(await reason(encodeUdpAnnounce(id, 3, told(1))), "announced");
  assertEquals(
    await reason(encodeUdpAnnounce(id, 3, told(2))),
    "This share has as many peers as the tracker keeps",
  );
});

skippable("udp door: over IPv6 and IPv4 each, peers of that family", NO_IPV6, async () => {
  await using tracker = await trackerHere({ host: undefined, httpPort: 0 });
  await using four = await UdpAsker.to(tracker.httpPort!);
  await using six = await UdpAsker.to(tracker.httpPort!, "::1");
  const [ours, theirs] = [await connected(four), await connected(six)];
  await announced(four, ours, told(1));
  await announced(six, theirs, told(2), 6);
  const counts = { interval: 120, seeders: 0, leechers: 3 };
  assertEquals(await announced(four, ours, told(3)), {
    ...counts,
    peers: [{ host: "127.0.0.1", port: 1 }],
  });
  assertEquals(await announced(six, theirs, told(4), 6), {
    ...counts,
    leechers: 4,
    peers: [{ host: "::1", port: 2 }],
  });
});
