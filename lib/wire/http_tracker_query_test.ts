import { assertEquals } from "jsr:@std/assert@1";
import { infoHash, peerId } from "../base/ids.ts";
import { announceUrl } from "./http_announce.ts";
import { parseAnnounceQuery, parseScrapeQuery } from "./http_tracker_query.ts";
import { MAX_SCRAPE } from "./udp_tracker_server.ts";

const HASH = infoHash("00ff25262b7e41612d5f2e3d3f23c3a4e2828a9f")!;
const ID = peerId("2d4d54303130302d000102030405060708090a0b")!;
const HASH_TEXT = "%00%FF%25%26%2B~Aa-_.%3D%3F%23%C3%A4%E2%82%8A%9F";
const ID_TEXT = "-MT0100-%00%01%02%03%04%05%06%07%08%09%0a%0b";
const LEAST = `info_hash=${HASH_TEXT}&peer_id=${ID_TEXT}&port=6881`;

const DEFAULTS = {
  infoHash: HASH,
  peerId: ID,
  port: 6881,
  left: Infinity,
  numwant: 50,
  compact: true,
  noPeerId: false,
  ipv6: false,
};

function read(more: string) {
  const query = parseAnnounceQuery(`${LEAST}${more}`);
  return query.kind === "ok" ? query.value : query.reason;
}

Deno.test("http query: what our own client writes is read", () => {
  const told = {
    infoHash: HASH,
    peerId: ID,
    port: 51_413,
    uploaded: 1,
    downloaded: 2,
    left: 3,
    event: "started" as const,
    numwant: 7,
    key: 1,
  };
  const url = announceUrl(new URL("http://t.example/announce"), told);
  const query = parseAnnounceQuery(url.slice(url.indexOf("?") + 1));
  assertEquals(query, {
    kind: "ok",
    value: { ...DEFAULTS, port: 51_413, left: 3, event: "started", numwant: 7 },
  });
});

Deno.test("http query: what is absent is as usual", () => {
  assertEquals(read(""), DEFAULTS);
  assertEquals(read("&&unknown=x&flag&=&event=&numwant=-1&numwant="), DEFAULTS);
});

Deno.test("http query: bytes count, however they are escaped", () => {
  const raw = [0, 255, 0x25, 0x26, 0x2b].map((byte) => `%${byte.toString(16).padStart(2, "0")}`);
  const rest = String.fromCharCode(0x7e, 0x41, 0x61, 0x2d, 0x5f, 0x2e, 0x3d, 0x3f, 0x23);
  const high = String.fromCharCode(0xc3, 0xa4, 0xe2, 0x82, 0x8a, 0x9f);
  const query = `info_hash=${raw.join("")}${rest}${high}&peer_id=${ID_TEXT}&port=1`;
  assertEquals(parseAnnounceQuery(query), { kind: "ok", value: { ...DEFAULTS, port: 1 } });
});

Deno.test("http query: events, numbers and wishes", () => {
  assertEquals(read("&left=0&event=completed"), { ...DEFAULTS, left: 0, event: "completed" });
  assertEquals(read("&event=stopped&numwant=9"), { ...DEFAULTS, event: "stopped", numwant: 0 });
  assertEquals(read("&event=paused&left=-1"), DEFAULTS);
  assertEquals(read("&numwant=0&compact=0&no_peer_id=1"), {
    ...DEFAULTS,
    numwant: 0,
    compact: false,
    noPeerId: true,
  });
  assertEquals(read("&numwant=201"), { ...DEFAULTS, numwant: 200 });
  assertEquals(read("&numwant=99999999999"), DEFAULTS);
  assertEquals(read("&ip=192.0.2.1&ipv6=2001%3adb8%3a%3a1"), {
    ...DEFAULTS,
    ip: "192.0.2.1",
    ipv6: true,
  });
});

Deno.test("http query: an announce that makes no sense is told why", () => {
  const reason = (query: string) => {
    const read = parseAnnounceQuery(query);
    return read.kind === "bad" ? read.reason : read;
  };
  assertEquals(reason(""), "it names no info_hash");
  assertEquals(reason(`info_hash=${HASH_TEXT}&port=1`), "it names no peer_id");
  assertEquals(reason(`${LEAST}&info_hash=${HASH_TEXT}`), "it names more than one info_hash");
  for (
    const hash of ["", "abc", `${HASH_TEXT}a`, HASH, "%0", "%zz".repeat(20), "\u0100".repeat(20)]
  ) {
    assertEquals(reason(`info_hash=${hash}`), "info_hash is not 20 bytes, escaped");
    assertEquals(reason(`peer_id=${hash}`), "peer_id is not 20 bytes, escaped");
  }
  for (const port of ["", "0", "65536", "123456", "-1", "1.0", "0x1", " 1"]) {
    assertEquals(reason(`${LEAST}&port=${port}`), "port is not 1 to 65535");
  }
  for (const left of ["", "x", "1e3", "--1"]) {
    assertEquals(reason(`${LEAST}&left=${left}`), "left is no number");
  }
});

Deno.test("http query: a scrape names hashes, as many as are answered", () => {
  const scrape = (query: string) => parseScrapeQuery(query);
  assertEquals(scrape(`info_hash=${HASH_TEXT}`), { kind: "ok", value: [HASH] });
  assertEquals(scrape(`x=1&info_hash=${HASH_TEXT}&info_hash=${"a".repeat(20)}`), {
    kind: "ok",
    value: [HASH, infoHash("61".repeat(20))!],
  });
  const many = scrape(`info_hash=${HASH_TEXT}&`.repeat(MAX_SCRAPE + 9));
  assertEquals(many.kind === "ok" && many.value.length, MAX_SCRAPE);
  assertEquals([scrape("").kind, scrape("info_hash=a").kind], ["bad", "bad"]);
});
