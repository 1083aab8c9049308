import { assertEquals, assertThrows } from "jsr:@std/assert@1";
import { bytesOf } from "../../tests/vectors/peer_messages.ts";
import { infoHash, peerId } from "../base/ids.ts";
import { WireError } from "./errors.ts";
import type { TrackerAnnounce } from "./tracker_announce.ts";
import { encodeUdpAnnounce, encodeUdpConnect, parseUdpAnswer } from "./udp_tracker.ts";

const CONNECTION = bytesOf("c0ffee00 12345678");
const TOLD: TrackerAnnounce = {
  infoHash: infoHash("aa".repeat(20))!,
  peerId: peerId("bb".repeat(20))!,
  port: 6881,
  uploaded: Number.MAX_SAFE_INTEGER,
  downloaded: 0x1_0000_0002,
  left: 3,
  numwant: -1,
  key: 0xdeadbeef,
};

/** BEP 15, "IPv4 announce request", field by field. */
const REQUEST = [
  "c0ffee0012345678", // connection_id
  "00000001", // action
  "fffefdfc", // transaction_id
  "aa".repeat(20), // info_hash
  "bb".repeat(20), // peer_id
  "0000000100000002", // downloaded
  "0000000000000003", // left
  "001fffffffffffff", // uploaded
];

Deno.test("a connect request is 16 bytes (BEP 15)", () => {
  assertEquals(encodeUdpConnect(0xfffefdfc), bytesOf("0000041727101980 00000000 fffefdfc"));
});

Deno.test("an announce request is 98 bytes (BEP 15)", () => {
  const events = [undefined, "completed", "started", "stopped"] as const;
  for (const [at, event] of events.entries()) {
    const told = { ...TOLD, ...event && { event } };
    const bytes = encodeUdpAnnounce(CONNECTION, 0xfffefdfc, told);
    const rest = [`0000000${at}`, "00000000", "deadbeef", "ffffffff", "1ae1"];
    assertEquals(bytes, bytesOf(...REQUEST, ...rest));
    assertEquals(bytes.length, 98);
  }
});

Deno.test("path and query of the URL follow as options (BEP 41)", () => {
  const options = (urlData: string) => encodeUdpAnnounce(CONNECTION, 1, TOLD, urlData).subarray(98);
  assertEquals(options("/dir?a=b&c=d"), bytesOf("02 0c", '"/dir?a=b&c=d"'));
  const long = `/${"x".repeat(299)}`;
  assertEquals(
    options(long),
    bytesOf("02 ff", `"${long.slice(0, 255)}"`, "02 2d", `"${long.slice(255)}"`),
  );
  assertEquals(options(""), bytesOf(""));
});

Deno.test("a connection id is read; what is behind it is not (BEP 15)", () => {
  for (const more of ["", "0000"]) {
    assertEquals(parseUdpAnswer(bytesOf("00000000 fffefdfc c0ffee0012345678", more), 4), {
      kind: "connected",
      transaction: 0xfffefdfc,
      connection: CONNECTION,
    });
  }
});

Deno.test("an answer has peers of the family that it came by (BEP 15)", () => {
  const head = "00000001 00000007 00000708 00000002 80000001";
  const counts = { interval: 1800, leechers: 2, seeders: 0x80000001 };
  const v4 = parseUdpAnswer(bytesOf(head, "c0000201 1ae1 c0000202 0050"), 4);
  assertEquals(v4, {
    kind: "announced",
    transaction: 7,
    answer: {
      ...counts,
      peers: [{ host: "192.0.2.1", port: 6881 }, { host: "192.0.2.2", port: 80 }],
    },
  });
  const v6 = parseUdpAnswer(bytesOf(head, "20010db8000000000000000000000001 1ae1"), 6);
  assertEquals(v6, {
    kind: "announced",
    transaction: 7,
    answer: { ...counts, peers: [{ host: "2001:db8::1", port: 6881 }] },
  });
});

Deno.test("an error tells why, in few words", () => {
  const failed = (...text: string[]) => parseUdpAnswer(bytesOf("00000003 00000007", ...text), 4);
  assertEquals(failed('"no such torrent"'), {
    kind: "failed",
    transaction: 7,
    reason: "no such torrent",
  });
  assertEquals(failed('"no"', "0000"), { kind: "failed", transaction: 7, reason: "no" });
  assertEquals(failed(), { kind: "failed", transaction: 7, reason: "" });
  const long = failed("41".repeat(1000));
  assertEquals(long.kind === "failed" && long.reason.length, 500);
});

Deno.test("a datagram in the middle of a buffer is read from where it begins", () => {
  const bytes = bytesOf("ffffff 00000000 00000001 c0ffee0012345678").subarray(3);
  assertEquals(parseUdpAnswer(bytes, 4).transaction, 1);
});

Deno.test("what is too short or none of the answers is refused", () => {
  const cases: [string, string][] = [
    ["", "it sent 0 bytes; an answer has at least 8"],
    ["00000000 000000", "it sent 7 bytes; an answer has at least 8"],
    ["00000000 00000001 c0ffee00123456", "it sent 15 bytes; a connection id has at least 16"],
    ["00000001 00000001 00000001 00000001 000000", "an answer to an announce has at least 20"],
    ["00000002 00000001 00000000", "the unknown action 2"],
    ["ffffffff 00000001 00000000", "the unknown action 4294967295"],
  ];
  for (const [text, message] of cases) {
    const error = assertThrows(() => parseUdpAnswer(bytesOf(text), 4), WireError, message);
    assertEquals([error.code, error.fault], ["bad_message", "remote"]);
  }
});
