import { assertEquals } from "jsr:@std/assert@1";
import { infoHash, peerId } from "../base/ids.ts";
import { announceUrl } from "./http_announce.ts";
import type { TrackerAnnounce } from "./tracker_announce.ts";

const TOLD: TrackerAnnounce = {
  infoHash: infoHash("123456789abcdef123456789abcdef123456789a")!,
  peerId: peerId("2d4d54303130302d" + "00ff20252b26".repeat(2))!,
  port: 6881,
  uploaded: 1,
  downloaded: 2,
  left: 3,
  numwant: 50,
  key: 0xab,
};

/** The first is the common example of an escaped info-hash. */
const QUERY = "info_hash=%124Vx%9A%BC%DE%F1%23Eg%89%AB%CD%EF%124Vx%9A" +
  "&peer_id=-MT0100-%00%FF%20%25%2B%26%00%FF%20%25%2B%26" +
  "&port=6881&uploaded=1&downloaded=2&left=3";
const REST = "&compact=1&numwant=50&key=000000ab&supportcrypto=1";

Deno.test("every byte that is no plain character is escaped", () => {
  const url = announceUrl(new URL("http://tracker.example:80/announce"), TOLD);
  assertEquals(url, `http://tracker.example/announce?${QUERY}${REST}`);
  assertEquals(new URL(url).href, url, "a URL leaves it as it is");
});

Deno.test("events and the tracker's id are told when there are any", () => {
  const url = announceUrl(
    new URL("https://[2001:db8::1]:7/a"),
    { ...TOLD, event: "started", numwant: 0, key: 0xffffffff },
    Uint8Array.of(0x41, 0x26, 0xe9),
  );
  assertEquals(
    url,
    `https://[2001:db8::1]:7/a?${QUERY}&event=started` +
      "&compact=1&numwant=0&key=ffffffff&supportcrypto=1&trackerid=A%26%E9",
  );
});

Deno.test("a tracker's own query stays in front, its fragment and password stay here", () => {
  const url = announceUrl(new URL("http://me:pw@t.example/a?passkey=x%26y#here"), TOLD);
  assertEquals(url, `http://t.example/a?passkey=x%26y&${QUERY}${REST}`);
});
