import { assert, assertEquals, assertThrows } from "jsr:@std/assert@1";
import { type InfoHash, infoHash, type InfoHashV2, infoHashV2 } from "../base/ids.ts";
import { MetaError, type MetaErrorCode } from "./errors.ts";
import { formatMagnet, isMagnet, type Magnet, parseMagnet } from "./magnet.ts";

const V1: InfoHash = infoHash("631a31dd0a46257d5078c0dee4e66e26f73e42ac")!;
const V2: InfoHashV2 = infoHashV2(
  "d8dd32ac93357c368556af3ac1d95c9d76bd0dff6fa9833ecdac3d53134efabb",
)!;
const NONE: Magnet = { trackers: [], webSeeds: [], peers: [] };
const BTIH = `magnet:?xt=urn:btih:${V1}`;

Deno.test("parseMagnet: hashes of v1 and v2", () => {
  const table: [string, Partial<Magnet>][] = [
    [BTIH, { v1: V1 }],
    [`magnet:?xt=urn:btih:${V1.toUpperCase()}`, { v1: V1 }],
    [`MAGNET:?XT=URN:BTIH:${V1}`, { v1: V1 }],
    ["magnet:?xt=urn:btih:MMNDDXIKIYSX2UDYYDPOJZTOE33T4QVM", { v1: V1 }],
    ["magnet:?xt=urn:btih:mmnddxikiysx2udyydpojztoe33t4qvm", { v1: V1 }],
    [`magnet:?xt=urn:btmh:1220${V2}`, { v2: V2 }],
    [`magnet:?xt=urn:btmh:1220${V2.toUpperCase()}`, { v2: V2 }],
    [`magnet:?xt=urn:btih:${V1}&xt=urn:btmh:1220${V2}`, { v1: V1, v2: V2 }],
    [`magnet:?xt.1=urn:btmh:1220${V2}&xt.2=urn:btih:${V1}`, { v1: V1, v2: V2 }],
    [`magnet:?xt=urn%3Abtih%3A${V1}`, { v1: V1 }],
    [`magnet:?xt=urn:sha1:xyz&xt=urn:btih:${V1}&xt=urn:btih:${V1}`, { v1: V1 }],
    [`magnet:?&&dn=&x&=y&xt=urn:btih:${V1}&zz=1&toString=2&__proto__=3`, { v1: V1 }],
  ];
  for (const [link, magnet] of table) assertEquals(parseMagnet(link), { ...NONE, ...magnet }, link);
});

Deno.test("parseMagnet: name, trackers, web seeds, peers and files", () => {
  const link = `${BTIH}&dn=a+b%20c%2Bd&dn=other&tr=http%3A%2F%2Ft.example%2Fa%3Fx%3D1%2B1` +
    "&tr.2=udp://u.example:1&tr=udp://u.example:1&ws=http://w.example/a+b" +
    "&x.pe=192.0.2.1:6881&x.pe=%5B2001:db8::1%5D:1&x.pe=host.example:65535&so=0,2-3,4&so=9";
  assertEquals(parseMagnet(link), {
    v1: V1,
    name: "a b c+d",
    trackers: ["http://t.example/a?x=1+1", "udp://u.example:1"],
    webSeeds: ["http://w.example/a+b"],
    peers: [
      { host: "192.0.2.1", port: 6881 },
      { host: "2001:db8::1", port: 1 },
      { host: "host.example", port: 65535 },
    ],
    select: [[0, 0], [2, 4], [9, 9]],
  });
});

Deno.test("parseMagnet: peers that are no addresses are passed over", () => {
  const bad = [
    "x",
    ":1",
    "h:0",
    "h:65536",
    "h:",
    "h:1:2",
    "[::1]",
    "[]:1",
    "a b:1",
    "h:1x",
    "\u202e:1",
  ];
  const link = BTIH + bad.map((one) => `&x.pe=${encodeURIComponent(one)}`).join("");
  assertEquals(parseMagnet(link).peers, []);
});

Deno.test("parseMagnet: what it refuses", () => {
  const table: [string, MetaErrorCode, string][] = [
    ["", "bad_magnet", "is no magnet link"],
    ["http://x.example/?xt=urn:btih:" + V1, "bad_magnet", "is no magnet link"],
    ["magnet:xt=urn:btih:" + V1, "bad_magnet", "is no magnet link"],
    ["\u001b[2Jmagnet", "bad_magnet", '"\\u{1b}[2Jmagnet" is no magnet link'],
    ["magnet:?", "bad_magnet", "names no torrent"],
    ["magnet:?dn=x", "bad_magnet", "names no torrent"],
    ["magnet:?xt=urn:sha1:" + V1, "bad_magnet", "names no torrent"],
    ["magnet:?xt=urn:btih:", "bad_magnet", "btih is not 40 hex digits or 32 of base32"],
    ["magnet:?xt=urn:btih:" + V1.slice(1), "bad_magnet", "btih is not 40 hex digits"],
    ["magnet:?xt=urn:btih:" + "1".repeat(32), "bad_magnet", "btih is not 40 hex digits"],
    [`${BTIH}&xt=urn:btih:${"0".repeat(40)}`, "bad_magnet", "more than one torrent"],
    ["magnet:?xt=urn:btmh:" + V2, "bad_magnet", "btmh is not 1220 and 64 hex digits"],
    ["magnet:?xt=urn:btmh:1114" + V1, "bad_magnet", "btmh is not 1220 and 64 hex digits"],
    ["magnet:?xt=urn:btmh:1220" + V2.slice(2), "bad_magnet", "btmh is not 1220"],
    [`${BTIH}&so=x`, "bad_magnet", "so (BEP 53) is no list"],
    [`${BTIH}&dn=${"n".repeat(65_536)}`, "too_large", "65536 are the most"],
  ];
  for (const [link, code, why] of table) {
    const error = assertThrows(() => parseMagnet(link), MetaError, why);
    assertEquals([error.code, error.fault], [code, "remote"], link);
  }
});

Deno.test("parseMagnet: what is kept of hints is bounded", () => {
  const many = Array.from({ length: 1_000 }, (_, index) => `&tr=udp://${index}:1&x.pe=h${index}:1`);
  const magnet = parseMagnet(BTIH + many.join(""));
  assertEquals([magnet.trackers.length, magnet.peers.length], [256, 256]);
});

Deno.test("formatMagnet: what it writes is read again", () => {
  const magnet: Magnet = {
    v1: V1,
    v2: V2,
    name: "née & co/\u{1f600}+#%",
    trackers: ["http://t.example/announce?k=a&b", "udp://[2001:db8::1]:6969"],
    webSeeds: ["http://w.example/ä"],
    peers: [{ host: "192.0.2.1", port: 6881 }, { host: "2001:db8::1", port: 1 }],
    select: [[0, 1], [5, 5]],
  };
  const link = formatMagnet(magnet);
  assertEquals(parseMagnet(link), magnet);
  assert(isMagnet(link) && /^[\x21-\x7e]+$/.test(link));
  assert(link.startsWith(`${BTIH}&xt=urn:btmh:1220${V2}&dn=n%C3%A9e%20%26`));
  assertEquals(formatMagnet({ v2: V2 }), `magnet:?xt=urn:btmh:1220${V2}`);
  assertThrows(() => formatMagnet({ name: "x" }), RangeError, "needs a hash");
  assertEquals([isMagnet("Magnet:?"), isMagnet("file.torrent")], [true, false]);
});
