import { assertEquals } from "jsr:@std/assert@1";
import { concatBytes, fromHex, toHex } from "../base/bytes.ts";
import { infoHash, peerId } from "../base/ids.ts";
import { encodeUdpAnnounce, encodeUdpConnect, parseUdpAnswer } from "./udp_tracker.ts";
import {
  encodeUdpAnnounced,
  encodeUdpConnected,
  encodeUdpError,
  encodeUdpScraped,
  MAX_SCRAPE,
  parseUdpRequest,
} from "./udp_tracker_server.ts";

const bytes = (...parts: string[]) => fromHex(parts.join("").replaceAll(" ", ""))!;

const CONNECTION = bytes("0102030405060708");
const HASH = infoHash("00ff25262b7e41612d5f2e3d3f23c3a4e2828a9f")!;
const ID = peerId("2d4d54303130302d000102030405060708090a0b")!;
const HEAD = "0102030405060708 00000001 fffefdfc";
const ANNOUNCE = [
  HEAD,
  HASH,
  ID,
  "0000000000000002", // downloaded
  "0000000000000003", // left
  "0000000000000001", // uploaded
  "00000002", // event
  "00000000", // IP address
  "c0ffee00", // key
  "ffffffff", // num_want
  "1ae1", // port
];
const TOLD = {
  infoHash: HASH,
  peerId: ID,
  port: 6881,
  left: 3,
  event: "started" as const,
  numwant: 50,
  urlData: "",
};

const PROVEN = { connection: CONNECTION, transaction: 0xfffefdfc };

/** The announce, with bytes of it replaced. */
function changed(at: number, ...parts: string[]): Uint8Array {
  const announce = bytes(...ANNOUNCE);
  announce.set(bytes(...parts), at);
  return announce;
}

Deno.test("udp requests: connect, of 16 bytes or more, with the number of the protocol", () => {
  const connect = bytes("00000417 27101980 00000000 fffefdfc");
  assertEquals(connect, encodeUdpConnect(0xfffefdfc));
  const read = { kind: "connect", transaction: 0xfffefdfc } as const;
  assertEquals(parseUdpRequest(connect), read);
  assertEquals(parseUdpRequest(concatBytes([connect, new Uint8Array(9)])), read);
  for (let end = 0; end < 16; end++) {
    assertEquals(parseUdpRequest(connect.subarray(0, end)), undefined);
  }
  assertEquals(parseUdpRequest(bytes("00000417 27101981 00000000 fffefdfc")), undefined);
});

Deno.test("udp requests: an announce, to the byte", () => {
  const announce = { kind: "announce", ...PROVEN, announce: TOLD } as const;
  assertEquals(parseUdpRequest(bytes(...ANNOUNCE)), announce);
  const at = new Uint8Array(200);
  at.set(bytes(...ANNOUNCE), 50);
  assertEquals(parseUdpRequest(at.subarray(50, 148)), announce);
  const ours = encodeUdpAnnounce(CONNECTION, 0xfffefdfc, {
    ...TOLD,
    uploaded: 1,
    downloaded: 2,
    key: 0xc0ffee00,
    numwant: -1,
  });
  assertEquals(ours, bytes(...ANNOUNCE));
});

Deno.test("udp requests: what an announce may say", () => {
  const told = (datagram: Uint8Array) => {
    const request = parseUdpRequest(datagram);
    return request?.kind === "announce" ? request.announce : request;
  };
  const { event: _event, ...without } = TOLD;
  assertEquals(told(changed(80, "00000000")), without);
  assertEquals(told(changed(80, "00000001")), { ...TOLD, event: "completed" });
  assertEquals(told(changed(80, "00000003")), { ...TOLD, event: "stopped", numwant: 0 });
  assertEquals(told(changed(80, "00000004")), without);
  assertEquals(told(changed(92, "00000000")), { ...TOLD, numwant: 0 });
  assertEquals(told(changed(92, "000000c9")), { ...TOLD, numwant: 200 });
  assertEquals(told(changed(64, "ffffffffffffffff")), { ...TOLD, left: 2 ** 64 });
  assertEquals(told(changed(64, "0000000000000000")), { ...TOLD, left: 0 });
  assertEquals(told(changed(96, "0000")), { ...TOLD, port: 0 });
});

Deno.test("udp requests: options carry path and query (BEP 41); unknown ones are passed over", () => {
  const announce = (options: string) => parseUdpRequest(bytes(...ANNOUNCE, options));
  const urlData = (options: string) => {
    const request = announce(options);
    return request?.kind === "announce" ? request.announce.urlData : request?.kind;
  };
  // The example of BEP 41: /dir?a=b&c=d.
  assertEquals(urlData("020c 2f6469723f613d6226633d64"), "/dir?a=b&c=d");
  assertEquals(
    urlData("01 0203 2f6469 01 0505 ffffffffff 0209 723f613d6226633d64"),
    "/dir?a=b&c=d",
  );
  assertEquals(urlData("0201 2f 00 02ff"), "/");
  assertEquals([urlData("0200"), urlData("00"), urlData("01")], ["", "", ""]);
  assertEquals([urlData("02"), urlData("0202 2f"), urlData("07")], ["bad", "bad", "bad"]);
  const long = encodeUdpAnnounce(CONNECTION, 1, {
    ...TOLD,
    uploaded: 0,
    downloaded: 0,
    key: 0,
  }, `/${"x".repeat(300)}`);
  const request = parseUdpRequest(long);
  assertEquals(request?.kind === "announce" && request.announce.urlData.length, 301);
});

Deno.test("udp requests: a scrape has whole hashes, one to seventy-four", () => {
  const scrape = (hashes: string) =>
    parseUdpRequest(bytes("0102030405060708 00000002 fffefdfc", hashes));
  const other = infoHash("61".repeat(20))!;
  assertEquals(scrape(HASH + other), { kind: "scrape", ...PROVEN, hashes: [HASH, other] });
  assertEquals(scrape(HASH.repeat(MAX_SCRAPE))?.kind, "scrape");
  for (const hashes of ["", "00", HASH + "00", HASH.repeat(MAX_SCRAPE + 1)]) {
    assertEquals(scrape(hashes)?.kind, "bad");
  }
});

Deno.test("udp requests: what is cut off or unknown is told so, once it is proven", () => {
  const whole = bytes(...ANNOUNCE);
  for (let end = 16; end < whole.length; end++) {
    const read = parseUdpRequest(whole.subarray(0, end));
    assertEquals(read, { kind: "bad", ...PROVEN, reason: "It is too short" });
  }
  const unknown = parseUdpRequest(changed(8, "00000003"));
  assertEquals(unknown, { kind: "bad", ...PROVEN, reason: "Unknown action" });
});

Deno.test("udp answers: to the byte, and our own client reads them", () => {
  const connected = encodeUdpConnected(0xfffefdfc, CONNECTION);
  assertEquals(toHex(connected), "00000000fffefdfc0102030405060708");
  assertEquals(parseUdpAnswer(connected, 4), {
    kind: "connected",
    transaction: 0xfffefdfc,
    connection: CONNECTION,
  });
  const counts = { interval: 1800, seeders: 1, leechers: 2 };
  const four = encodeUdpAnnounced(7, counts, bytes("c00002011ae1"), 6);
  assertEquals(toHex(four), "00000001000000070000070800000002" + "00000001c00002011ae1");
  const answer = { ...counts, peers: [{ host: "192.0.2.1", port: 6881 }] };
  assertEquals(parseUdpAnswer(four, 4), { kind: "announced", transaction: 7, answer });
  const scraped = encodeUdpScraped(7, [{ seeders: 1, completed: 2, leechers: 3 }]);
  assertEquals(toHex(scraped), "0000000200000007000000010000000200000003");
  const failed = encodeUdpError(7, "no");
  assertEquals(toHex(failed), "00000003000000076e6f");
  assertEquals(parseUdpAnswer(failed, 4), { kind: "failed", transaction: 7, reason: "no" });
});

Deno.test("udp answers: no more whole peers than one datagram carries", () => {
  const counts = { interval: 1800, seeders: 1, leechers: 2 };
  const size = (count: number, of: 6 | 18) =>
    encodeUdpAnnounced(7, counts, new Uint8Array(count * of), of).length;
  assertEquals([size(0, 6), size(200, 6), size(300, 6)], [20, 1220, 1232]);
  assertEquals([size(67, 18), size(68, 18)], [1226, 1226]);
});
